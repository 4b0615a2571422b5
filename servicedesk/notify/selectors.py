"""Reading notices."""

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.notify.models import Channel, Notification
from servicedesk.people.models import User

PAGE = 30


def in_app(user: User) -> QuerySet[Notification]:
    """What `user` reads in the app; what went to him by other channels as well is not told twice."""
    return Notification.objects.filter(recipient=user, channel=Channel.IN_APP)


def unread_count(user: User) -> int:
    """How many notices of `user` nobody has read yet; 100 stands for "a hundred or more"."""
    return in_app(user).filter(read_at=None)[:100].count()


class Topic(models.TextChoices):
    """What news is about, for a reader who looks for one kind of it."""

    PROMISES = "promises", pgettext_lazy("news", "Promises")
    WORK = "work", _("Hand-overs and jobs")
    CUSTOMERS = "customers", _("Customers")
    REST = "rest", pgettext_lazy("news", "Other")


_ABOUT = {
    Topic.PROMISES: Q(kind__startswith="sla_"),
    Topic.WORK: Q(kind__startswith="handover_") | Q(kind__startswith="assignment_"),
    Topic.CUSTOMERS: Q(kind__startswith="callback_")
    | Q(kind__startswith="unhappy_")
    | Q(kind__in=("praise", "low_rating", "call_asked")),
}


def about(topic: str) -> Q:
    """The condition of a topic; of none, everything."""
    if topic not in Topic.values:
        return Q()
    if topic == Topic.REST:
        return ~(_ABOUT[Topic.PROMISES] | _ABOUT[Topic.WORK] | _ABOUT[Topic.CUSTOMERS])
    return _ABOUT[Topic(topic)]


def notices_page(user: User, *, unread: bool, older_than: int | None = None, topic: str = "") -> list[Notification]:
    """The newest notices of `user`, unread or read, older than the id `older_than`; one more than a page holds."""
    notices = in_app(user).filter(about(topic), read_at__isnull=unread)
    if older_than is not None:
        notices = notices.filter(pk__lt=older_than)
    return list(notices.select_related("ticket").order_by("-id")[: PAGE + 1])


def newer_than(user: User, cursor: int) -> list[Notification]:
    """The notices of `user` after the id `cursor`, oldest first, at most a page."""
    return list(in_app(user).filter(pk__gt=cursor).order_by("id")[:PAGE])


def last_id(user: User) -> int:
    """The id of the newest notice of `user`, 0 where there is none."""
    return in_app(user).order_by("-id").values_list("id", flat=True).first() or 0
