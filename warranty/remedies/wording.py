"""The words of exchanges, refunds and overrides: options, lines of the story, notices."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.notify.wording import NoticeKind, number_of
from warranty.models import DecisionOverride, RemedyKind
from warranty.remedies.selectors import Option
from warranty.wording import money_words


def option_words(option: Option) -> str:
    """A remedy as it is offered: its name, its sum, and what it hangs on."""
    parts = [str(RemedyKind(option.kind).label)]
    if option.amount is not None:
        parts.append(money_words(option.amount))
    if option.granted:
        parts.append(_("granted beside the verdict"))
    elif option.same_model is not None:
        parts.append(_("if the same model is there") if option.same_model else _("if the same model is not there"))
    return " · ".join(parts)


def remedy_words(data: Mapping[str, Any]) -> dict[str, str]:
    """Name and worth of the remedy a line of the story or a notice is about."""
    kind, worth = str(data.get("kind", "")), str(data.get("worth", "0"))
    name = str(RemedyKind(kind).label) if kind in RemedyKind.values else kind
    return {"what": name, "worth": money_words(Decimal(worth))}


def _chosen(event: Any) -> str:
    return _("The customer chose: %(what)s (%(worth)s)") % remedy_words(event.data)


def _approved(event: Any) -> str:
    if event.data.get("state") == "approved":
        return _("Approved: %(what)s (%(worth)s)") % remedy_words(event.data)
    return _("First approval: %(what)s (%(worth)s); a second person decides too") % remedy_words(event.data)


def _refused(event: Any) -> str:
    return _("Refused: %(what)s (%(worth)s)") % remedy_words(event.data)


def _withdrawn(event: Any) -> str:
    return _("Withdrawn: %(what)s") % remedy_words(event.data)


def _exchanged(_event: Any) -> str:
    return _("New unit handed over; its terms begin anew")


def _old_unit(_event: Any) -> str:
    return _("Old unit recorded")


def _paid(event: Any) -> str:
    return _("Paid back: %(sum)s") % {"sum": money_words(Decimal(str(event.data.get("amount", "0"))))}


def _finished(event: Any) -> str:
    return _("Carried out: %(what)s") % remedy_words(event.data)


def _overridden(event: Any) -> str:
    code = str(event.data.get("grants", ""))
    return _("Granted beside the verdict: %(what)s") % {"what": dict(DecisionOverride.Grants.choices).get(code, code)}


STORY: Mapping[str, Callable[[Any], str]] = {
    "choose_remedy": _chosen,
    "approve_remedy": _approved,
    "refuse_remedy": _refused,
    "withdraw_remedy": _withdrawn,
    "record_exchange": _exchanged,
    "record_old_unit": _old_unit,
    "record_refund": _paid,
    "finish_remedy": _finished,
    "override_verdict": _overridden,
}


def _told(text: str, notice: Any) -> str:
    return text % {**remedy_words(notice.values), "number": number_of(notice)}


NOTICES: Mapping[str, NoticeKind] = {
    "remedy_chosen": NoticeKind(
        lambda notice: _told(_("Ticket %(number)s: %(what)s (%(worth)s) waits for your approval."), notice),
        "scale",
        "warn",
    ),
    "remedy_approved": NoticeKind(
        lambda notice: _told(_("Ticket %(number)s: %(what)s is approved. Carry it out."), notice), "circle-check", "ok"
    ),
    "remedy_refused": NoticeKind(
        lambda notice: _told(_("Ticket %(number)s: %(what)s is refused. Speak with the customer."), notice),
        "circle-x",
        "danger",
    ),
}
