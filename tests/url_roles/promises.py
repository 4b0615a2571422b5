"""Routes of policies and ladders: read by those who answer for promises, changed by managers and administrators."""

from typing import Any

from django.contrib.admin.models import LogEntry

from servicedesk import clock
from servicedesk.people.models import Role
from servicedesk.promises.ladders import WantedRules, change_rules, rules_now
from servicedesk.sla.models import SlaPolicy
from tests.make import make_user
from tests.url_roles import Row

READERS = frozenset({"supervisor", "manager", "auditor", "admin"})
EDITORS = frozenset({"manager", "admin"})


def of_policy(_world: Any) -> dict[str, Any]:
    """The policy for everybody."""
    return {"code": SlaPolicy.objects.order_by("id").values_list("code", flat=True)[0]}


def of_ladder(_world: Any) -> dict[str, Any]:
    """The usual ladder."""
    return {"code": "default"}


def of_change(_world: Any) -> dict[str, Any]:
    """A change of the rules of notices that can be taken back."""
    before = rules_now()
    wanted = WantedRules(before.quiet_from, before.quiet_until, before.most_a_minute + 1)
    change_rules(wanted, before, actor=make_user(Role.MANAGER), now=clock.now())
    return {"entry_id": LogEntry.objects.latest("id").pk}


ROWS = {
    "policy_list": Row(allowed=READERS),
    "policy_new": Row(allowed=EDITORS),
    "policy_detail": Row(of_policy, allowed=READERS),
    "policy_version": Row(of_policy, allowed=EDITORS),
    "policy_withdraw": Row(of_policy, method="post", allowed=EDITORS),
    "policy_bring_back": Row(of_policy, method="post", allowed=EDITORS),
    "promise_test": Row(allowed=READERS),
    "ladder_list": Row(allowed=READERS),
    "ladder_new": Row(allowed=EDITORS),
    "ladder_detail": Row(of_ladder, allowed=READERS),
    "notice_rules": Row(allowed=EDITORS),
    "promise_change_undo": Row(of_change, method="post", allowed=EDITORS),
}
