"""Doing a repeated request once, after the IETF draft on the `Idempotency-Key` header.

Answer and action are committed together: after a crash in between there is neither, and the repeat does it.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from servicedesk.api.models import KeptAnswer
from servicedesk.errors import CONFLICT, INVALID, ActionError
from servicedesk.locks import take_turn

KEPT_FOR = timedelta(hours=24)
BAD_REQUEST = 400
LONGEST = 255
SWEPT_AT_ONCE = 50
KEPT_HEADERS = ("ETag", "Location")


def key_of(request: Request, *, required: bool) -> str:
    """The key of the request, empty without one. Refuses with 400 where it is missing though required, or unusable."""
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not key and required:
        raise ActionError(
            "idempotency_key_missing",
            _("Send an Idempotency-Key of your own, so that a repeat makes nothing twice."),
            status=BAD_REQUEST,
        )
    if len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        words = _("An Idempotency-Key has at most 255 printable ASCII signs.")
        raise ActionError("idempotency_key_invalid", words, status=BAD_REQUEST)
    return key


def once(request: Request, user_id: int, key: str, run: Callable[[], Response], now: datetime) -> Response:
    """What `run` answers, or what it answered to the same key before, then marked `Idempotent-Replay: true`.

    Refuses with 422 another request under a used key, with 409 while the first one is still being worked on.
    """
    if not key:
        return run()
    print_ = _fingerprint(request)
    with transaction.atomic():
        _one_at_a_time(f"{user_id}:{key}")
        kept = KeptAnswer.objects.filter(user_id=user_id, key=key).first()
        if kept is not None and kept.kept_at > now - KEPT_FOR:
            return _again(kept, print_)
        if kept is not None:
            kept.delete()
        answer = run()
        KeptAnswer.objects.create(
            user_id=user_id,
            key=key,
            fingerprint=print_,
            status=answer.status_code,
            body=json.loads(json.dumps(answer.data, cls=JSONEncoder)),
            headers={name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers},
            kept_at=now,
        )
        _sweep(now)
    return answer


def _again(kept: KeptAnswer, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        words = _("This Idempotency-Key was used for another request.")
        raise ActionError("idempotency_key_reused", words, status=INVALID)
    return Response(kept.body, status=kept.status, headers={**kept.headers, "Idempotent-Replay": "true"})


def _one_at_a_time(name: str) -> None:
    """Held until the transaction ends; the database lets go when a process dies."""
    if not take_turn(f"answer {name}"):
        words = _("The first request with this Idempotency-Key is still being worked on.")
        raise ActionError("idempotency_in_flight", words, status=CONFLICT)


def _fingerprint(request: Request) -> str:
    said = json.dumps(request.data, sort_keys=True, default=str)
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n{said}".encode()).hexdigest()


def _sweep(now: datetime) -> None:
    """Throws away some answers nobody can ask for any more; rows another transaction holds are left to it."""
    over = KeptAnswer.objects.select_for_update(skip_locked=True).filter(kept_at__lte=now - KEPT_FOR)
    KeptAnswer.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:SWEPT_AT_ONCE])).delete()
