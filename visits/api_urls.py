"""Addresses of visits and callbacks below `/api/v1/`."""

from django.urls import path

from visits import api
from visits.aftercare import api as aftercare
from visits.aftercare import api_reviews as reviews
from visits.care import api as care
from visits.entries import api as phone
from visits.followups import api as followups
from visits.sheets import api as sheets

VISIT = "visits/<int:visit_id>"
CALLBACK = "callbacks/<int:callback_id>"
FOLLOW_UP = "follow-ups/<int:follow_up_id>"
MISMATCH = "mismatches/<int:mismatch_id>"
STEPS = {
    "depart": api.Depart,
    "arrive": api.Arrive,
    "start_work": api.StartWork,
    "answer_item": api.AnswerItem,
    "record_inspection": api.RecordInspection,
    "add_photo": api.AddPhoto,
    "sign": api.Sign,
    "record_outcome": api.RecordOutcome,
    "complete_visit": api.CompleteVisit,
    "abort_visit": api.AbortVisit,
}
CALLS = {
    "claim_callback": aftercare.ClaimCallback,
    "release_callback": aftercare.ReleaseCallback,
    "record_attempt": aftercare.RecordAttempt,
}

CARE = {
    "record_care_event": care.RecordCareEvent,
    "record_pickup": care.RecordPickup,
    "record_return": care.RecordReturn,
    "propose_story": care.ProposeStory,
}

urlpatterns = [
    path("visits", api.Visits.as_view(), name="api_visits"),
    path(VISIT, api.OneVisit.as_view(), name="api_visit"),
    path(f"{VISIT}/checklist", api.Checklist.as_view(), name="api_checklist"),
    *(path(f"{VISIT}/{step}", endpoint.as_view(), name=f"api_{step}") for step, endpoint in STEPS.items()),
    path(f"{VISIT}/entries", phone.Entries.as_view(), name="api_entries"),
    path(f"{VISIT}/take_over_late_work", phone.TakeOverLateWork.as_view(), name="api_take_over_late_work"),
    path(f"{VISIT}/keep_late_work", phone.KeepLateWork.as_view(), name="api_keep_late_work"),
    path("field/day", phone.FieldDay.as_view(), name="api_field_day"),
    path("field/self-check", phone.FieldSelfCheck.as_view(), name="api_field_self_check"),
    path("field/consent", phone.FieldConsent.as_view(), name="api_field_consent"),
    path(f"{VISIT}/charges", api.AddCharge.as_view(), name="api_charges"),
    path(f"{VISIT}/charges/<int:charge_id>/remove_charge", api.RemoveCharge.as_view(), name="api_remove_charge"),
    path(f"{VISIT}/sheets", sheets.Sheets.as_view(), name="api_sheets"),
    path(f"{VISIT}/sheets/<int:version>", sheets.OneSheet.as_view(), name="api_sheet"),
    path(f"{VISIT}/sheets/<int:version>/pdf", sheets.SheetFile.as_view(), name="api_sheet_pdf"),
    path(f"{VISIT}/sheets/correct", sheets.CorrectSheet.as_view(), name="api_correct_sheet"),
    path(f"{VISIT}/sheet-preview", sheets.SheetPreview.as_view(), name="api_sheet_preview"),
    path("tickets/<ticket:number>/visits", api.TicketVisits.as_view(), name="api_ticket_visits"),
    path(
        "tickets/<ticket:number>/schedule_callback",
        aftercare.ScheduleCallback.as_view(),
        name="api_schedule_callback",
    ),
    *(
        path(f"tickets/<ticket:number>/{action}", endpoint.as_view(), name=f"api_{action}")
        for action, endpoint in CARE.items()
    ),
    path("stories/<int:story_id>/approve_story", care.ApproveStory.as_view(), name="api_approve_story"),
    path("stories/<int:story_id>/publish_story", care.PublishStory.as_view(), name="api_publish_story"),
    path("tickets/<ticket:number>/record_call_wish", reviews.RecordCallWish.as_view(), name="api_record_call_wish"),
    path("follow-ups", followups.FollowUps.as_view(), name="api_follow_ups"),
    path(FOLLOW_UP, followups.OneFollowUp.as_view(), name="api_follow_up"),
    path(f"{FOLLOW_UP}/end_follow_up", followups.EndFollowUp.as_view(), name="api_end_follow_up"),
    path(f"{FOLLOW_UP}/reopen_follow_up", followups.ReopenFollowUp.as_view(), name="api_reopen_follow_up"),
    path("mismatches", reviews.Mismatches.as_view(), name="api_mismatches"),
    path(MISMATCH, reviews.OneMismatch.as_view(), name="api_mismatch"),
    path(f"{MISMATCH}/decide_mismatch", reviews.DecideMismatch.as_view(), name="api_decide_mismatch"),
    path(f"{MISMATCH}/reopen_mismatch", reviews.ReopenMismatch.as_view(), name="api_reopen_mismatch"),
    path("callbacks", aftercare.Callbacks.as_view(), name="api_callbacks"),
    path(CALLBACK, aftercare.OneCallback.as_view(), name="api_callback"),
    *(path(f"{CALLBACK}/{action}", endpoint.as_view(), name=f"api_{action}") for action, endpoint in CALLS.items()),
]
