"""Who may go, who should go, and when: rules over plain values. No Django, no database, no clock of its own."""

from dispatch.rules.check import broken_hard, broken_soft, findings_of
from dispatch.rules.gaps import free_gaps, load_percent, merged, snap_up
from dispatch.rules.ranking import Candidate, Grade, propose, rank
from dispatch.rules.travel import distance_km, travel_minutes
from dispatch.rules.values import Away, Booking, Certificate, Finding, Job, Person, Place, Span

__all__ = [
    "Away",
    "Booking",
    "Candidate",
    "Certificate",
    "Finding",
    "Grade",
    "Job",
    "Person",
    "Place",
    "Span",
    "broken_hard",
    "broken_soft",
    "distance_km",
    "findings_of",
    "free_gaps",
    "load_percent",
    "merged",
    "propose",
    "rank",
    "snap_up",
    "travel_minutes",
]
