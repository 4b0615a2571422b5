"""Addresses of the service desk's endpoints, below `/api/v1/`."""

from django.urls import path, register_converter

from servicedesk.api import care, catalogue, customers, ideas, knowledge, ticket_actions, tickets, windows


class NumberConverter:
    """A ticket number, `260310-0001`."""

    regex = "[0-9]{6}-[0-9]{4,7}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(NumberConverter, "ticket")

ACTIONS = {
    "record_contact": ticket_actions.RecordContact,
    "send_to_outlet": ticket_actions.SendToOutlet,
    "accept_handover": ticket_actions.AcceptHandover,
    "refuse_handover": ticket_actions.RefuseHandover,
    "pause_clock": ticket_actions.PauseClock,
    "resume_clock": ticket_actions.ResumeClock,
    "acknowledge_breach": ticket_actions.TakeOn,
    "close_ticket": ticket_actions.CloseTicket,
    "reopen_ticket": ticket_actions.ReopenTicket,
    "cancel_ticket": ticket_actions.CancelTicket,
    "add_note": ticket_actions.AddNote,
    "record_praise": ticket_actions.RecordPraise,
    "grant_exception": ticket_actions.GrantException,
    "reveal_phone": ticket_actions.RevealPhone,
    "give_consent": care.GiveConsent,
    "withdraw_consent": care.WithdrawConsent,
    "record_care_note": care.RecordCareNote,
    "read_care_notes": care.ReadCareNotes,
    "propose_idea": ideas.ProposeIdea,
    "propose_article": knowledge.ProposeArticle,
}
IDEA_STEPS = {
    "link_idea": ideas.LinkIdea,
    "route_idea": ideas.RouteIdea,
    "accept_idea": ideas.AcceptIdea,
    "decline_idea": ideas.DeclineIdea,
    "ship_idea": ideas.ShipIdea,
    "answer_proposer": ideas.AnswerProposer,
    "answer_customer": ideas.AnswerCustomer,
}
ARTICLE_STEPS = {
    "publish_article": knowledge.PublishArticle,
    "withdraw_article": knowledge.WithdrawArticle,
}

urlpatterns = [
    path("tickets", tickets.Tickets.as_view(), name="api_tickets"),
    path("windows", windows.Windows.as_view(), name="api_windows"),
    path("windows/hold", windows.HoldWindow.as_view(), name="api_hold_window"),
    path("windows/release", windows.ReleaseWindow.as_view(), name="api_release_window"),
    path("tickets/<ticket:number>", tickets.OneTicket.as_view(), name="api_ticket"),
    path("tickets/<ticket:number>/story", tickets.Story.as_view(), name="api_story"),
    path("tickets/<ticket:number>/clocks", tickets.Clocks.as_view(), name="api_clocks"),
    path("tickets/<ticket:number>/clocks/<int:clock_id>", tickets.ClockWhy.as_view(), name="api_clock"),
    *(
        path(f"tickets/<ticket:number>/{action}", endpoint.as_view(), name=f"api_{action}")
        for action, endpoint in ACTIONS.items()
    ),
    path("customers", customers.Customers.as_view(), name="api_customers"),
    path("customers/<int:customer_id>", customers.OneCustomer.as_view(), name="api_customer"),
    path("customers/<int:customer_id>/phones", customers.CustomerPhones.as_view(), name="api_phones"),
    path("customers/<int:customer_id>/addresses", customers.CustomerAddresses.as_view(), name="api_addresses"),
    path("customers/<int:customer_id>/appliances", customers.CustomerAppliances.as_view(), name="api_appliances"),
    path("appliances/<int:appliance_id>", customers.OneAppliance.as_view(), name="api_appliance"),
    path("categories", catalogue.Categories.as_view(), name="api_categories"),
    path("categories/<slug:code>/symptoms", catalogue.Symptoms.as_view(), name="api_symptoms"),
    path(
        "categories/<slug:code>/symptoms/<slug:symptom>/known",
        knowledge.KnownIssues.as_view(),
        name="api_known_issues",
    ),
    path("outlets", catalogue.Outlets.as_view(), name="api_outlets"),
    path("notifications", catalogue.Notices.as_view(), name="api_notifications"),
    path("ideas", ideas.Ideas.as_view(), name="api_ideas"),
    path("ideas/<int:idea_id>", ideas.OneIdea.as_view(), name="api_idea"),
    *(
        path(f"ideas/<int:idea_id>/{step}", endpoint.as_view(), name=f"api_{step}")
        for step, endpoint in IDEA_STEPS.items()
    ),
    path("articles", knowledge.Articles.as_view(), name="api_articles"),
    path("articles/<int:article_id>", knowledge.OneArticle.as_view(), name="api_article"),
    *(
        path(f"articles/<int:article_id>/{step}", endpoint.as_view(), name=f"api_{step}")
        for step, endpoint in ARTICLE_STEPS.items()
    ),
]
