"""People and their hours: who can do what, until when, where, and when they work."""
