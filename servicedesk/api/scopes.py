"""What a token may be used for. A token never does more than the role of its user (docs/roles.md)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, str | Promise] = {
    "tickets:read": _("Read tickets, their story and clocks"),
    "tickets:write": _("Open tickets and act on them"),
    "customers:read": _("Find and read customers and their appliances"),
    "customers:write": _("Keep customers and their appliances"),
    "catalogue:read": _("Read categories, symptoms and outlets"),
    "dispatch:read": _("Read the dispatch queue and candidates"),
    "dispatch:write": _("Assign technicians and write down their answers"),
    "visits:read": _("Read visits"),
    "visits:write": _("Record the steps and proofs of visits"),
    "callbacks:read": _("Read callbacks"),
    "callbacks:write": _("Take callbacks and record calls"),
    "warranty:read": _("Read guarantees and ask what would be"),
    "warranty:write": _("Record verdicts on guarantees"),
    "ideas:read": _("Read improvement ideas"),
    "ideas:write": _("Propose ideas and take them on their way"),
    "knowledge:read": _("Read articles and known issues"),
    "knowledge:write": _("Write, publish and withdraw articles"),
    "notifications:read": _("Read own notices"),
}
