"""A CRM asked over the network: its client, how it is read from beginning to end, and when."""
