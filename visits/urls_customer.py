"""Addresses of the customer's page, behind his token."""

from django.urls import path

from visits.aftercare.views import appointment, customer
from visits.sheets import customer_views as sheets

urlpatterns = [
    path("", customer.customer_ticket, name="customer_ticket"),
    path("rate/", customer.customer_rate, name="customer_rate"),
    path("call/", customer.customer_call, name="customer_call"),
    path("time/", appointment.customer_time, name="customer_time"),
    path("cancel/", appointment.customer_cancel, name="customer_cancel"),
    path("sheets/<int:visit_no>/<int:version>/", sheets.customer_sheet, name="customer_sheet"),
    path("sheets/<int:visit_no>/<int:version>/pdf/", sheets.customer_sheet_pdf, name="customer_sheet_pdf"),
]
