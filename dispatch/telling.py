"""Verdicts in the words of the answers that pages, API and refusals give."""

from collections.abc import Iterable
from typing import Any

from dispatch.models import Assignment, Technician
from dispatch.rules import Finding, Score, Span, Verdict
from dispatch.wording import change_words, part_label, part_words, plain, span_words, words_of


def findings_told(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings: code, values, sentence, and what may be done about them."""
    return [
        {
            "code": one.code,
            "values": plain(one.values),
            "words": words_of(one),
            "hard": one.hard,
            "waivable": one.waivable,
            "margin": one.margin,
        }
        for one in findings
    ]


def change_told(verdict: Verdict) -> dict[str, Any] | None:
    """The smallest change that fits; None where only somebody else fits."""
    change = verdict.change
    if change is None:
        return None
    return {"kind": change.kind, **plain(change.values), "words": change_words(change)}


def score_told(score: Score) -> dict[str, Any]:
    """The total and the parts it is the sum of."""
    parts = [
        {"name": part.name, "label": part_label(part.name), "points": part.points, "words": part_words(part)}
        for part in score.parts
    ]
    return {"total": score.total, "parts": parts}


def verdict_told(verdict: Verdict, technician: Technician, span: Span, *, may_allow: bool) -> dict[str, Any]:
    """The whole answer to a proposal; `may_allow` whether who asks may allow what a supervisor may."""
    allowed = all(one.waivable and may_allow for one in verdict.hard)
    return {
        "allowed": allowed,
        "needs_reason": allowed and bool(verdict.findings),
        "span": span_words(span.start.isoformat(), span.end.isoformat()),
        "technician": technician.user.name,
        "findings": findings_told(verdict.findings),
        "score": score_told(verdict.score),
        "change": change_told(verdict),
    }


def score_kept(assignment: Assignment) -> dict[str, Any] | None:
    """The total and the parts a booking was made with; None for one made before scores were kept."""
    kept: dict[str, int] = assignment.score
    if not kept:
        return None
    parts = [{"name": name, "label": part_label(name), "points": points} for name, points in kept.items()]
    return {"total": sum(kept.values()), "parts": parts}
