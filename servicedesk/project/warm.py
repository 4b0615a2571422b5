"""What a process would else do during its first request, done before it takes any.

Addresses and views are imported, the words of each language and the templates read. A web server that forks does it
once for all its processes; without it the first page of each of them is answered one to two seconds later.
"""

from pathlib import Path

from django.conf import settings
from django.template import engines
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

# An address every installation has: asking for it reads all of them.
ANY_PAGE = "login"


def warm_up() -> int:
    """Reads addresses, languages and templates; returns how many templates. Asks neither database nor network."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            reverse(ANY_PAGE)
            translation.gettext("Timeline")
    return len([get_template(name) for name in _own_templates()])


def _own_templates() -> list[str]:
    """The names of the pages' templates as the loader knows them; mails and other texts are none."""
    folders = [Path(folder) for engine in engines.all() for folder in engine.dirs]
    return [path.relative_to(folder).as_posix() for folder in folders for path in sorted(folder.rglob("*.html"))]
