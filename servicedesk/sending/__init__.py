"""Sending something out of the house: safe addresses, bounded requests, rests between tries, a thread a target."""
