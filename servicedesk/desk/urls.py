"""Addresses of the desk."""

from django.urls import path

from servicedesk.desk.views import actions, customers, desk, intake, tickets, windows


def action(route: str, name: str, action_name: str) -> object:
    """The page of an action on a ticket."""
    return path(f"tickets/<str:number>/{route}/", actions.ticket_action, {"action": action_name}, name=name)


urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/calls/simulate/", desk.call_simulate, name="call_simulate"),
    path("desk/calls/bar/", desk.call_bar, name="call_bar"),
    path("desk/calls/answer/", desk.call_answer, name="call_answer"),
    path("desk/calls/end/", desk.call_end, name="call_end"),
    path("search/", desk.search, name="search"),
    path("drafts/", intake.draft_save, name="draft_save"),
    path("drafts/discard/", intake.draft_discard, name="draft_discard"),
    path("customers/<int:customer_id>/", customers.customer_detail, name="customer_detail"),
    path("customers/<int:customer_id>/edit/", customers.customer_edit, name="customer_edit"),
    path("customers/<int:customer_id>/phones/add/", customers.phone_add, name="phone_add"),
    path("customers/<int:customer_id>/phones/<int:phone_id>/", customers.phone_reveal, name="phone_reveal"),
    path("customers/<int:customer_id>/addresses/add/", customers.address_add, name="address_add"),
    path("customers/<int:customer_id>/appliances/add/", customers.appliance_add, name="appliance_add"),
    path("appliances/<int:appliance_id>/edit/", customers.appliance_edit, name="appliance_edit"),
    path("tickets/", tickets.ticket_list, name="ticket_list"),
    path("tickets/new/", intake.intake, name="intake"),
    path("tickets/new/symptoms/", intake.intake_symptoms, name="intake_symptoms"),
    path("tickets/new/beside/", intake.intake_beside, name="intake_beside"),
    path("tickets/new/windows/", windows.intake_windows, name="intake_windows"),
    path("tickets/new/hold/", windows.intake_hold, name="intake_hold"),
    path("tickets/new/release/", windows.intake_release, name="intake_release"),
    path("tickets/new/append/<str:number>/", intake.intake_append, name="intake_append"),
    path("tickets/<str:number>/", tickets.ticket_detail, name="ticket_detail"),
    path("tickets/<str:number>/live/", tickets.ticket_live, name="ticket_live"),
    path("tickets/<str:number>/phone/", tickets.ticket_phone, name="ticket_phone"),
    action("edit", "ticket_edit", "edit_ticket"),
    action("contact", "ticket_contact", "record_contact"),
    action("send", "ticket_send", "send_to_outlet"),
    action("accept", "handover_accept", "accept_handover"),
    action("refuse", "handover_refuse", "refuse_handover"),
    action("pause", "ticket_pause", "pause_clock"),
    action("resume", "ticket_resume", "resume_clock"),
    action("take-on", "ticket_take_on", "acknowledge_breach"),
    action("close", "ticket_close", "close_ticket"),
    action("reopen", "ticket_reopen", "reopen_ticket"),
    action("cancel", "ticket_cancel", "cancel_ticket"),
    action("note", "ticket_note", "add_note"),
    action("praise", "ticket_praise", "record_praise"),
    action("exception", "ticket_exception", "grant_exception"),
]
