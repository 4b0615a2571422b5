"""Taking on somebody who has an account already."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dispatch.people.access import EDITORS, outlets_of
from dispatch.people.forms import ProfileForm
from dispatch.people.services import add_technician
from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import Role, User

SEE_OTHER = 303


class NewForm(ProfileForm):
    """The profile of somebody new, and whose account it is."""

    employee_no = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Account"),
        help_text=gettext_lazy("Accounts that have no file here yet; an administrator opens new accounts."),
    )
    field_order = ("employee_no",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["employee_no"]
        field.queryset = User.objects.filter(role=Role.TECHNICIAN, is_active=True, technician=None)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def technician_new(request: HttpRequest) -> HttpResponse:
    """The form of somebody new."""
    user = staff_of(request)
    bound = request.method == "POST"
    initial = {"stars": 1, "overtime": 0, "active": True}
    form = NewForm(request.POST if bound else None, initial=initial, outlets=outlets_of(user))
    status = INVALID if bound else 200
    if bound and form.is_valid():
        account: User = form.cleaned_data.pop("employee_no")
        try:
            technician = add_technician(account, form.wanted(), actor=user, now=clock.now())
        except ActionError as error:
            if error.field not in form.fields:
                raise
            form.add_error(error.field, str(error.message))
            status = error.status
        else:
            messages.success(request, _("Taken on. Enter skills, certificate and shifts next."))
            return HttpResponseRedirect(reverse("technician_detail", args=[technician.pk]), status=SEE_OTHER)
    context = {"form": form, "title": _("New technician"), "now": clock.now(), "technician": None}
    return render(request, "dispatch/people/technician_form.html", context, status=status)
