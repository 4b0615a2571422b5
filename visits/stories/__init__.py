"""Delight stories: service beyond what the customer expected, told without names and published for all staff."""
