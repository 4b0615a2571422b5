"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceDeskConfig(AppConfig):
    name = "servicedesk"
    verbose_name = _("Service desk")

    def ready(self) -> None:
        """Registers the rows of the transition table and the loaders of master data, the calendars first."""
        # Models can be imported only when all apps are loaded.
        from servicedesk.calendars.horizon import NOTICES as CALENDAR_NOTICES  # noqa: PLC0415
        from servicedesk.care import registration as care  # noqa: PLC0415
        from servicedesk.catalogue.defaults import load_catalogue  # noqa: PLC0415
        from servicedesk.ideas import registration as ideas  # noqa: PLC0415
        from servicedesk.imports.carrying import register_jobs  # noqa: PLC0415
        from servicedesk.jobs.wording import NOTICES as JOB_NOTICES  # noqa: PLC0415
        from servicedesk.knowledge import registration as knowledge  # noqa: PLC0415
        from servicedesk.notify import wording as notices  # noqa: PLC0415
        from servicedesk.notify.hold import NOTICES as NOTICES_OUTBOX  # noqa: PLC0415
        from servicedesk.ports import Outbox, defaults, outboxes, sla_listeners, story_listeners  # noqa: PLC0415
        from servicedesk.sla.defaults import load_policies  # noqa: PLC0415
        from servicedesk.sla.escalation.defaults import load_ladders  # noqa: PLC0415
        from servicedesk.sla.recompute.wording import NOTICES as RECOMPUTE_NOTICES  # noqa: PLC0415
        from servicedesk.sla.wording import NOTICES  # noqa: PLC0415
        from servicedesk.tickets.transitions import TICKET_ROWS, register  # noqa: PLC0415
        from servicedesk.webhooks import relay as webhooks  # noqa: PLC0415
        from servicedesk.webhooks.outbox import sla_fired, story_told  # noqa: PLC0415
        from servicedesk.webhooks.wording import NOTICES as WEBHOOK_NOTICES  # noqa: PLC0415
        from servicedesk.worktime.defaults import load_calendars  # noqa: PLC0415

        register(TICKET_ROWS)
        care.register()
        notices.register(NOTICES)
        notices.register(RECOMPUTE_NOTICES)
        notices.register(WEBHOOK_NOTICES)
        notices.register(CALENDAR_NOTICES)
        notices.register(JOB_NOTICES)
        register_jobs()
        outboxes.append(NOTICES_OUTBOX)
        outboxes.append(Outbox("webhooks", webhooks.waiting_messages, webhooks.discard_messages))
        story_listeners.append(story_told)
        sla_listeners.append(sla_fired)
        ideas.register()
        knowledge.register()
        defaults.extend([load_calendars, load_policies, load_ladders, load_catalogue])
