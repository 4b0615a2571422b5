"""Reading notices."""

from servicedesk.notify.models import Notification
from servicedesk.people.models import User

PAGE = 30


def unread_count(user: User) -> int:
    """How many notices of `user` nobody has read yet; 100 stands for "a hundred or more"."""
    return Notification.objects.filter(recipient=user, read_at=None)[:100].count()


def notices_page(user: User, *, unread: bool, older_than: int | None = None) -> list[Notification]:
    """The newest notices of `user`, unread or read, older than the id `older_than`; one more than a page holds."""
    notices = Notification.objects.filter(recipient=user, read_at__isnull=unread)
    if older_than is not None:
        notices = notices.filter(pk__lt=older_than)
    return list(notices.select_related("ticket").order_by("-id")[: PAGE + 1])


def newer_than(user: User, cursor: int) -> list[Notification]:
    """The notices of `user` after the id `cursor`, oldest first, at most a page."""
    return list(Notification.objects.filter(recipient=user, pk__gt=cursor).order_by("id")[:PAGE])


def last_id(user: User) -> int:
    """The id of the newest notice of `user`, 0 where there is none."""
    return Notification.objects.filter(recipient=user).order_by("-id").values_list("id", flat=True).first() or 0
