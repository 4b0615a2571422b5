"""Aftercare: callbacks until the customer was heard, and the customer's own page."""
