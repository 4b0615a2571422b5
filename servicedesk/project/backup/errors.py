"""Why a backup or a restore stopped."""


class BackupError(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do."""
