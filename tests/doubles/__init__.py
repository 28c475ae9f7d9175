"""Small doubles of the services the bot speaks to: on loopback, for the real client libraries."""
