"""Addresses of the customer's page, behind his token."""

from django.urls import path

from visits.aftercare.views import appointment, customer

urlpatterns = [
    path("", customer.customer_ticket, name="customer_ticket"),
    path("rate/", customer.customer_rate, name="customer_rate"),
    path("call/", customer.customer_call, name="customer_call"),
    path("time/", appointment.customer_time, name="customer_time"),
    path("cancel/", appointment.customer_cancel, name="customer_cancel"),
]
