"""The settings of aftercare. A change adds a row, so that nothing that was in force is ever lost."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, ActionError, invalid
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import Role, User
from visits.aftercare.ladder import Ladder
from visits.aftercare.sampling import CODES, Rule
from visits.models import CallRules, SamplingRules
from visits.models.calling import EARLIEST, LATEST, LONGEST_REST, MOST_ATTEMPTS, MOST_DAYS

SETTERS = frozenset({Role.MANAGER, Role.ADMIN})
LONGEST_NOTE = 300
HIGHEST_CAP = 500
HIGHEST = {"percent": 100, "weight": 100, "threshold": 100_000}


def change_call_rules(
    ladder: Ladder, *, actor: User | None, now: datetime, note: str = "", expected: int | None = None
) -> CallRules:
    """The new rules of calling, in force at once for every attempt that is planned from now on.

    Refuses with 403 role_not_allowed, with 422 figures out of bounds, with 409 edited_meanwhile where other rules are
    in force than the one with the id `expected`.
    """
    _require_setter(actor)
    hours = ladder.hours
    if not hours.opens >= EARLIEST:
        raise invalid("opens", "opens_too_early", _("Calls begin at 7:00 at the earliest."))
    if not hours.opens < hours.closes <= LATEST:
        raise invalid("closes", "closes_out_of_order", _("Calls end after they begin, and by 22:00."))
    rest_hours = int(ladder.rest.total_seconds()) // 3600
    for name, value, most in (
        ("attempts", ladder.attempts, MOST_ATTEMPTS),
        ("days", ladder.days, MOST_DAYS),
        ("rest_hours", rest_hours, LONGEST_REST),
    ):
        if not 1 <= value <= most:
            raise invalid(name, f"{name}_out_of_range", _("From 1 to %(most)s.") % {"most": most})
    with transaction.atomic():
        _refuse_second(CallRules, expected)
        return CallRules.objects.create(
            opens=hours.opens,
            closes=hours.closes,
            attempts=ladder.attempts,
            days=ladder.days,
            rest_hours=rest_hours,
            note=_note(note),
            changed_at=now,
            changed_by=actor,
        )


def change_sampling_rules(
    daily_cap: int,
    rules: list[Rule],
    *,
    actor: User | None,
    now: datetime,
    note: str = "",
    expected: int | None = None,
) -> SamplingRules:
    """The new rules of sampling, in force from the next draw on. Refuses like `change_call_rules`."""
    _require_setter(actor)
    if not 0 <= daily_cap <= HIGHEST_CAP:
        words = _("From 0 to %(most)s calls a day.") % {"most": HIGHEST_CAP}
        raise invalid("daily_cap", "daily_cap_out_of_range", words)
    if len({rule.code for rule in rules}) != len(rules) or any(rule.code not in CODES for rule in rules):
        raise invalid("rules", "rule_unknown", _("There is no such rule."))
    for rule in rules:
        for name, most in HIGHEST.items():
            if not 0 <= getattr(rule, name) <= most:
                words = _("From 0 to %(most)s.") % {"most": most}
                raise invalid(f"{rule.code}_{name}", "rule_out_of_range", words)
    with transaction.atomic():
        _refuse_second(SamplingRules, expected)
        return SamplingRules.objects.create(
            daily_cap=daily_cap,
            rules=[rule.as_dict() for rule in rules],
            note=_note(note),
            changed_at=now,
            changed_by=actor,
        )


def _require_setter(actor: User | None) -> None:
    if actor is not None and actor.role not in SETTERS:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def _note(note: str) -> str:
    if len(note.strip()) > LONGEST_NOTE:
        raise invalid("note", "note_too_long", _("The note is too long."), longest=LONGEST_NOTE)
    return note.strip()


def _refuse_second(model: type[CallRules] | type[SamplingRules], expected: int | None) -> None:
    wait_for_turn(model.__name__)
    newest = model._default_manager.order_by("-id").values_list("pk", flat=True).first()
    if expected is not None and newest != expected:
        raise ActionError(
            "edited_meanwhile",
            _("Somebody else has changed these settings in the meantime. Look at them again."),
            detail={"version": newest},
        )
