"""Sample data of the style guide page: every component once, in every state it can take.

The names, numbers and addresses are invented. ``styleguide_context`` is all a view needs.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.templatetags.statuses import LOOKS, TONES

_WINDOWS: Final = (
    ("t14", _("today 14–16")),
    ("t16", _("today 16–18")),
    ("m08", _("tomorrow 8–10")),
    ("m10", _("tomorrow 10–12")),
)


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label=_("Customer's name"), max_length=40)
    phone = forms.RegexField(
        r"^1\d{10}$",
        label=_("Phone"),
        help_text=_("Mobile or line with area code; kept as typed."),
        error_messages={"invalid": _("This is no Chinese mobile number; eleven digits are expected.")},
    )
    category = forms.ChoiceField(
        label=_("Appliance"), choices=[("washer", _("Washing machine")), ("fridge", _("Refrigerator"))]
    )
    window = forms.ChoiceField(label=_("Requested window"), choices=_WINDOWS, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    read_back = forms.BooleanField(label=_("Read back to the customer"))


def _clocks(now: datetime) -> list[Mapping[str, Any]]:
    """One clock in each state a chip can show."""
    ahead = timedelta(hours=3, minutes=12)
    soon = timedelta(minutes=42, seconds=30)
    late = timedelta(hours=1, minutes=5)
    return [
        {"kind": _("Arrival"), "state": "running", "due": now + ahead, "warn": now + timedelta(hours=1)},
        {"kind": _("Contact"), "state": "running", "due": now + soon, "warn": now - soon},
        {"kind": _("Dispatch"), "state": "running", "due": now - late, "warn": now - late * 2},
        {"kind": _("Fix"), "state": "paused", "due": None, "warn": None, "left": 754},
        {"kind": _("Outlet"), "state": "met", "due": now - ahead, "warn": None},
        {"kind": _("Callback"), "state": "missed", "due": now - ahead, "warn": None},
        {"kind": _("Fix"), "state": "running", "due": now + timedelta(days=3, hours=4), "warn": None},
    ]


def _tickets(now: datetime) -> list[Mapping[str, Any]]:
    """Rows of a queue, next to break first."""
    rows = (
        ("260302-0031", "陈静", "13812348000", "滚筒洗衣机 XQG100", "open", -5, "绵阳涪城网点"),
        ("260302-0044", "王建国", "13900016612", "冰箱 BCD-452", "scheduled", 42, "绵阳高新网点"),
        ("260302-0027", "李晓梅", "010-62345678", "空调 KFR-35GW", "in_service", 190, "绵阳涪城网点"),
        ("260301-0102", "Zhang Wei", "+8613700002299", "热水器 EC6002", "awaiting_callback", 480, "安州网点"),
        ("260301-0098", "欧阳明", "13566661234", "油烟机 CXW-219", "closed", None, "安州网点"),
        ("260301-0090", "单女士", "13811110000", "电视 55E8", "cancelled", None, "绵阳高新网点"),
    )
    return [
        {
            "number": number,
            "customer": customer,
            "phone": phone,
            "appliance": appliance,
            "state": state,
            "due": now + timedelta(minutes=left) if left is not None else None,
            "warn": now + timedelta(minutes=left - 60) if left is not None else None,
            "clock": "running" if left is not None else "met",
            "outlet": outlet,
            "opened": now - timedelta(minutes=37 * position + 4),
            "charge": 12_000 * position,
        }
        for position, (number, customer, phone, appliance, state, left, outlet) in enumerate(rows)
    ]


def _timeline(now: datetime) -> list[Mapping[str, Any]]:
    """A short story of a ticket."""

    def ago(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    return [
        {"icon": "circle-check", "tone": "ok", "title": _("Repaired"), "actor": "李强", "when": ago(2)},
        {"icon": "map-pin", "tone": "active", "title": _("Arrived"), "actor": "李强", "when": ago(49)},
        {
            "icon": "arrows-exchange",
            "tone": "warn",
            "title": _("Reassigned"),
            "actor": "赵敏",
            "when": ago(95),
            "text": "孙涛 → 李强：孙涛临时请假。",
        },
        {
            "icon": "phone-call",
            "title": _("Customer called"),
            "actor": "周凯",
            "when": ago(60 * 26),
            "quote": "洗衣机甩干时声音很大，显示 E2。\n下午两点以后家里有人。",
        },
    ]


def styleguide_context(now: datetime, data: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Everything ``styleguide.html`` shows; ``data`` is a submitted form, so that errors can be looked at."""
    faulty = SampleForm({"name": "陈静", "phone": "95588", "category": "washer"})
    return {
        "now": now,
        "tones": TONES,
        "families": [(family, tuple(states)) for family, states in LOOKS.items()],
        "clocks": _clocks(now),
        "tickets": _tickets(now),
        "timeline": _timeline(now),
        "form": SampleForm(data) if data is not None else SampleForm(),
        "faulty_form": faulty,
        "tabs": [
            {"url": "#mine", "label": _("My outlets"), "count": 23, "active": True},
            {"url": "#all", "label": _("All"), "count": 148},
            {"url": "#risk", "label": _("At risk"), "count": 7, "tone": "warn"},
            {"url": "#late", "label": _("Overdue"), "count": 2, "tone": "danger"},
        ],
        "steps": [
            {"label": _("Received"), "state": "done", "when": now - timedelta(hours=5)},
            {"label": _("Technician named"), "state": "done", "when": now - timedelta(hours=4)},
            {"label": _("On the way"), "state": "current", "when": None},
            {"label": _("Repaired"), "state": "todo", "when": None},
            {"label": _("Your opinion"), "state": "todo", "when": None},
        ],
        "days": [
            ("03-01", 96.2, 52),
            ("03-02", 94.8, 61),
            ("03-03", 91.0, 58),
            ("03-04", 95.5, 66),
            ("03-05", 97.1, 49),
            ("03-06", 92.4, 71),
            ("03-07", 95.0, 64),
        ],
        "heat_rows": [
            (pgettext_lazy("style guide", "Mon"), (0, 1, 3, 4, 2, 1)),
            (pgettext_lazy("style guide", "Tue"), (1, 2, 4, 3, 2, 0)),
            (pgettext_lazy("style guide", "Sat"), (0, 2, 2, 1, 1, 0)),
        ],
        "heat_hours": ("08", "10", "12", "14", "16", "18"),
        "differences": [
            {"label": _("Phone"), "yours": "138****8000", "theirs": "138****8001"},
            {"label": _("Requested window"), "yours": _("today 14–16"), "theirs": _("tomorrow 8–10")},
        ],
    }
