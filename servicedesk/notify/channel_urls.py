"""Addresses of the channels' pages, below /settings/channels/."""

from django.urls import path

from servicedesk.notify import channel_views

urlpatterns = [
    path("", channel_views.channel_list, name="channel_list"),
    path("texts/<int:text_id>/remove/", channel_views.message_text_remove, name="message_text_remove"),
    path("<slug:channel>/", channel_views.channel_edit, name="channel_edit"),
    path("<slug:channel>/test/", channel_views.channel_test, name="channel_test"),
    path("<slug:channel>/texts/", channel_views.message_texts, name="message_texts"),
]
