"""What the figures are called, how exactly each is counted, and where it should be (docs/dashboards.md)."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.sla.models import ClockKind

FIRST_FIX, SATISFACTION, REPEAT = "first_fix", "satisfaction", "repeat"
RECEIVED, RISK, BREACHES = "received", "risk", "breaches"
KEPT, MISSED = "kept", "missed"


@dataclass(frozen=True)
class Measure:
    """A figure: label, exact definition, target (percent or score), and whether more of it is better."""

    code: str
    label: str | Promise
    definition: str | Promise
    target: float | None = None
    more_is_better: bool = True


def _clock(kind: ClockKind, target: float, definition: str | Promise) -> Measure:
    return Measure(kind.value, kind.label, definition, target)


CLOCKS: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        _clock(
            ClockKind.CONTACT,
            97,
            _("Of the contact clocks started in the period and decided by now: those in which a person reached the customer in time."),
        ),
        _clock(
            ClockKind.OUTLET_ACCEPT,
            95,
            _("Of the clocks started in the period and decided by now: those in which the outlet accepted the ticket in time."),
        ),
        _clock(
            ClockKind.DISPATCH,
            95,
            _("Of the clocks started in the period and decided by now: those in which a technician was assigned in time."),
        ),
        _clock(
            ClockKind.TECHNICIAN_CONTACT,
            95,
            _("Of the clocks started in the period and decided by now: those in which the technician reached the customer in time."),
        ),
        _clock(
            ClockKind.ARRIVAL,
            95,
            _("Of the arrival clocks started in the period and decided by now: those in which the technician was at the door in time."),
        ),
        _clock(
            ClockKind.FIX,
            90,
            _("Of the fix clocks started in the period and decided by now: those in which the work was completed in time. A reopened ticket counts again."),
        ),
        _clock(
            ClockKind.CALLBACK,
            98,
            _("Of the callback clocks started in the period and decided by now: those in which the customer was called back in time."),
        ),
    )
}  # fmt: skip
OTHERS: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            FIRST_FIX,
            _("Fixed at the first visit"),
            _("Of the repair tickets closed in the period: those with exactly one visit and no repeat of the same appliance and fault group within 30 days."),
            85,
        ),
        Measure(
            REPEAT,
            _("Repeat within 30 days"),
            _("Of the repair tickets closed in the period: those followed by a new repair ticket of the same appliance within 30 days."),
            8,
            more_is_better=False,
        ),
        Measure(
            SATISFACTION,
            _("Satisfaction"),
            _("Average of the customers' last scores from 1 to 5, of the tickets whose work was completed in the period and who gave one."),
            4.6,
        ),
    )
}  # fmt: skip
MEASURES = CLOCKS | OTHERS
# The clocks a technician answers for.
TECHNICIANS_CLOCKS = (ClockKind.TECHNICIAN_CONTACT.value, ClockKind.ARRIVAL.value, ClockKind.FIX.value)
OUTLETS_CLOCKS = (ClockKind.OUTLET_ACCEPT.value, ClockKind.DISPATCH.value, *TECHNICIANS_CLOCKS)


class Cause(StrEnum):
    """Where the time of a broken promise went: the first stage whose own clock was breached."""

    CONTACT = "contact"
    OUTLET_SENT = "outlet_sent"
    OUTLET_ACCEPT = "outlet_accept"
    DISPATCH = "dispatch"
    TECHNICIAN_CONTACT = "technician_contact"
    ARRIVAL = "arrival"
    PARTS = "parts"
    ANOTHER_VISIT = "another_visit"
    FIX = "fix"
    CALLBACK = "callback"
    COMPLAINT = "complaint"


CAUSES: dict[str, str | Promise] = {
    Cause.CONTACT: pgettext_lazy("cause of a breach", "First contact came late"),
    Cause.OUTLET_SENT: pgettext_lazy("cause of a breach", "Desk sent it to the outlet late"),
    Cause.OUTLET_ACCEPT: pgettext_lazy("cause of a breach", "Waiting for the outlet"),
    Cause.DISPATCH: pgettext_lazy("cause of a breach", "Waiting for assignment"),
    Cause.TECHNICIAN_CONTACT: pgettext_lazy("cause of a breach", "Technician called late"),
    Cause.ARRIVAL: pgettext_lazy("cause of a breach", "Technician arrived late"),
    Cause.PARTS: pgettext_lazy("cause of a breach", "Waiting for parts"),
    Cause.ANOTHER_VISIT: pgettext_lazy("cause of a breach", "More than one visit"),
    Cause.FIX: pgettext_lazy("cause of a breach", "Work took too long"),
    Cause.CALLBACK: pgettext_lazy("cause of a breach", "Callback came late"),
    Cause.COMPLAINT: pgettext_lazy("cause of a breach", "Complaint answered or decided late"),
}
