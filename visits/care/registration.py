"""What units, care plans and stories register with the shared model."""

from django.utils.translation import gettext_lazy as _

from servicedesk import ports
from servicedesk.care.services import consent_withdrawn
from servicedesk.desk.views.actions import ACTIONS
from servicedesk.tickets import transitions
from visits.care.defaults import load_plans
from visits.care.pages import PAGES
from visits.care.services import on_consent_withdrawn
from visits.care.transitions import CARE_ROWS
from visits.care.wording import STORY
from visits.custody.guards import on_old_unit_kept, on_ticket_cancelled, unit_still_with_us
from visits.stories.services import on_consent_withdrawn as take_stories_back
from warranty.signals import old_unit_kept

PANEL = ports.Panel("care", "care_panel", _("Care"), position=45)


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(CARE_ROWS)
    ports.story_words.update(STORY)
    ports.ticket_panels.append(PANEL)
    ACTIONS.update(PAGES)
    ports.close_guards.append(unit_still_with_us)
    ports.defaults.append(load_plans)
    ports.ticket_cancelled.connect(on_ticket_cancelled, dispatch_uid="custody.cancelled")
    old_unit_kept.connect(on_old_unit_kept, dispatch_uid="custody.kept")
    consent_withdrawn.connect(on_consent_withdrawn, dispatch_uid="care.consent_withdrawn")
    consent_withdrawn.connect(take_stories_back, dispatch_uid="stories.consent_withdrawn")
