"""The guarantee terms: when the clock starts and how long it runs (R458 arts 8 and 14, CPLIR art. 18)."""

from dataclasses import dataclass
from datetime import date

from warranty.rules.case import Case, cite, provisional
from warranty.rules.counting import Extended, add_months, extend
from warranty.rules.edition import Figure
from warranty.rules.outcome import Finding, Note, NoteValue, Term, flag, line


@dataclass(frozen=True)
class Start:
    """The day a term counts from (day 0), which event it is, and the figure that says so."""

    day: date
    point: str
    figure: Figure


def original_start(case: Case) -> Start:
    """Return the start of the unit first sold: invoice, delivery or the end of the trader's installation."""
    facts, figure = case.facts, case.figure("term_start")
    if figure.value == "installation" and not facts.installed_on:
        figure = case.edition.find("term_start", ("national",), case.sold_on) or figure
    if figure.value != "invoice" and facts.installed_on:
        return Start(facts.installed_on, "installation", figure)
    if figure.value == "delivery_or_installation" and facts.delivered_on:
        return Start(facts.delivered_on, "delivery", figure)
    point = "invoice" if facts.invoice_on else "delivery"
    return Start(case.sold_on, point, figure)


def current_start(case: Case) -> Start:
    """Return the start of the unit now in use: the exchange day where there was one (R458 art. 14)."""
    restart = case.figure("exchange_restarts_term")
    if case.facts.exchanged_on and restart.value:
        return Start(case.facts.exchanged_on, "exchange", restart)
    return original_start(case)


def describe_start(case: Case, start: Start) -> Finding:
    """Return the line of the clock start, and what to ask for where a later day is not known."""
    facts, rule = case.facts, case.figure("term_start")
    found = Finding(lines=(line("clock_start", day=start.day, point=start.point, **cite(start.figure)),))
    wanted = []
    if start.point != "exchange" and rule.value != "invoice":
        if case.product.installed and not facts.installed_on:
            wanted.append("installed_on")
        if rule.value == "delivery_or_installation" and not facts.delivered_on and not facts.installed_on:
            wanted.append("delivered_on")
    if wanted:
        assumed = flag("start_assumed", point=start.point, day=start.day)
        found += Finding(missing=tuple(wanted), flags=(assumed,))
    return found


def count_term(case: Case, start: Start, kind: str, months: int, part: str = "") -> tuple[Term, Finding]:
    """Return a term of months from its start, longer by the days that do not count (C2, C3, C8, C4).

    With it come its lines, its last day as a boundary and the flag of a provisional day.
    """
    base = add_months(start.day, months)
    extended = extend(base, case.excluded(start.day), case.rest_days)
    last = extended.last
    term = Term(
        kind=kind,
        part=part,
        start=start.day,
        point=start.point,
        months=months,
        base_last_day=base,
        excluded_days=extended.excluded_days,
        last_day=last.day,
        provisional=last.provisional,
        norm=start.figure.norm,
        article=start.figure.article,
        confidence=start.figure.confidence,
    )
    lines = _term_lines(case, term, extended)
    return term, Finding(lines=lines, terms=(term,), boundaries=(last.day,), flags=provisional(kind, last))


def _term_lines(case: Case, term: Term, extended: Extended) -> tuple[Note, ...]:
    """Return the counting of a term step by step: months, days that do not count, the rest day, running or over."""
    kind, last = term.kind, extended.last
    lines = [line("term", term=kind, start=term.start, months=term.months, last_day=term.base_last_day)]
    if term.excluded_days:
        stretches = [item for item in extended.excluded if item.days]
        lines += [line("excluded_stretch", first=item.first, last=item.last, days=item.days) for item in stretches]
        longer: dict[str, NoteValue] = {"from": term.base_last_day, "last_day": last.unmoved}
        lines.append(line("term_extended", term=kind, days=term.excluded_days, **longer))
    if last.moved:
        lines.append(line("last_day_moved", term=kind, **{"from": last.unmoved, "last_day": last.day}))
    running = "term_running" if case.fault_on <= last.day else "term_over"
    lines.append(line(running, term=kind, fault_on=case.fault_on, last_day=last.day))
    return tuple(lines)
