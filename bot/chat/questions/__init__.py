"""The language of questions: text in, requests out. Pure: no clock, no records, no platform."""
