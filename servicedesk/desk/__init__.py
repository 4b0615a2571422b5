"""The agent's desk: search, calls, intake, the ticket list and the ticket page."""
