"""The intake form, in the order of the telephone norm: who, what, what is wrong, when, read back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from servicedesk.access import read_id
from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory
from servicedesk.catalogue.selectors import Question, active_categories, appliances_of, questions_of, symptoms_of
from servicedesk.desk.intake import Request
from servicedesk.desk.windows import PROMISE, YEARS, Day, read_promise, read_window, windows_from
from servicedesk.errors import ActionError
from servicedesk.people.models import Address, Customer
from servicedesk.people.services import Place
from servicedesk.ports import WindowAsk
from servicedesk.templatetags.moments import masked_phone
from servicedesk.tickets.models import VISIT_KINDS, IntakeChannel, TicketKind
from servicedesk.tickets.services import usual_priority

OTHER = "other"
NEW = "new"
OWN = "own"
SOON = ""
# Where a refusal of an action belongs on this form.
FIELD_OF = {
    "address": "address_choice",
    "detail": "detail",
    "requested_from": "own_from",
    "requested_until": "window",
    "contact_phone": "phone",
}
STAMP = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and time that somebody could mean; the ends of the calendar are refused like any other nonsense."""

    def to_python(self, value: Any) -> datetime | None:
        moment: datetime | None = super().to_python(value)
        if moment is not None and moment.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


def moment_field(label: Any) -> forms.DateTimeField:
    """A field for a day and time of the local day, as browsers send it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=STAMP)
    return MomentField(label=label, required=False, widget=widget, input_formats=[STAMP, "%Y-%m-%dT%H:%M:%S"])


def appliance_words(appliance: Appliance) -> str:
    """An appliance among others of its household: two of one model differ in the serial number only."""
    return f"{appliance} · {appliance.serial}" if appliance.serial else str(appliance)


class IntakeForm(forms.Form):
    """What the agent asks. Choices depend on the caller and on the product; what was typed always stays."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=60)
    phone_choice = forms.ChoiceField(label=_("Contact phone"), widget=forms.RadioSelect, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)
    keep_phone = forms.BooleanField(label=_("Keep this number with the customer"), required=False)
    address_choice = forms.ChoiceField(label=_("Place of service"), widget=forms.RadioSelect, required=False)
    city = forms.CharField(label=_("City"), max_length=40, required=False)
    district = forms.CharField(label=_("District"), max_length=60, required=False)
    detail = forms.CharField(label=_("Street, house, flat"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("About"), choices=TicketKind.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Came in by"), choices=IntakeChannel.choices)
    appliance = forms.ChoiceField(label=_("Appliance"), widget=forms.RadioSelect, required=False)
    category = forms.ModelChoiceField(
        label=_("Product"),
        queryset=ProductCategory.objects.none(),
        required=False,
        empty_label=_("Choose the product"),
    )
    serial = forms.CharField(label=_("Serial number"), max_length=60, required=False)
    fault = forms.ChoiceField(label=_("Symptom"), widget=forms.RadioSelect, required=False)
    description = forms.CharField(
        label=_("In the customer's words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    window = forms.CharField(label=_("Requested time"), required=False)
    own_from = moment_field(_("From"))
    own_until = moment_field(_("Until"))
    read_back = forms.BooleanField(label=_("I have read this back to the customer"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        customer: Customer | None,
        now: datetime,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.customer = customer
        self.now = now
        super().__init__(data, initial={**self._beginning(), **(initial or {})})
        self.fields["category"].queryset = active_categories()  # type: ignore[attr-defined]
        self.fields["phone"].widget.attrs.update({"autocomplete": "off", "inputmode": "tel", "maxlength": 60})
        self.fields["serial"].widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})
        self.fields["district"].widget.attrs["list"] = "districts"
        self._choose("phone_choice", self._phone_choices())
        self._choose("address_choice", self._address_choices())
        self._choose("appliance", self._appliance_choices())
        self._choose("fault", [(fault.code, str(fault)) for fault in self.symptoms])
        self._require()
        for question in self.questions:
            self.fields[question.field] = forms.CharField(label=question.text, max_length=200, required=False)

    def _require(self) -> None:
        """Marks what this caller and this kind of request need; a page shown for the first time marks the most."""
        first = not self.is_bound
        visit = first or self._said("kind") in VISIT_KINDS
        new = self.customer is None
        needs = {
            "phone_choice": (True, _("Choose the number to call.")),
            "phone": (first or new or self._said("phone_choice") == OTHER, _("Ask for a phone number.")),
            "address_choice": (visit, _("Choose the place of service.")),
            "detail": (
                visit and (first or new or self._said("address_choice") == NEW),
                _("Ask for street, house and flat."),
            ),
            "appliance": (visit, _("Choose the appliance or another product.")),
            "category": (visit and (first or self.chosen_category is None), _("Choose the product.")),
            "name": (True, _("Ask for the name.")),
            "kind": (True, _("Choose what the request is about.")),
        }
        for name, (needed, message) in needs.items():
            if name in self.fields:
                self.fields[name].required = needed
                self.fields[name].error_messages["required"] = message

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def _beginning(self) -> dict[str, Any]:
        start: dict[str, Any] = {
            "submission": uuid4(),
            "kind": TicketKind.REPAIR,
            "channel": IntakeChannel.PHONE,
            "window": SOON,
        }
        if self.customer is None:
            return start
        start["name"] = self.customer.name
        start["phone_choice"] = str(self.phones[0].pk) if self.phones else OTHER
        start["address_choice"] = str(self.addresses[0].pk) if self.addresses else NEW
        if len(self.appliances) == 1:
            start["appliance"] = str(self.appliances[0].pk)
        elif not self.appliances:
            start["appliance"] = OTHER
        return start

    # -- what the caller has ---------------------------------------------------------------------

    @cached_property
    def phones(self) -> list[Any]:
        """The known numbers of the customer, the primary one first."""
        return list(self.customer.phones.all()) if self.customer else []

    @cached_property
    def addresses(self) -> list[Address]:
        """The known places of the customer."""
        return list(self.customer.addresses.all()) if self.customer else []

    @cached_property
    def appliances(self) -> list[Appliance]:
        """The customer's appliances in use."""
        return appliances_of(self.customer) if self.customer else []

    def _phone_choices(self) -> list[tuple[str, Any]]:
        if self.customer is None:
            return []
        known = [(str(phone.pk), masked_phone(str(phone.number) or phone.raw)) for phone in self.phones]
        return [*known, (OTHER, _("Another number"))]

    def _address_choices(self) -> list[tuple[str, Any]]:
        if self.customer is None:
            return []
        return [*((str(address.pk), address.text) for address in self.addresses), (NEW, _("Another place"))]

    def _appliance_choices(self) -> list[tuple[str, Any]]:
        if self.customer is None:
            return []
        known = [(str(appliance.pk), appliance_words(appliance)) for appliance in self.appliances]
        return [*known, (OTHER, _("Another product"))]

    def _said(self, name: str) -> str:
        value = self.data.get(name) if self.is_bound else self.initial.get(name)
        return str(getattr(value, "pk", value) or "")

    @cached_property
    def chosen_appliance(self) -> Appliance | None:
        """The customer's appliance that is marked at the moment."""
        said = self._said("appliance")
        return next((appliance for appliance in self.appliances if str(appliance.pk) == said), None)

    @cached_property
    def chosen_category(self) -> ProductCategory | None:
        """The product the request is about, by appliance or by choice."""
        if self.chosen_appliance is not None:
            return self.chosen_appliance.category
        number = read_id(self._said("category"))
        return None if number is None else active_categories().filter(pk=number).first()

    @cached_property
    def symptoms(self) -> list[FaultCode]:
        """The symptoms of the product."""
        return symptoms_of(self.chosen_category.pk) if self.chosen_category else []

    @cached_property
    def chosen_fault(self) -> FaultCode | None:
        """The symptom that is marked at the moment."""
        said = self._said("fault")
        return next((fault for fault in self.symptoms if fault.code == said), None)

    @cached_property
    def questions(self) -> list[Question]:
        """What the marked symptom wants to know."""
        return questions_of(self.chosen_fault)

    @property
    def answer_fields(self) -> list[Any]:
        """The bound fields of those questions."""
        return [self[question.field] for question in self.questions]

    @cached_property
    def days(self) -> list[Day]:
        """The windows that may be chosen."""
        return windows_from(self.now)

    @property
    def chosen_window(self) -> str:
        """The value of the marked window."""
        return self._said("window")

    @property
    def wants_promise(self) -> bool:
        """Whether the marked window is one we promise."""
        return self.chosen_window.startswith(PROMISE)

    @property
    def ask(self) -> WindowAsk:
        """What is known of the visit so far, as a question for a time."""
        kind = self._said("kind")
        address = self.chosen_address
        return WindowAsk(
            district=address.district if address is not None else self._said("district").strip(),
            category=self.chosen_category,
            fault=self.chosen_fault,
            kind=kind,
            priority=usual_priority(kind, self.chosen_fault),
            address=address,
            customer=self.customer,
        )

    @property
    def key(self) -> UUID | None:
        """Under which name places are held for this form."""
        try:
            return UUID(self._said("submission"))
        except ValueError:
            return None

    # -- checks ------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._clean_window(cleaned)
        if cleaned.get("serial") and self.chosen_category is None and not self.has_error("category"):
            self.add_error("category", _("Choose the product this serial number belongs to."))
        described = self.chosen_fault or cleaned.get("description", "").strip()
        if cleaned.get("kind") == TicketKind.REPAIR and not described and not self.has_error("fault"):
            self.add_error("description", _("Say what is wrong: choose a symptom or describe it."))
        return cleaned

    def _clean_window(self, cleaned: dict[str, Any]) -> None:
        said = cleaned.get("window", SOON)
        if said not in {SOON, OWN}:
            try:
                cleaned["times"] = read_promise(said) if self.wants_promise else read_window(said)
            except ValueError:
                self.add_error("window", _("Choose one of the times."))
            return
        start, end = cleaned.get("own_from"), cleaned.get("own_until")
        if said == OWN and not (start or end or self.has_error("own_from") or self.has_error("own_until")):
            self.add_error("own_from", _("Give the time the customer asks for."))
        if said == OWN:
            cleaned["times"] = (start, end)

    # -- results -----------------------------------------------------------------------------------

    def request(self) -> Request:
        """What the clean form asks for."""
        cleaned = self.cleaned_data
        start, end = cleaned.get("times", (None, None))
        return Request(
            submission=cleaned["submission"],
            kind=cleaned["kind"],
            channel=cleaned["channel"],
            customer=self.customer,
            name=cleaned["name"],
            phone=self.contact_phone,
            keep_phone=cleaned["keep_phone"],
            address=self.chosen_address,
            place=self.place,
            appliance=self.chosen_appliance,
            category=self.chosen_category,
            serial="" if self.chosen_appliance else cleaned["serial"],
            fault=self.chosen_fault,
            description=cleaned["description"],
            answers=self.answers,
            requested_from=start,
            requested_until=end,
            read_back=cleaned["read_back"],
            window_key=cleaned["submission"] if self.wants_promise else None,
        )

    @property
    def contact_phone(self) -> str:
        """The number to be called, as kept or as typed."""
        said = self._said("phone_choice")
        kept = next((phone for phone in self.phones if str(phone.pk) == said), None)
        if kept is not None:
            return str(kept.number) or str(kept.raw)
        return self._said("phone").strip()

    @property
    def chosen_address(self) -> Address | None:
        """The known place that is marked."""
        said = self._said("address_choice")
        return next((address for address in self.addresses if str(address.pk) == said), None)

    @property
    def place(self) -> Place | None:
        """The new place that was typed; nothing where a known one is marked."""
        if self.chosen_address is not None or not self._said("detail").strip():
            return None
        return Place(detail=self._said("detail"), district=self._said("district"), city=self._said("city"))

    @property
    def answers(self) -> list[dict[str, str]]:
        """The answered questions with their words."""
        pairs = ((question.text, self._said(question.field).strip()) for question in self.questions)
        return [{"question": asked, "answer": answer} for asked, answer in pairs if answer]

    @property
    def times(self) -> tuple[datetime | None, datetime | None]:
        """The requested window as far as it can be read."""
        times: tuple[datetime | None, datetime | None] = self.cleaned_data.get("times", (None, None))
        return times

    def refuse(self, error: ActionError) -> None:
        """Shows a refusal at the field it is about, or above the form."""
        name = FIELD_OF.get(error.field, error.field)
        self.add_error(name if name in self.fields else None, str(error.message))


def customers_for_form(scope: QuerySet[Customer], said: str) -> Customer | None:
    """The customer a form names, within the scope; `None` for a new caller or a stranger's id."""
    number = read_id(said)
    return None if number is None else scope.filter(pk=number).prefetch_related("phones", "addresses").first()


def submission_of(data: QueryDict) -> UUID | None:
    """The submission a form carries, if it is one."""
    try:
        return UUID(data.get("submission", ""))
    except ValueError:
        return None
