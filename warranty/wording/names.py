"""Names of the codes that decisions carry: products, parts, terms, reasons; each with its context."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Names = Mapping[str, str | Promise]

PRODUCTS: Names = {
    "air_conditioner": pgettext_lazy("product", "air conditioner"),
    "av_amplifier": pgettext_lazy("product", "amplifier"),
    "bicycle": pgettext_lazy("product", "bicycle"),
    "black_white_tv": pgettext_lazy("product", "black-and-white television"),
    "camcorder": pgettext_lazy("product", "camcorder"),
    "clock_watch": pgettext_lazy("product", "clock or watch"),
    "colour_tv": pgettext_lazy("product", "colour television"),
    "commercial_ac": pgettext_lazy("product", "commercial air conditioner"),
    "disc_player": pgettext_lazy("product", "disc player"),
    "dishwasher": pgettext_lazy("product", "dishwasher"),
    "display_cabinet": pgettext_lazy("product", "display cabinet"),
    "electric_water_heater": pgettext_lazy("product", "electric water heater"),
    "electronic_keyboard": pgettext_lazy("product", "electronic keyboard"),
    "fan": pgettext_lazy("product", "electric fan"),
    "flat_tv": pgettext_lazy("product", "flat-panel television"),
    "freezer": pgettext_lazy("product", "freezer"),
    "gas_water_heater": pgettext_lazy("product", "gas water heater"),
    "loudspeaker": pgettext_lazy("product", "loudspeaker"),
    "microwave": pgettext_lazy("product", "microwave oven"),
    "mobile_phone": pgettext_lazy("product", "mobile phone"),
    "motorcycle": pgettext_lazy("product", "motorcycle"),
    "pc": pgettext_lazy("product", "computer"),
    "radio_cassette": pgettext_lazy("product", "radio cassette recorder"),
    "range_hood": pgettext_lazy("product", "range hood"),
    "refrigerator": pgettext_lazy("product", "refrigerator"),
    "repair_service": pgettext_lazy("product", "repair service"),
    "sewing_machine": pgettext_lazy("product", "sewing machine"),
    "shaver": pgettext_lazy("product", "shaver"),
    "vacuum": pgettext_lazy("product", "vacuum cleaner"),
    "video_recorder": pgettext_lazy("product", "video recorder"),
    "washing_machine": pgettext_lazy("product", "washing machine"),
}

PARTS: Names = {
    "backlight": pgettext_lazy("part", "backlight"),
    "battery": pgettext_lazy("part", "battery"),
    "board": pgettext_lazy("part", "main board"),
    "capacitor": pgettext_lazy("part", "capacitor"),
    "capillary": pgettext_lazy("part", "capillary tube"),
    "charger": pgettext_lazy("part", "charger"),
    "compressor": pgettext_lazy("part", "compressor"),
    "condenser": pgettext_lazy("part", "condenser"),
    "cpu": pgettext_lazy("part", "processor"),
    "disk": pgettext_lazy("part", "hard disk"),
    "driver": pgettext_lazy("part", "driver board"),
    "drum": pgettext_lazy("part", "head drum"),
    "evaporator": pgettext_lazy("part", "evaporator"),
    "fan_motor": pgettext_lazy("part", "fan motor"),
    "filter": pgettext_lazy("part", "filter"),
    "frame": pgettext_lazy("part", "frame"),
    "gas_valve": pgettext_lazy("part", "gas valve"),
    "gear": pgettext_lazy("part", "gear"),
    "graphics": pgettext_lazy("part", "graphics card"),
    "headset": pgettext_lazy("part", "headset"),
    "igniter": pgettext_lazy("part", "igniter"),
    "integrated_circuit": pgettext_lazy("part", "integrated circuit"),
    "keyboard": pgettext_lazy("part", "keyboard"),
    "line_output_transformer": pgettext_lazy("part", "line output transformer"),
    "logic": pgettext_lazy("part", "logic board"),
    "magnetron": pgettext_lazy("part", "magnetron"),
    "memory": pgettext_lazy("part", "memory"),
    "motor": pgettext_lazy("part", "motor"),
    "panel": pgettext_lazy("part", "display panel"),
    "power_supply": pgettext_lazy("part", "power supply"),
    "programmer": pgettext_lazy("part", "programme control"),
    "solenoid_valve": pgettext_lazy("part", "solenoid valve"),
    "thermostat": pgettext_lazy("part", "thermostat"),
    "timer": pgettext_lazy("part", "timer"),
    "transformer": pgettext_lazy("part", "transformer"),
    "tube": pgettext_lazy("part", "picture tube"),
    "tuner": pgettext_lazy("part", "tuner"),
}

_TERMS: Names = {
    "unit": pgettext_lazy("guarantee term", "Whole unit"),
    "main_part": pgettext_lazy("guarantee term", "Main parts"),
    "accessory": pgettext_lazy("guarantee term", "Accessory"),
}
_WINDOWS: Names = {
    "refund": pgettext_lazy("guarantee term", "Window for a refund"),
    "exchange": pgettext_lazy("guarantee term", "Window for an exchange"),
    "no_reason": pgettext_lazy("guarantee term", "Return without a reason"),
    "unlisted": pgettext_lazy("guarantee term", "Window for goods outside every list"),
}

# By the name of the value that carries the code, as in warranty/rules/codes.py.
CODE_NAMES: Mapping[str, Names] = {
    "product": PRODUCTS,
    "part": PARTS,
    "term": _TERMS,
    "window": _WINDOWS,
    "what": {**_TERMS, **_WINDOWS},
    "point": {
        "invoice": pgettext_lazy("start of a term", "invoice"),
        "delivery": pgettext_lazy("start of a term", "delivery"),
        "installation": pgettext_lazy("start of a term", "installation"),
        "exchange": pgettext_lazy("start of a term", "exchange"),
    },
    "promise": {
        "promise": pgettext_lazy("guarantee term", "Maker's promise"),
        "promise_main_part": pgettext_lazy("guarantee term", "Maker's promise for main parts"),
        "promise_repaired_part": pgettext_lazy("guarantee term", "Maker's promise for a repaired part"),
    },
    "cause": {
        "parts_wait": pgettext_lazy("delay", "no parts"),
        "repairer_delay": pgettext_lazy("delay", "the repairer's own cause"),
    },
    "party": {
        "operator": pgettext_lazy("party", "the trader"),
        "consumer": pgettext_lazy("party", "the customer"),
    },
    "reason": {
        "paid": pgettext_lazy("repair", "paid"),
        "nofault": pgettext_lazy("repair", "no fault was found"),
        "before_exchange": pgettext_lazy("repair", "of the unit before the exchange"),
        "open": pgettext_lazy("repair", "not finished yet"),
        "after_term": pgettext_lazy("repair", "after the term"),
        "other_fault": pgettext_lazy("repair", "another fault"),
    },
    "figure": {
        "unit_months": pgettext_lazy("figure", "term of the whole unit"),
        "main_parts": pgettext_lazy("figure", "list of main parts"),
        "depreciation_percent": pgettext_lazy("figure", "rate of the charge for use"),
    },
    "card": {
        "club": pgettext_lazy("card", "club card"),
        "gold_card_valid": pgettext_lazy("card", "gift card, valid"),
        "gold_card_expired": pgettext_lazy("card", "gift card, expired"),
        "none": pgettext_lazy("card", "none"),
    },
    "class": {
        "custom": pgettext_lazy("goods", "made to order"),
        "perishable": pgettext_lazy("goods", "perishable"),
        "digital_opened": pgettext_lazy("goods", "opened digital goods"),
        "newspaper": pgettext_lazy("goods", "newspapers and magazines"),
        "agreed": pgettext_lazy("goods", "agreed at the purchase"),
    },
    "problem": {
        "sold_in_the_future": pgettext_lazy("contradiction", "the sale lies in the future"),
        "fault_before_sale": pgettext_lazy("contradiction", "the fault lies before the sale"),
        "fault_in_the_future": pgettext_lazy("contradiction", "the fault lies in the future"),
        "exchange_before_sale": pgettext_lazy("contradiction", "the exchange lies before the sale"),
        "exchange_in_the_future": pgettext_lazy("contradiction", "the exchange lies in the future"),
        "installed_before_sale": pgettext_lazy("contradiction", "the installation lies before the sale"),
        "returned_before_handed": pgettext_lazy("contradiction", "a repair ended before it began"),
        "repair_in_the_future": pgettext_lazy("contradiction", "a repair lies in the future"),
        "price_not_positive": pgettext_lazy("contradiction", "the price is not above zero"),
    },
    "confidence": {
        "high": pgettext_lazy("confidence", "sure"),
        "medium": pgettext_lazy("confidence", "fairly sure"),
        "low": pgettext_lazy("confidence", "not sure"),
    },
}
