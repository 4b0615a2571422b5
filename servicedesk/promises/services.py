"""What managers do with policies: a new one, a new version of one, withdrawing it and bringing it back.

A version is never edited: clocks run under it, and a due time must stay explainable. Clocks that run keep theirs.
"""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import Role, User
from servicedesk.promises.audit import write_down
from servicedesk.promises.values import WantedPolicy, wanted_of
from servicedesk.sla.models import SlaPolicy, SlaTarget

EDITORS = frozenset({Role.MANAGER, Role.ADMIN})


def add_policy(
    code: str, wanted: WantedPolicy, effective_from: datetime | None, *, actor: User | None, now: datetime
) -> SlaPolicy:
    """The first version of a new policy, in force from now where no instant is given.

    Refuses with 422 a code in use, an instant that has passed, and a policy without a target.
    """
    require_editor(actor)
    with transaction.atomic():
        wait_for_turn(f"promises.policy.{code}")
        if SlaPolicy.objects.filter(code=code).exists():
            raise invalid("code", "code_taken", _("Another policy has this code."))
        return _write(SlaPolicy(code=code, version=1), wanted, effective_from, actor, now)


def add_version(
    code: str,
    wanted: WantedPolicy,
    effective_from: datetime | None,
    based_on: int,
    *,
    actor: User | None,
    now: datetime,
) -> SlaPolicy:
    """The next version of a policy, in force from now where no instant is given.

    Refuses with 404 an unknown code, with 409 version_changed when `based_on` is not the newest version any more, with
    422 an instant that has passed, a policy without a target, and a version that changes nothing.
    """
    require_editor(actor)
    with transaction.atomic():
        newest = _newest(code)
        _require_newest(newest, based_on)
        if not newest.is_withdrawn and newest.effective_from <= now and wanted_of(newest) == wanted:
            raise invalid("base", "policy_same", _("This is the policy as it stands. Nothing was changed."))
        return _write(SlaPolicy(code=code, version=newest.version + 1), wanted, effective_from, actor, now)


def try_version(
    code: str,
    wanted: WantedPolicy,
    effective_from: datetime | None,
    based_on: int,
    *,
    actor: User | None,
    now: datetime,
) -> SlaPolicy:
    """The version that saving would write (the first one where `based_on` is 0); nothing stays.

    Refuses what `add_version` and `add_policy` refuse.
    """
    with transaction.atomic():
        if based_on:
            version = add_version(code, wanted, effective_from, based_on, actor=actor, now=now)
        else:
            version = add_policy(code, wanted, effective_from, actor=actor, now=now)
        transaction.set_rollback(True)
    return version


def withdraw_policy(code: str, based_on: int, *, actor: User | None, now: datetime) -> list[SlaPolicy]:
    """Takes the policy back from now on, versions that wait included; less specific policies decide again.

    The versions it wrote. Refuses with 404 an unknown code, with 409 version_changed and policy_withdrawn.
    """
    require_editor(actor)
    with transaction.atomic():
        _require_newest(_newest(code), based_on)
        written = _turn(code, True, actor, now)
        if not written:
            raise ActionError("policy_withdrawn", _("This policy has been withdrawn already."))
        return written


def bring_back_policy(code: str, based_on: int, *, actor: User | None, now: datetime) -> list[SlaPolicy]:
    """Puts a withdrawn policy in force again as it was, versions that waited included.

    The versions it wrote. Refuses with 404 an unknown code, with 409 version_changed and policy_in_force.
    """
    require_editor(actor)
    with transaction.atomic():
        _require_newest(_newest(code), based_on)
        written = _turn(code, False, actor, now)
        if not written:
            raise ActionError("policy_in_force", _("This policy has not been withdrawn."))
        return written


def _turn(code: str, withdrawn: bool, actor: User | None, now: datetime) -> list[SlaPolicy]:
    """A version of the other kind over the one in force and over each that waits.

    A withdrawn version names its targets: whoever reads targets alone sees that they are taken back, and bringing it
    back finds them there.
    """
    rows = list(SlaPolicy.objects.filter(code=code).prefetch_related("targets").order_by("effective_from", "version"))
    number = max(row.version for row in rows)
    begun = [row for row in rows if row.effective_from <= now][-1:]
    waiting = {row.effective_from: row for row in rows if row.effective_from > now}
    written: list[SlaPolicy] = []
    for row in [*begun, *waiting.values()]:
        if row.is_withdrawn != withdrawn:
            version = SlaPolicy(code=code, version=number + len(written) + 1, is_withdrawn=withdrawn)
            written.append(_write(version, wanted_of(row), max(now, row.effective_from), actor, now))
    return written


def _write(
    version: SlaPolicy, wanted: WantedPolicy, effective_from: datetime | None, actor: User | None, now: datetime
) -> SlaPolicy:
    if effective_from is not None and effective_from < now:
        raise invalid("effective_from", "instant_past", _("This time has passed. A policy changes from now on only."))
    if not wanted.targets:
        raise invalid("targets", "targets_missing", _("Promise at least one time."))
    version.effective_from = effective_from or now
    for name, value in asdict(wanted.criteria).items():
        setattr(version, name, value)
    version.save(force_insert=True)
    SlaTarget.objects.bulk_create(
        SlaTarget(policy=version, **{**asdict(target), "pausable_by": list(target.pausable_by)})
        for target in wanted.targets
    )
    write_down(version, actor, now, before=None, after={"version": version.version})
    return version


def _newest(code: str) -> SlaPolicy:
    wait_for_turn(f"promises.policy.{code}")
    newest = SlaPolicy.objects.filter(code=code).order_by("-version").first()
    if newest is None:
        raise ActionError("not_found", _("There is no such policy."), status=OUT_OF_SCOPE)
    return newest


def _require_newest(newest: SlaPolicy, based_on: int) -> None:
    if newest.version != based_on:
        raise ActionError(
            "version_changed",
            _("Somebody has saved another version of this policy meanwhile. Compare both, then save again."),
            detail={"version": newest.version},
        )


def require_editor(actor: User | None) -> None:
    """Refuses (403) everybody but managers and administrators; the system may."""
    if actor is not None and actor.role not in EDITORS:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)
