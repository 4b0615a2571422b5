"""Which pictures `manage.py pictures` takes: who looks at which address, and where he walks from there."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO

from playwright.sync_api import Page
from pypdfium2 import PdfDocument

CHINESE, ENGLISH = "zh-hans", "en"
PDF_SCALE = 1.5
# No part on its way, every element with its script, every chart drawn.
AT_REST = (
    "() => !document.querySelector('.htmx-request, [data-loading], chart-table:not(:has(canvas)), :not(:defined)')"
)
Walk = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at which address, in which language, theme and size; `then` walks on from there.

    An empty `login` is a stranger; `whole` takes the page to its end instead of one window of it.
    """

    name: str
    login: str
    path: str
    language: str = CHINESE
    dark: bool = False
    phone: bool = False
    whole: bool = False
    then: Walk | None = None


def come_to_rest(page: Page) -> None:
    """Waits until no part of the page is on its way and every element has its script."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(150)
    page.wait_for_function(AT_REST)


def follow(*selectors: str) -> Walk:
    """Walks from page to page by the first link that fits each; the picture is of the last one."""

    def walk(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).locator("visible=true").first.click(timeout=8_000)
            come_to_rest(page)

    return walk


def press(*keys: str) -> Walk:
    """Presses keys on the page; the picture is of what they open."""

    def walk(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(300)

    return walk


def both(*walks: Walk) -> Walk:
    """One walk after another."""

    def walk(page: Page) -> None:
        for each in walks:
            each(page)

    return walk


def print_it(page: Page) -> None:
    """Shows the page as it goes to the printer."""
    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size({"width": 794, "height": 1123})


def customers_page(page: Page) -> None:
    """Walks from a ticket to the page its customer sees."""
    page.goto(page.locator(".copy-line input").input_value())
    come_to_rest(page)


def described(page: Page) -> None:
    """Waits until the page of the API has drawn its operations."""
    page.wait_for_selector(".opblock")
    page.wait_for_timeout(500)


def first_page_of_pdf(page: Page) -> None:
    """Shows the first page of the linked PDF as a picture, since a browser without a head shows none."""
    link = page.locator("a[href$='/pdf/']").first.get_attribute("href") or ""
    origin = "/".join(page.url.split("/")[:3])
    file = page.context.request.get(f"{origin}{link}").body()
    out = BytesIO()
    PdfDocument(file)[0].render(scale=PDF_SCALE).to_pil().save(out, "PNG")
    page.goto("about:blank")
    page.set_viewport_size({"width": 893, "height": 1263})
    drawn = b64encode(out.getvalue()).decode()
    page.set_content(f"<body style='margin:0'><img width='893' src='data:image/png;base64,{drawn}'></body>")


TICKET = "table a[href^='/tickets/']"
STORY = "main a[href^='/stories/']:not([href*='?'])"
VISIT = "a[href^='/my/visits/']"
MISMATCH = "main td a[href^='/callbacks/mismatches/']"
FIRST_TICKET = follow(TICKET)
CHECKLIST = "main tr:nth-child(5) th a[href^='/checklists/']"
DRAFTED = "main form button[data-key=n]"
CLAIMED = (
    "/guarantee/compensation/?topic=fraud&buyer=consumer&jurisdiction=CN&event_on=2026-03-01&act=part_swap&proven=yes"
    "&price=180&step=4"
)
GUARANTEE = "a[href^='/guarantee/appliances/']"
NOTE = "a[href*='/guarantee/'][href*='/note/']"
REPAIR_NEW = "a[href$='/repairs/new/']"
CALCULATED = (
    "/guarantee/calculator/?product=washing_machine&price=2999&invoice_on=2025-09-01&delivered_on=2025-09-01"
    "&same_model=yes&asked=refund&as_of=2025-09-05&compare_on=2025-11-20"
)
SHEET = "a[href*='/sheets/']"
CLOSED = "/tickets/?view=all&state=closed"
ASSIGNED = "/tickets/?view=all&state=scheduled"
LIGHT = (
    Picture("sign-in", "", "/login/"),
    Picture("desk", "A001", "/desk/"),
    Picture("palette", "A001", "/desk/", then=press("Control+k")),
    Picture("keys", "A001", "/desk/", then=both(follow("body"), press("?"))),
    Picture("search", "A001", "/search/?q=王"),
    Picture("intake", "A001", "/tickets/new/"),
    Picture("customer", "A001", "/search/?q=王", then=follow("a[href^='/customers/']")),
    Picture("tickets", "A001", "/tickets/"),
    Picture("ticket", "S002", "/tickets/?view=all&state=in_service", then=FIRST_TICKET),
    Picture("ticket-closed", "M001", CLOSED, then=FIRST_TICKET),
    Picture("ticket-printed", "A001", CLOSED, whole=True, then=both(FIRST_TICKET, print_it)),
    Picture("filters-empty", "A001", "/tickets/?view=all&text=zzzz"),
    Picture("step", "A001", "/tickets/", then=follow(TICKET, "a[data-dialog][href$='/note/']")),
    Picture("clock", "A001", "/tickets/", then=follow(TICKET, "a.sla")),
    Picture("notifications", "A001", "/notifications/"),
    Picture("queue", "D001", "/dispatch/"),
    Picture("candidates", "D001", "/dispatch/", then=follow("[data-assign]")),
    Picture("paces", "M001", "/dispatch/travel/"),
    Picture("technicians", "M001", "/dispatch/technicians/"),
    Picture("technician-file", "M001", "/dispatch/technicians/", whole=True, then=follow("main tbody a")),
    Picture("window-plan", "M001", "/dispatch/windows/", then=follow("main a[href^='/dispatch/windows/']")),
    Picture("import-new", "M001", "/imports/new/shifts/"),
    Picture("timeline", "D001", "/dispatch/timeline/"),
    Picture("board-map", "D001", "/dispatch/timeline/?view=map"),
    Picture("callbacks", "A001", "/callbacks/"),
    Picture("mismatches", "M001", "/callbacks/mismatches/"),
    Picture("mismatch", "M001", "/callbacks/mismatches/", then=follow(MISMATCH)),
    Picture("mismatch-figures", "M001", "/callbacks/mismatches/figures/"),
    Picture("callback-settings", "M001", "/callbacks/settings/"),
    Picture("sampling-settings", "M001", "/callbacks/settings/sampling/", whole=True),
    Picture("draws", "M001", "/callbacks/settings/draws/"),
    Picture("export", "M001", "/tickets/", then=follow("a[href*='/exports/tickets/']")),
    Picture("callback", "A001", "/callbacks/", then=follow("main a[href^='/callbacks/']:not([href*='?'])")),
    Picture("dashboard", "M001", "/dashboard/"),
    Picture("dashboard-rows", "M001", "/dashboard/", then=follow("main a[href*='/dashboard/rows/']")),
    Picture("checklists", "M001", "/checklists/"),
    Picture("checklist-draft", "M001", "/checklists/", whole=True, then=follow(CHECKLIST, DRAFTED)),
    Picture("checklist-item", "M001", "/checklists/", then=follow(CHECKLIST, DRAFTED, "main a[href*='/items/']")),
    Picture("checklist-preview", "M001", "/checklists/", then=follow(CHECKLIST, DRAFTED, "main a[data-key=v]")),
    Picture("follow-ups", "M001", "/follow-ups/"),
    Picture("story", "M001", "/stories/", then=follow(STORY)),
    Picture("care", "M001", "/stories/", whole=True, then=follow(STORY, "main a[href^='/tickets/']")),
    Picture("rules", "A001", "/guarantee/rules/?on=2014-03-14", whole=True),
    Picture("guide", "A001", CLAIMED, whole=True),
    Picture("remedies", "M001", "/guarantee/remedies/"),
    Picture("remedy", "M001", "/guarantee/remedies/?view=approved", then=follow("main a[href*='/tickets/']")),
    Picture("approvals", "M001", "/guarantee/approvals/"),
    Picture("waits", "M001", "/guarantee/waits/"),
    Picture("wait", "M001", "/guarantee/waits/", then=follow("main a[href^='/guarantee/waits/']:not([href*='?'])")),
    Picture("waiting-unit", "M001", "/guarantee/waits/", whole=True, then=follow(f"main {GUARANTEE}")),
    Picture("repair-form", "A001", "/guarantee/waits/", whole=True, then=follow(f"main {GUARANTEE}", REPAIR_NEW)),
    Picture("calculator", "A001", CALCULATED, whole=True),
    Picture("note", "M001", "/guarantee/waits/", whole=True, then=both(follow(f"main {GUARANTEE}", NOTE), print_it)),
    Picture("ideas", "M001", "/ideas/"),
    Picture("idea", "M001", "/ideas/", then=follow("main a[href^='/ideas/']:not([href*='?'])")),
    Picture("knowledge", "M001", "/knowledge/"),
    Picture("article", "M001", "/knowledge/", then=follow("main a[href^='/knowledge/']:not([href*='?'])")),
    Picture("appliance-history", "M001", CLOSED, then=follow(TICKET, "a[href^='/history/appliances/']")),
    Picture("settings", "ADMIN", "/settings/", whole=True),
    Picture("recompute", "M001", "/recompute/"),
    Picture("calendars", "M001", "/calendars/"),
    Picture("calendar", "M001", "/calendars/WORK/"),
    Picture("calendar-year", "M001", "/calendars/WORK/2026/", whole=True),
    Picture("calendar-test", "M001", "/calendars/WORK/test/?start=2026-02-13T17:00&minutes=960"),
    Picture("public-days", "M001", "/calendars/public-days/"),
    Picture("policies", "M001", "/promises/"),
    Picture("policy-version", "M001", "/promises/default-p1/version/", whole=True),
    Picture("promise-test", "M001", "/promises/test/?priority=1", whole=True, then=follow("#clock-arrival > summary")),
    Picture("ladders", "M001", "/promises/ladders/"),
    Picture("ladder", "M001", "/promises/ladders/default/", whole=True),
    Picture("webhook-new", "ADMIN", "/webhooks/new/"),
    Picture("channels", "ADMIN", "/settings/channels/"),
    Picture("channel-sms", "ADMIN", "/settings/channels/sms/", whole=True),
    Picture("message-texts", "ADMIN", "/settings/channels/sms/texts/"),
    Picture("deliveries", "ADMIN", "/deliveries/?channel=webhook", language=ENGLISH, dark=True),
    Picture("api", "ADMIN", "/api/docs", then=described),
    Picture("technician", "T001", "/my/", phone=True),
    Picture("visit", "T001", "/my/", phone=True, then=follow(VISIT)),
    Picture("customers-page", "A001", ASSIGNED, phone=True, then=both(FIRST_TICKET, customers_page)),
    Picture("sheet", "M001", CLOSED, whole=True, then=both(FIRST_TICKET, follow(SHEET))),
    Picture("sheet-pdf", "M001", CLOSED, whole=True, then=both(FIRST_TICKET, follow(SHEET), first_page_of_pdf)),
    Picture("sheet-printed", "M001", CLOSED, whole=True, then=both(FIRST_TICKET, follow(SHEET), print_it)),
    Picture("unknown-page", "A001", "/tickets/260101-0000/"),
)
DARK = frozenset({"waits", "desk", "ticket", "queue", "timeline", "dashboard", "visit"})
PICTURES = LIGHT + tuple(
    replace(picture, name=f"{picture.name}-en-dark", language=ENGLISH, dark=True)
    for picture in LIGHT
    if picture.name in DARK
)
