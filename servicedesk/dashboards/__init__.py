"""Dashboards: the manager's figures, each of which opens exactly the rows behind it."""
