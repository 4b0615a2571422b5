"""Addresses of the log of deliveries, below /deliveries/."""

from django.urls import path

from servicedesk.webhooks import delivery_views

urlpatterns = [
    path("", delivery_views.delivery_list, name="delivery_list"),
    path("<int:notice_id>/again/", delivery_views.delivery_again, name="delivery_again"),
    path("<int:notice_id>/give-up/", delivery_views.delivery_give_up, name="delivery_give_up"),
    path("webhooks/<int:delivery_id>/again/", delivery_views.webhook_delivery_again, name="webhook_delivery_again"),
    path(
        "webhooks/<int:delivery_id>/give-up/",
        delivery_views.webhook_delivery_give_up,
        name="webhook_delivery_give_up",
    ),
]
