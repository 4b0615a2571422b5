"""The administrators' page of tokens: issue, look at, revoke. A secret is shown once and never again."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from servicedesk import clock
from servicedesk.api.models import ApiToken
from servicedesk.api.scopes import SCOPES
from servicedesk.api.tokens import LONGEST_DAYS, issue_token, revoke_token


class TokenForm(forms.ModelForm[ApiToken]):
    """Whom a new token stands for, what for, what it may and for how long."""

    scopes = forms.MultipleChoiceField(label=_("scopes"), choices=SCOPES.items, widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=LONGEST_DAYS, initial=90)

    class Meta:
        model = ApiToken
        fields = ("user", "name", "scopes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            people: Any = self.fields["user"]
            people.queryset = people.queryset.filter(is_active=True)


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin[ApiToken]):
    """Tokens; none is changed or deleted, one that is not needed any more is revoked."""

    form = TokenForm
    list_display = ("name", "token_key", "user", "created", "expiry", "revoked_at")
    list_filter = ("revoked_at",)
    list_select_related = ("user",)
    search_fields = ("name", "user__name", "user__employee_no")
    autocomplete_fields = ("user",)
    fields: ClassVar[Any] = ("user", "name", "scopes", "days")
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> Any:
        if obj is None:
            return self.fields
        return ("user", "name", "token_key", "scopes", "created", "expiry", "revoked_at", "issued_by")

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """Issues the token and shows its secret this once."""
        given, now = form.cleaned_data, clock.now()
        actor: Any = request.user
        issued = issue_token(given["user"], given["name"], given["scopes"], days=given["days"], actor=actor, now=now)
        obj.pk = issued.token.pk
        for field in ApiToken._meta.concrete_fields:
            setattr(obj, field.attname, getattr(issued.token, field.attname))
        words = _("Copy the token now; it is shown this once: %(secret)s") % {"secret": issued.secret}
        self.message_user(request, words, messages.WARNING)

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        """Revokes the chosen tokens."""
        actor: Any = request.user
        for token in tokens:
            revoke_token(token.pk, actor=actor, now=clock.now())
        count = len(tokens)
        words = ngettext("%(n)d token revoked.", "%(n)d tokens revoked.", count) % {"n": count}
        self.message_user(request, words, messages.SUCCESS)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only the list and its action; a token is looked at, not edited."""
        return obj is None and super().has_change_permission(request, None)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
