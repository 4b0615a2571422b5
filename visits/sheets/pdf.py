"""The sheet as a PDF: A4, black on white, Chinese by a font of its own of which only the glyphs used are embedded.

Reading the whole font takes half a second, and most sheets need common signs only: each process makes a light copy of
it once, from `node_modules`, and takes that. A sheet with a rarer sign takes the whole font.
"""

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from visits.sheets.showing import BillLine, Group, Row, Section, Shown

FONT_FILE = Path("@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf")
FONT = "Noto Sans SC"
MARGIN, GAP, LINE = 14.0, 2.5, 4.6
SMALL, TEXT, HEAD, TITLE = 7.5, 9.0, 10.5, 15.0
LABEL = 26.0
CODE, DRAWING = 24.0, 18.0
GREY, RULE = 80, 160
NEXT: dict[str, Any] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}

# It says of every table it leaves out of the copy that it does.
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Printed:
    """What stands on paper besides the words: hash, drawing, and the link that its square code carries."""

    content_hash: str
    drawing: bytes | None
    link: str
    code: bytes


class Paper(FPDF):
    """A4 with the sheet's number, hash and page on the foot of every page."""

    foot_words = ""

    def footer(self) -> None:
        """Called by fpdf2 at the end of each page."""
        self.set_y(-12)
        self.set_font(FONT, size=SMALL)
        self.set_text_color(GREY)
        self.cell(0, LINE, self.foot_words)
        self.set_x(self.l_margin)
        self.cell(0, LINE, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(0)


def pdf_of(shown: Shown, printed: Printed) -> bytes:
    """The sheet as a PDF file."""
    paper = _paper(_signs(shown, printed))
    paper.foot_words = shown.number
    paper.set_title(f"{_('Service record sheet')} {shown.number}")
    paper.set_lang("zh-CN" if str(get_language()).startswith("zh") else "en")
    paper.add_page()
    _head(paper, shown, printed)
    for section in shown.sections:
        _section(paper, section)
    _bill(paper, shown)
    _checks(paper, shown)
    _signature(paper, shown, printed)
    _hash(paper, printed)
    made = bytes(paper.output())
    # After the first sheet of a process, so that it does not share the processor with this.
    _light_font()
    return made


def font_path() -> Path:
    """Where the font lies: below `settings.NODE_MODULES`, or in the folder beside manage.py."""
    folder = Path(getattr(settings, "NODE_MODULES", Path(settings.BASE_DIR) / "node_modules"))
    return folder / FONT_FILE


def warm_font() -> None:
    """Waits until the light copy stands, so that the next sheet takes it."""
    _light_font().result()


@dataclass(frozen=True)
class LightFont:
    """The copy as a file, which lives as long as the process, and the signs it has."""

    file: Any
    signs: frozenset[int]


@cache
def _light_font() -> "Future[LightFont]":
    """The light copy, which a thread of its own is making: nobody's first sheet waits for it."""
    made: Future[LightFont] = Future()
    Thread(target=_make_light_font, args=(made,), name="light-font", daemon=True).start()
    return made


def _make_light_font(made: "Future[LightFont]") -> None:
    try:
        made.set_result(_light_copy())
    except (OSError, TTLibError) as error:
        # Sheets go on with the whole font.
        made.set_exception(error)


def _light_copy() -> LightFont:
    whole = TTFont(font_path(), lazy=True)
    options = Options(layout_features=[], hinting=False, notdef_outline=True, glyph_names=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_common_signs())
    subsetter.subset(whole)
    # fpdf2 takes a file by its name only.
    file = NamedTemporaryFile(suffix=".ttf")  # noqa: SIM115 - closed, and so removed, with the process
    whole.save(file)
    file.flush()
    return LightFont(file, frozenset(whole.getBestCmap()))


def _font_for(signs: Iterable[int]) -> Any:
    """The light copy where it stands and has all of `signs`, else the whole font."""
    if not _light_font.cache_info().currsize:
        return font_path()
    light = _light_font()
    if not light.done() or light.exception() is not None or set(signs) - light.result().signs:
        return font_path()
    return light.result().file.name


def _common_signs() -> set[int]:
    """Latin, punctuation, and the 6,763 signs of the national standard GB 2312."""
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    chinese = {ord(sign) for pair in pairs for sign in pair.decode("gb2312", "ignore")}
    return chinese | set(range(0x20, 0x250)) | set(range(0x2010, 0x2040)) | {0x2103, 0x2126, 0x03A9, 0x2212, 0xFFE5}


def _signs(shown: Shown, printed: Printed) -> set[int]:
    return {ord(sign) for sign in f"{shown!r}{printed.link}" if sign.isprintable()}


def _paper(signs: Iterable[int]) -> Paper:
    paper = Paper(format="A4")
    paper.add_font(FONT, "", _font_for(signs))
    paper.set_margins(MARGIN, MARGIN)
    paper.set_auto_page_break(auto=True, margin=MARGIN + 2)
    paper.set_draw_color(RULE)
    return paper


def _head(paper: Paper, shown: Shown, printed: Printed) -> None:
    top = paper.get_y()
    paper.image(BytesIO(printed.code), x=paper.w - MARGIN - CODE, y=top, w=CODE)
    width = paper.epw - CODE - 4
    _text(paper, _("Service record sheet"), TITLE, width=width)
    made = f" · {shown.made_at}" if shown.made_at else ""
    _text(paper, f"{shown.number}{made}", HEAD, width=width)
    for words in [*filter(None, [shown.standing]), *shown.marks]:
        _text(paper, f"※ {words}", TEXT, width=width)
    if printed.link:
        paper.set_text_color(GREY)
        _text(
            paper, _("Scan the code for your page: how your request stands, and all its sheets."), SMALL, width=width
        )
        paper.set_text_color(0)
    paper.set_y(max(paper.get_y(), top + CODE) + 1)


def _text(paper: Paper, words: str, size: float, *, width: float = 0) -> None:
    paper.set_font(FONT, size=size)
    paper.multi_cell(width, size * 0.5, words, align="L", **NEXT)


def _heading(paper: Paper, words: str) -> None:
    """A heading that never stands alone at the foot of a page."""
    if paper.will_page_break(LINE * 4):
        paper.add_page()
    paper.ln(GAP)
    paper.set_font(FONT, size=HEAD)
    paper.cell(0, LINE + 1, words, **NEXT)
    paper.line(MARGIN, paper.get_y(), paper.w - MARGIN, paper.get_y())
    paper.ln(1)


def _section(paper: Paper, section: Section) -> None:
    _heading(paper, section.title)
    if section.wide:
        for row in section.rows:
            _wide_row(paper, row)
        return
    with _plain_table(paper, (LABEL, paper.epw / 2 - LABEL, LABEL, paper.epw / 2 - LABEL)) as table:
        for left, right in _pairs(section.rows):
            cells = table.row()
            for one in (left, right):
                cells.cell(one.label, style=FontFace(color=GREY))
                cells.cell(one.value)


def _pairs(rows: Sequence[Row]) -> Iterable[tuple[Row, Row]]:
    empty = Row("", "")
    for place in range(0, len(rows), 2):
        yield rows[place], rows[place + 1] if place + 1 < len(rows) else empty


def _plain_table(paper: Paper, widths: Sequence[float]) -> Any:
    paper.set_font(FONT, size=TEXT)
    return paper.table(
        col_widths=tuple(widths),
        borders_layout="NONE",
        first_row_as_headings=False,
        line_height=LINE,
        padding=(0.3, 1, 0.3, 0),
        text_align="LEFT",
        v_align="TOP",
    )


def _wide_row(paper: Paper, row: Row) -> None:
    with _plain_table(paper, (LABEL, paper.epw - LABEL)) as table:
        cells = table.row()
        cells.cell(row.label, style=FontFace(color=GREY))
        cells.cell(row.value)


def _bill(paper: Paper, shown: Shown) -> None:
    _heading(paper, _("Parts and charges"))
    if shown.bill:
        _bill_table(paper, shown.bill, shown.payable)
    if shown.bill_note:
        _text(paper, shown.bill_note, SMALL)


def _bill_table(paper: Paper, lines: Sequence[BillLine], payable: str) -> None:
    paper.set_font(FONT, size=TEXT)
    width = paper.epw
    with paper.table(
        col_widths=(width * 0.3, 14, 24, 24, width * 0.7 - 62),
        text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT", "LEFT"),
        headings_style=FontFace(emphasis="", fill_color=235),
        line_height=LINE,
        padding=(0.5, 1, 0.5, 1),
        v_align="TOP",
    ) as table:
        words = (pgettext("charges", "Item"), _("Quantity"), _("List price"), _("To be paid"), _("Guarantee class"))
        cells = table.row()
        for word in words:
            cells.cell(word)
        for line in lines:
            cells = table.row()
            for value in (line.name, str(line.quantity), line.listed, line.pay, line.why):
                cells.cell(value)
        cells = table.row()
        cells.cell(_("To be paid"), colspan=3, align="RIGHT")
        cells.cell(payable)
        cells.cell("")


def _checks(paper: Paper, shown: Shown) -> None:
    if not shown.groups:
        return
    _heading(paper, f"{_('Checks')} · {shown.score}" if shown.score else _("Checks"))
    paper.set_font(FONT, size=SMALL)
    with paper.text_columns(ncols=2, gutter=5, balance=True, line_height=1.25, text_align="LEFT") as columns:
        for group in shown.groups:
            columns.write(f"{_group_words(group)}\n")
    paper.ln(LINE)


def _group_words(group: Group) -> str:
    lines = (f"{line.mark} {line.text}{f'  [{line.told}]' if line.told else ''}" for line in group.lines)
    return "\n".join((f"【{group.title}】", *lines))


def _signature(paper: Paper, shown: Shown, printed: Printed) -> None:
    if paper.will_page_break(DRAWING + LINE * 4):
        paper.add_page()
    _heading(paper, _("Opinion and signature"))
    if shown.opinion:
        _wide_row(paper, Row(_("Opinion"), shown.opinion))
    if printed.drawing:
        paper.image(BytesIO(printed.drawing), x=MARGIN + LABEL, h=DRAWING)
        paper.ln(1)
    signer = " · ".join(part for part in (shown.signer, shown.signed_at) if part)
    _wide_row(paper, Row(_("Signed"), signer or _("Not signed by the customer")))


def _hash(paper: Paper, printed: Printed) -> None:
    if not printed.content_hash:
        return
    paper.ln(GAP)
    paper.set_text_color(GREY)
    _text(paper, f"SHA-256 {printed.content_hash}", SMALL)
    _text(paper, _("This sum changes with every sign of the sheet; ours keeps it."), SMALL)
    paper.set_text_color(0)
