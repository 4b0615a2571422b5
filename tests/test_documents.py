"""The documents tell the same story as the code."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from servicedesk.tickets.diagram import draw, replace_between_marks
from servicedesk.tickets.transitions import table

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])


def test_the_state_diagrams_are_those_of_the_transition_table() -> None:
    call_command("draw_states", "--check")


def test_every_action_of_the_issue_stands_in_the_table() -> None:
    actions = {row.action for row in table()}
    wanted = (
        "open_ticket edit_ticket record_contact send_to_outlet accept_handover refuse_handover assign_technician "
        "reassign_technician accept_assignment depart arrive start_work answer_item record_outcome complete_visit "
        "abort_visit pause_clock resume_clock schedule_callback record_attempt reopen_ticket close_ticket "
        "cancel_ticket add_note record_praise grant_exception"
    )
    assert set(wanted.split()) <= actions


def test_a_drawing_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        replace_between_marks("no marks here", draw(table()))


def test_the_path_to_a_rule_leads_where_the_map_says() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("### Find a rule")[2].partition("\n#")[0]
    paths = set(re.findall(r"`((?:warranty|tests)/[\w./-]+\.(?:py|toml|csv))`", told))
    module = (ROOT / "warranty/rules/stalled_repair.py").read_text("utf-8")
    figures = (ROOT / "warranty/parameters/national.toml").read_text("utf-8")

    assert len(paths) == 6
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert "R458 art. 12" in (ast.get_docstring(ast.parse(module)) or "").splitlines()[0]
    assert '"parts_wait_days"' in module
    assert re.search(
        r'code = "parts_wait_days"\nscope = "national"\nfrom = 1995-08-25\nvalue = 90\nnorm = "R458"', figures
    )
    for row, file in (("E01", "warranty.csv"), ("E03", "warranty.csv"), ("T17", "warranty-more.csv")):
        assert f"\n{row}," in (ROOT / "tests" / "golden" / file).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_and_to_pictures_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (page.parent / target).exists()] == []
