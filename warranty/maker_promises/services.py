"""The actions on promises beside the law: enter one, end it. Nothing promised is ever changed or deleted."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import ProductCategory
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import Membership, User
from servicedesk.tickets.transitions import require_role
from warranty.models import MakerPromise, MakerPromiseEnd

Kind = MakerPromise.Kind
ENTER, END = "enter_promise", "end_promise"
MOST_MONTHS = 600
TEXTS = {"name_zh": 80, "name_en": 80, "source": 200}


@dataclass(frozen=True, kw_only=True)
class NewPromise:
    """A promise as it is entered: what, to whom, for goods sold from which day, and where it is written."""

    name_zh: str
    name_en: str
    kind: str
    sold_from: date
    source: str
    brand: str = ""
    category: ProductCategory | None = None
    membership: str = ""
    months: int | None = None
    main_part_months: int | None = None
    percent: Decimal | None = None
    from_production: bool = False


def enter_promise(new: NewPromise, *, actor: User | None, now: datetime) -> MakerPromise:
    """The promise, which every verdict reads from now on; the same one sent twice is the row already there.

    Refuses with 403 role_not_allowed, with 422 and the field what is missing, too long, out of range or of no use to
    this kind of promise.
    """
    require_role(ENTER, actor)
    fields = _checked(new)
    with transaction.atomic():
        made, _is_new = MakerPromise.objects.get_or_create(**fields, defaults={"made_by": actor, "made_at": now})
    return made


def _checked(new: NewPromise) -> dict[str, object]:
    fields = {**new.__dict__, "brand": new.brand.strip()}
    for name, longest in TEXTS.items():
        text = str(fields[name]).strip()
        if not text:
            raise invalid(name, "text_missing", _("This cannot be empty."))
        if len(text) > longest:
            raise invalid(name, "text_too_long", _("This text is too long."), longest=longest)
        fields[name] = text
    if new.kind not in Kind.values:
        raise invalid("kind", "promise_kind_unknown", _("Choose what is promised."))
    if new.membership and new.membership not in Membership.Kind.values:
        raise invalid("membership", "card_unknown", _("There is no such card."))
    _check_months(new)
    _check_percent(new)
    return fields


def _check_months(new: NewPromise) -> None:
    for name in ("months", "main_part_months"):
        value = getattr(new, name)
        if value is None:
            continue
        if not 1 <= value <= MOST_MONTHS:
            raise invalid(name, "months_out_of_range", _("Enter 1 to %(most)s months.") % {"most": MOST_MONTHS})
        if new.kind == Kind.DEPRECIATION or (name == "main_part_months" and new.kind != Kind.WHOLE_UNIT):
            raise invalid(name, "not_of_this_promise", _("This kind of promise knows no such term."))
    if new.kind != Kind.DEPRECIATION and new.months is None and new.main_part_months is None:
        raise invalid("months", "months_missing", _("Enter for how many months it is promised."))
    if new.from_production and new.kind != Kind.WHOLE_UNIT:
        raise invalid(
            "from_production", "not_of_this_promise", _("Only a promise for the unit can count from its production.")
        )


def _check_percent(new: NewPromise) -> None:
    if new.kind != Kind.DEPRECIATION:
        if new.percent is not None:
            raise invalid("percent", "not_of_this_promise", _("This kind of promise knows no percentage."))
    elif new.percent is None or not 0 <= new.percent < 100:
        raise invalid("percent", "percent_out_of_range", _("Enter 0 to 99.99 percent: what is still taken."))


def end_promise(
    promise_id: int, sold_until: date, reason: str, *, actor: User | None, now: datetime
) -> MakerPromiseEnd:
    """The end of a promise: goods sold until that day keep it. Refuses with 404, with 409 ended_already, with 422."""
    require_role(END, actor)
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Say why the promise ends."))
    with transaction.atomic():
        promise = MakerPromise.objects.select_for_update().filter(pk=promise_id).first()
        if promise is None:
            raise ActionError("promise_not_found", _("There is no such promise."), status=OUT_OF_SCOPE)
        end = MakerPromiseEnd.objects.filter(promise=promise).first()
        if end is not None:
            if end.sold_until == sold_until:
                return end
            raise ActionError("ended_already", _("The end of this promise is set already."))
        if sold_until < promise.sold_from:
            raise invalid("sold_until", "end_before_start", _("The end lies before the first day of sale."))
        return MakerPromiseEnd.objects.create(
            promise=promise, sold_until=sold_until, reason=reason[:300], ended_by=actor, ended_at=now
        )
