"""Addresses of policies and ladders, below /promises/."""

from django.urls import path

from servicedesk.promises import ladder_views, trial_views, views

urlpatterns = [
    path("", views.policy_list, name="policy_list"),
    path("new/", views.policy_new, name="policy_new"),
    path("test/", trial_views.promise_test, name="promise_test"),
    path("ladders/", ladder_views.ladder_list, name="ladder_list"),
    path("ladders/new/", ladder_views.ladder_new, name="ladder_new"),
    path("ladders/rules/", ladder_views.notice_rules, name="notice_rules"),
    path("ladders/changes/<int:entry_id>/undo/", ladder_views.change_undo, name="promise_change_undo"),
    path("ladders/<slug:code>/", ladder_views.ladder_detail, name="ladder_detail"),
    path("<slug:code>/", views.policy_detail, name="policy_detail"),
    path("<slug:code>/version/", views.policy_version, name="policy_version"),
    path("<slug:code>/withdraw/", views.policy_withdraw, name="policy_withdraw"),
    path("<slug:code>/bring-back/", views.policy_bring_back, name="policy_bring_back"),
]
