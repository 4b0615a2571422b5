"""The warning that the public days of the coming year are not loaded, sixty days before they are needed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from servicedesk.clock import LOCAL
from servicedesk.notify.models import Notification
from servicedesk.notify.services import notify
from servicedesk.notify.wording import NoticeKind
from servicedesk.people.models import Role, User
from servicedesk.worktime.selectors import calendar_book, years_loaded

# So long before the last day that is covered, managers hear of it (../docs/calendars.md).
AHEAD = timedelta(days=60)
KIND = "calendar_year_missing"


def missing_year(now: datetime) -> int | None:
    """The first year within sixty days without public days; None while all are loaded, or nobody observes them.

    A year counts as a whole: its last public day may be in October, and December is covered all the same.
    """
    if not calendar_book().observing:
        return None
    loaded = set(years_loaded())
    local = now.astimezone(LOCAL)
    return next((year for year in range(local.year, (local + AHEAD).year + 1) if year not in loaded), None)


def warn_of_missing_year(now: datetime) -> int:
    """How many managers and administrators were told now that a year is missing; each year is told once.

    A step of the timers: two that find it at once write one notice each person, since the year is its key.
    """
    year = missing_year(now)
    if year is None:
        return 0
    key = f"{KIND}:{year}"
    if Notification.objects.filter(event_key=key).exists():
        return 0
    people = list(User.objects.filter(role__in=[Role.MANAGER, Role.ADMIN], is_active=True))
    with transaction.atomic():
        notify(key, people, KIND, values={"year": year})
    return len(people)


def _words(notice: Notification) -> str:
    words = _("The public days of %(year)s are not loaded. Until they are, its holidays count as workdays.")
    return words % {"year": notice.values.get("year", "–")}


NOTICES = {KIND: NoticeKind(_words, "calendar-exclamation", "warn", lambda _notice: reverse("public_days"))}
