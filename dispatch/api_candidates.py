"""Candidates over the API: who could go and what it costs, who cannot and why, and the free windows of five days."""

from typing import Any

from rest_framework import serializers

from dispatch.api import PLANNERS, READ, planned_ticket_or_404
from dispatch.api_moves import ScoreOut
from dispatch.selectors.candidates import shortlist_of
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Day
from servicedesk.api.shapes import PersonOut, Shown


class CandidateOut(Shown):
    """A technician who could go, or why he cannot."""

    technician_id = serializers.IntegerField(source="technician.id")
    technician = PersonOut(source="technician.user")
    grade = serializers.CharField(source="candidate.grade")
    span_start = serializers.DateTimeField(source="candidate.span.start", allow_null=True, default=None)
    span_end = serializers.DateTimeField(source="candidate.span.end", allow_null=True, default=None)
    wants_reason = serializers.BooleanField(help_text="A soft rule is broken: `override_reason` is needed.")
    rules = serializers.ListField(source="sentences", child=serializers.CharField(), help_text="Broken rules.")
    travel_minutes = serializers.IntegerField(
        source="candidate.travel", allow_null=True, help_text="To the job; null where a place is unknown."
    )
    kilometres = serializers.FloatField(source="candidate.distance", allow_null=True)
    travel_quality = serializers.CharField(source="quality", help_text="`estimate` or `road`; empty without a time.")
    load_percent = serializers.IntegerField(source="candidate.load", allow_null=True, help_text="With the job.")
    level = serializers.IntegerField(source="candidate.level", allow_null=True)
    score = ScoreOut(allow_null=True)
    change = serializers.CharField(help_text="The smallest change that fits, where he cannot go.")


class DayOut(Shown):
    """A day, and how many can go on it."""

    day = serializers.DateField()
    count = serializers.IntegerField()


class ExcludedOut(Shown):
    """Those who cannot go for one reason."""

    code = serializers.CharField()
    title = serializers.CharField(source="label", help_text="The reason in a few words.")
    technician_ids = serializers.ListField(source="keys", child=serializers.IntegerField())


class FreeWindowOut(Shown):
    """Two hours in which somebody could begin, with the best one and his start."""

    start = serializers.DateTimeField(source="window.start")
    end = serializers.DateTimeField()
    count = serializers.IntegerField(source="window.count")
    technician_id = serializers.IntegerField(source="technician.id")
    begins = serializers.DateTimeField(source="window.best.start")
    grade = serializers.CharField(source="window.best.grade")


class CandidatesOut(Shown):
    """The ten best of a day, those who cannot go by reason (one by one in `candidates` where they are few), and how
    many can go on each of five days.
    """

    day = serializers.DateField()
    candidates = CandidateOut(many=True, source="rows")
    more = serializers.IntegerField(help_text="How many can go beside those shown.")
    days = DayOut(many=True)
    excluded = ExcludedOut(many=True)
    windows = FreeWindowOut(many=True, source="all_windows")
    travel_quality = serializers.CharField(source="quality")
    place_known = serializers.BooleanField()


class CandidateQuery(Body):
    """Which day; without one the first on which somebody can go."""

    day = Day(required=False)


class Candidates(Endpoint):
    """Who could go."""

    tag = "dispatch"

    @operation(
        "list_candidates", READ, CandidatesOut, roles=PLANNERS, query=CandidateQuery, find=planned_ticket_or_404
    )
    def get(self, call: Call) -> Any:
        """Ranks the technicians of the ticket's outlet: time, points, broken rules, and why the others cannot go."""
        return shortlist_of(call.found, call.now, call.asked.get("day"))
