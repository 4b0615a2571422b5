"""Who may go, who should go, and when: rules over plain values. No Django, no database, no clock of its own."""

from dispatch.rules.check import broken_hard, broken_soft, findings_of
from dispatch.rules.gaps import free_gaps, load_percent, snap_up
from dispatch.rules.ranking import Candidate, Grade, propose, rank
from dispatch.rules.score import Part, Score, score_of
from dispatch.rules.travel import Band, Pace, Profile, Quality, distance_km, leg_between, travel_minutes
from dispatch.rules.values import (
    Away,
    Booking,
    Certificate,
    Finding,
    Job,
    Leg,
    Lunch,
    Person,
    Place,
    Roads,
    Skill,
    Span,
    merged,
)
from dispatch.rules.verdict import Change, Verdict, judge

__all__ = [
    "Away",
    "Band",
    "Booking",
    "Candidate",
    "Certificate",
    "Change",
    "Finding",
    "Grade",
    "Job",
    "Leg",
    "Lunch",
    "Pace",
    "Part",
    "Person",
    "Place",
    "Profile",
    "Quality",
    "Roads",
    "Score",
    "Skill",
    "Span",
    "Verdict",
    "broken_hard",
    "broken_soft",
    "distance_km",
    "findings_of",
    "free_gaps",
    "judge",
    "leg_between",
    "load_percent",
    "merged",
    "propose",
    "rank",
    "score_of",
    "snap_up",
    "travel_minutes",
]
