"""Harm to a person: injury (CPL93 41, CPL13 49), dignity and liberty (25, 43; 27, 50, 51), lost work."""

from warranty.rules.claims.answer import Part, due, step
from warranty.rules.claims.claim import Harm, Wrong
from warranty.rules.claims.question import Question

_MEDICAL = ("medical", "bills", "income", "goods_kept", "photos")
_SUMS = ("treatment", "care", "lost_income")


def injury(question: Question) -> Part:
    """Return treatment, care and lost income of an injured person; death and disability go to a person and counsel."""
    claim, law = question.claim, question.figure("injury_paid")
    part = Part(steps=(step("law_chosen", law, event_on=claim.event_on),), evidence=_MEDICAL)
    if claim.harm is Harm.NONE:
        return part + Part(dues=(due("nothing", law),), steps=(step("no_bodily_injury"),))
    known = [(name, value) for name in _SUMS if (value := getattr(claim, name)) is not None]
    part += Part(
        dues=tuple(due(name, law, getattr(claim, name)) for name in _SUMS),
        missing=() if len(known) == len(_SUMS) else ("sums",),
    )
    if known:
        part += Part(steps=(step("sum_of_injury", sum=sum(value for _name, value in known)),))
    if claim.harm in {Harm.DISABLED, Harm.DEAD}:
        part += Part(dues=(due("review", law, confidence="low"),), steps=(step("grave_injury"),))
    return part


def dignity(question: Question) -> Part:
    """Return what is owed for insult, search or taken liberty; moral damages only then, their sum by a person."""
    claim, law = question.claim, question.figure("dignity_redress")
    part = Part(
        steps=(step("law_chosen", law, event_on=claim.event_on),),
        evidence=("witnesses", "recording", "police", "messages"),
    )
    if claim.wrong is Wrong.NOTHING:
        return part + Part(dues=(due("nothing", law),), steps=(step("no_harm_to_person"),))
    owed = [due(code, law) for code in ("stop", "restore", "undo", "apologise", "moral_damages")]
    owed.append(due("review", law, confidence="low"))
    return part + Part(dues=tuple(owed), steps=(step("amount_by_a_person"),))


def lost_work(question: Question) -> Part:
    """Return lost work: due with bodily injury, in Shandong for a repair too, else nothing for service time."""
    claim, law = question.claim, question.figure("injury_paid")
    part = Part(
        steps=(step("law_chosen", law, event_on=claim.event_on),), evidence=("employer", "income", "service_sheet")
    )
    lacking = () if claim.lost_income is not None else ("sums",)
    if claim.harm is not Harm.NONE:
        return part + Part(dues=(due("lost_income", law, claim.lost_income),), missing=lacking)
    local = question.local("lost_work_paid")
    if local is not None and claim.from_repair:
        added = Part(dues=(due("lost_work", local, claim.lost_income),), steps=(step("repair_in_shandong", local),))
        return part + added + Part(missing=lacking)
    return part + Part(dues=(due("nothing", law),), steps=(step("service_time"),))
