"""What dispatch keeps only for a while is deleted."""

from datetime import datetime, timedelta

from dispatch.models import TimeChange

# Longer than anybody keeps a crew in memory (dispatch/selectors/seek_kept.py).
REMEMBERED = timedelta(days=1)


def forget_changes(now: datetime) -> int:
    """Deletes the notes of changed time older than a day; how many."""
    deleted, _by_model = TimeChange.objects.filter(at__lt=now - REMEMBERED).delete()
    return deleted
