"""What the customer's page says of his guarantee, in plain words: the answer on record, and his exchange or refund."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from servicedesk.templatetags.moments import local_text
from servicedesk.tickets.models import Ticket
from warranty.models import RemedyCase
from warranty.presenting import show_stored
from warranty.remedies.overriding import override_of
from warranty.selectors import latest_decision, latest_of_ticket, the_edition
from warranty.wording import money_words

State = RemedyCase.State


@dataclass(frozen=True)
class GuaranteeStatus:
    """The answer with its day, what we granted beyond it, how the exchange or refund stands; empty where none."""

    answer: str = ""
    on: date | None = None
    granted: str = ""
    remedy: str = ""


def guarantee_of(ticket: Ticket) -> GuaranteeStatus:
    """The guarantee as the ticket's customer reads it; empty before anybody has recorded a verdict."""
    if ticket.appliance is None:
        return GuaranteeStatus()
    remedy = _remedy_words(ticket)
    decision = latest_of_ticket(ticket) or latest_decision(ticket.appliance)
    shown = show_stored(decision, the_edition()) if decision is not None else None
    if decision is None or shown is None:
        return GuaranteeStatus(remedy=remedy)
    override = override_of(decision)
    granted = str(override.get_grants_display()) if override is not None else ""
    return GuaranteeStatus(shown[0].headline, shown[0].as_of, granted, remedy)


def _remedy_words(ticket: Ticket) -> str:
    case = RemedyCase.objects.filter(ticket=ticket).exclude(state=State.WITHDRAWN).order_by("-id").first()
    if case is None:
        return ""
    if case.state == State.CHOSEN:
        return _("You chose: %(what)s. We are checking it and will tell you.") % {"what": case.get_kind_display()}
    if case.state == State.REFUSED:
        return _("We could not agree to what you chose: %(what)s. We will call you and explain.") % {
            "what": case.get_kind_display()
        }
    return _exchange_words(case) if case.is_exchange else _refund_words(case)


def _exchange_words(case: RemedyCase) -> str:
    if case.handed_over_on is not None:
        return _("You have had your new unit since %(on)s; its guarantee began anew on that day.") % {
            "on": local_text(case.handed_over_on, "date")
        }
    return _("Your exchange is approved. We will agree with you on the day the new unit comes.")


def _refund_words(case: RemedyCase) -> str:
    values = {"sum": money_words(case.amount) if case.amount is not None else ""}
    if case.paid_on is not None:
        return _("We paid back %(sum)s on %(on)s.") % {**values, "on": local_text(case.paid_on, "date")}
    if case.old_is_settled:
        return _("Your refund of %(sum)s is approved and will be paid next.") % values
    return _("Your refund of %(sum)s is approved. We will agree with you on the day we fetch the old unit.") % values
