"""Replay: a story told as data, played through the real actions with the clock at each instant (docs/replay.md)."""
