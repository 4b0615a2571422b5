"""The form that brings a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.imports.reading import MAX_MB


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the language of who asks: a sentence with a figure filled in is no longer lazy.
        self.fields["file"].help_text = gettext("CSV or XLSX, at most %(mb)s MB.") % {"mb": MAX_MB}
