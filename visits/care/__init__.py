"""Courtesy after the work: plans that find whom to call, and what was done for a customer beyond the order."""
