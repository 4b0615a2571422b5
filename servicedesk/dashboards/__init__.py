"""The manager's figures, each computed from recorded events and opening exactly the rows behind it."""
