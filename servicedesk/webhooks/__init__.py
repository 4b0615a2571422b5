"""Webhooks out: what happens to tickets, told to other systems by signed messages through an outbox."""
