"""Backup, restore and the drill that proves both (docs/operations.md).

A backup is a folder: `database/` (pg_dump's directory format), `media.tar` (photos and signatures) and
`manifest.json`, which is written last and says what has to be in the other two.
"""
