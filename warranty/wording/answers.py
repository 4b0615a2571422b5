"""The answer itself in plain words: what is open, why, what has to be asked for, what would change it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Names = Mapping[str, str | Promise]


@dataclass(frozen=True)
class Look:
    """How an answer is drawn."""

    icon: str
    tone: str


HEADLINES: Names = {
    "refund": _("The whole price goes back to the customer"),
    "exchange": _("The unit is exchanged free of charge"),
    "refund_less_depreciation": _("The price goes back, less a charge for use"),
    "no_reason_return": _("The goods may be sent back without a reason"),
    "punitive_damages": _("Damages are due"),
    "repair": _("The repair is free"),
    "promise_repair": _("The repair is free by the maker's promise"),
    "maintenance_free": _("The maintenance visit is free"),
    "review": _("A person decides"),
    "maintenance_paid": _("The maintenance visit is paid"),
    "paid_repair": _("The repair is paid"),
    "none": _("Nothing is due"),
}
# The same as items of a list: “refund, exchange or free repair”.
ENTITLEMENTS: Names = {
    "refund": pgettext_lazy("entitlement", "refund"),
    "exchange": pgettext_lazy("entitlement", "exchange"),
    "refund_less_depreciation": pgettext_lazy("entitlement", "refund less a charge for use"),
    "no_reason_return": pgettext_lazy("entitlement", "return without a reason"),
    "punitive_damages": pgettext_lazy("entitlement", "damages"),
    "repair": pgettext_lazy("entitlement", "free repair"),
    "promise_repair": pgettext_lazy("entitlement", "free repair by promise"),
    "maintenance_free": pgettext_lazy("entitlement", "free maintenance"),
    "review": pgettext_lazy("entitlement", "decision by a person"),
    "maintenance_paid": pgettext_lazy("entitlement", "paid maintenance"),
    "paid_repair": pgettext_lazy("entitlement", "paid repair"),
    "none": pgettext_lazy("entitlement", "nothing"),
}
LOOKS: Mapping[str, Look] = {
    "refund": Look("receipt-refund", "info"),
    "exchange": Look("arrows-exchange", "info"),
    "refund_less_depreciation": Look("receipt-refund", "info"),
    "no_reason_return": Look("receipt-refund", "info"),
    "punitive_damages": Look("scale", "danger"),
    "repair": Look("shield-check", "ok"),
    "promise_repair": Look("shield-check", "ok"),
    "maintenance_free": Look("shield-check", "ok"),
    "review": Look("user-question", "warn"),
    "maintenance_paid": Look("coin-yuan", "neutral"),
    "paid_repair": Look("coin-yuan", "neutral"),
    "none": Look("shield-off", "neutral"),
}
GROUNDS: Names = {
    "seven_days": _("within the window for a refund"),
    "fifteen_days": _("within the window for an exchange"),
    "failed_repairs": _("repaired again and again without success"),
    "parts_wait": _("no parts for too long"),
    "repairer_delay": _("delayed by the repairer"),
    "long_repair": _("too many days in repair"),
    "unit_term": _("the guarantee of the whole unit runs"),
    "main_part_term": _("the guarantee of the main part runs"),
    "accessory_term": _("the guarantee of the accessory runs"),
    "after_repair": _("the same fault soon after a repair"),
    "unlisted_goods": _("goods outside every list"),
    "promise_failed_repairs": _("repaired under a promise without success"),
    "promise": _("the maker's promise runs"),
    "no_reason": _("bought at a distance"),
    "fraud": _("proven fraud"),
    "free_visit": _("the free visit of this year"),
    "paid": _("nothing free covers it"),
    "person_decides": _("the rules alone cannot tell"),
    "nothing_due": _("no rule gives anything here"),
}
MISSING: Names = {
    "invoice_status": _("whether there is an invoice"),
    "invoice_on": _("day of the invoice"),
    "delivered_on": _("day of delivery"),
    "installed_on": _("day of installation"),
    "exchanged_on": _("day of the exchange (delivery of the new unit)"),
    "price": _("price"),
    "province": _("province of the address, as local law may add rights"),
    "same_model_in_stock": _("whether the same model can be had"),
    "delay_cause": _("why the repair is not finished"),
    "reported_on": _("day of the report"),
    "production_month": _("serial number or month of production"),
    "repair_proof": _("proof of a repair done elsewhere, which does not count until then"),
}
# What the page of the appliance asks for; the rest is answered elsewhere.
ON_APPLIANCE = frozenset(
    {"invoice_status", "invoice_on", "delivered_on", "installed_on", "exchanged_on", "price", "production_month"}
)
CHANGES: Names = {
    "next_day": _("From %(on)s: %(answer)s."),
    "previous_day": _("On or before %(on)s: %(answer)s."),
    "one_more_failed_repair": _("After one more failed guarantee repair: %(answer)s."),
    "same_model_gone": _("If the same model cannot be had: %(answer)s."),
    "same_model_found": _("If the same model can be had: %(answer)s."),
}
FAULT_TYPES: Names = {
    "performance": pgettext_lazy("fault type", "Does not work as it should"),
    "no_fault": pgettext_lazy("fault type", "No fault: wants to return it"),
    "misuse": pgettext_lazy("fault type", "Wrong use, care or storage"),
    "unauthorised": pgettext_lazy("fault type", "Opened or repaired by others"),
    "voucher_mismatch": pgettext_lazy("fault type", "Voucher altered or not fitting"),
    "force_majeure": pgettext_lazy("fault type", "Force majeure"),
    "maintenance": pgettext_lazy("fault type", "Maintenance, no fault"),
    "fraud": pgettext_lazy("fault type", "Fraud of the trader"),
}
BUYERS: Names = {
    "consumer": pgettext_lazy("buyer", "consumer"),
    "business": pgettext_lazy("buyer", "business"),
    "business_living_use": pgettext_lazy("buyer", "business, for people to live with"),
}
PROOFS: Names = {
    "present": pgettext_lazy("proof", "invoice"),
    "alt_proof": pgettext_lazy("proof", "another proof of the day"),
    "none": pgettext_lazy("proof", "none"),
}
CHANNELS: Names = {
    "store": pgettext_lazy("channel of sale", "in a shop"),
    "online": pgettext_lazy("channel of sale", "at a distance"),
}
REMEDIES: Names = {
    "repair": pgettext_lazy("remedy", "Repair"),
    "exchange": pgettext_lazy("remedy", "Exchange"),
    "refund": pgettext_lazy("remedy", "Refund"),
    "maintenance": pgettext_lazy("remedy", "Maintenance"),
}
REPAIR_KINDS: Names = {
    "warranty": pgettext_lazy("repair", "under guarantee"),
    "paid": pgettext_lazy("repair", "paid"),
    "nofault": pgettext_lazy("repair", "no fault was found"),
}
PROMISE_KINDS: Names = {
    "whole_unit": pgettext_lazy("promise", "the whole unit"),
    "public_use": pgettext_lazy("promise", "public use, for businesses"),
    "repaired_part": pgettext_lazy("promise", "a repaired part"),
    "depreciation": pgettext_lazy("promise", "a share of the charge for use"),
}
SCOPES: Names = {
    "CN": _("national law only"),
    "CN-ZJ": _("Zhejiang"),
    "CN-SD": _("Shandong"),
}
