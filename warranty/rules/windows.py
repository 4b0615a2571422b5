"""The windows after the sale: 7 days for a refund (R458 art. 9), 15 days for an exchange (art. 10)."""

from datetime import date

from warranty.rules.case import Case, cite, provisional
from warranty.rules.counting import LastDay
from warranty.rules.grounds import Ground
from warranty.rules.outcome import Finding, Note, NoteValue, line
from warranty.rules.terms import Start, original_start


def open_windows(case: Case) -> tuple[tuple[Ground, ...], Finding]:
    """Return the ground of the best window still open on the fault day, with the counting of both windows."""
    start, found = _window_start(case)
    refund, exchange = case.figure("refund_window_days"), case.figure("exchange_window_days")
    refund_end = case.window(start.day, refund.number)
    found += describe_window(case, "refund", start.day, refund.number, refund_end)
    exchange_start = _exchange_start(case, start)
    exchange_end = case.window(exchange_start, exchange.number)
    found += describe_window(case, "exchange", exchange_start, exchange.number, exchange_end)
    if case.fault_on <= refund_end.day:
        return (Ground(code="seven_days", figure=refund, full_refund=True, last_day=refund_end.day),), found
    if case.fault_on <= exchange_end.day:
        return (Ground(code="fifteen_days", figure=exchange, last_day=exchange_end.day),), found
    return (), found


def describe_window(case: Case, window: str, start: date, days: int, last: LastDay) -> Finding:
    """Return the counting of one window: the fault's day number (C1), the last day, whether it moved (C5)."""
    lines: list[Note] = []
    if last.moved:
        lines.append(line("window_moved", window=window, **{"from": last.unmoved, "last_day": last.day}))
    key = "window_open" if case.fault_on <= last.day else "window_closed"
    number = (case.fault_on - start).days
    counted: dict[str, NoteValue] = {
        "start": start,
        "days": days,
        "last_day": last.day,
        "fault_on": case.fault_on,
        "number": number,
    }
    lines.append(line(key, window=window, **counted))
    return Finding(lines=tuple(lines), boundaries=(last.day,), flags=provisional(window, last))


def _window_start(case: Case) -> tuple[Start, Finding]:
    """Return the start of the windows: that of the terms, or a later delivery where local law says so."""
    start, overlay = original_start(case), case.overlay("window_start")
    delivered = case.facts.delivered_on
    if overlay is None or delivered is None or delivered <= start.day:
        return start, Finding()
    later = Start(delivered, "delivery", overlay)
    return later, Finding(lines=(line("overlay_window", start=delivered, **cite(overlay)),))


def _exchange_start(case: Case, start: Start) -> date:
    """Return the start of the exchange window, which a later law restarts on the exchange day (C11)."""
    if case.facts.exchanged_on and case.figure("exchange_restarts_window").value:
        return max(start.day, case.facts.exchanged_on)
    return start.day
