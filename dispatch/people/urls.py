"""Addresses of the technicians' pages, below /dispatch/."""

from django.urls import path

from dispatch.people import edit_views, new_views, views

OF = "technicians/<int:technician_id>/"

urlpatterns = [
    path("attention/", views.attention_list, name="attention_list"),
    path("technicians/", views.technician_list, name="technician_list"),
    path("technicians/new/", new_views.technician_new, name="technician_new"),
    path(OF, views.technician_detail, name="technician_detail"),
    path(f"{OF}profile/", edit_views.profile_edit, name="profile_edit"),
    path(f"{OF}districts/", edit_views.districts_edit, name="districts_edit"),
    path(f"{OF}skills/new/", edit_views.skill_edit, name="skill_new"),
    path(f"{OF}skills/<int:skill_id>/", edit_views.skill_edit, name="skill_edit"),
    path(f"{OF}skills/<int:skill_id>/remove/", edit_views.skill_remove, name="skill_remove"),
    path(f"{OF}certificates/new/", edit_views.certificate_edit, name="certificate_new"),
    path(f"{OF}certificates/<int:certificate_id>/", edit_views.certificate_edit, name="certificate_edit"),
    path(f"{OF}certificates/<int:certificate_id>/switch/", edit_views.certificate_switch, name="certificate_switch"),
    path(f"{OF}shifts/new/", edit_views.shift_edit, name="shift_new"),
    path(f"{OF}shifts/<int:shift_id>/", edit_views.shift_edit, name="shift_edit"),
    path(f"{OF}shifts/<int:shift_id>/remove/", edit_views.shift_remove, name="shift_remove"),
    path(f"{OF}shifts/repeat/", edit_views.week_repeat, name="week_repeat"),
    path(f"{OF}shifts/copy/", edit_views.week_copy, name="week_copy"),
    path(f"{OF}absences/new/", edit_views.absence_edit, name="absence_new"),
    path(f"{OF}absences/<int:absence_id>/", edit_views.absence_edit, name="absence_edit"),
    path(f"{OF}absences/<int:absence_id>/remove/", edit_views.absence_remove, name="absence_remove"),
]
