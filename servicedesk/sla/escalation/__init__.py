"""Ladders: who hears of a promise that is close to its time or broken, step by step, until somebody takes it on."""
