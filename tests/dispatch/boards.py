"""Hands on the board of an open page, and what its three ways of showing say."""

from typing import Any

from playwright.sync_api import Page

from dispatch.models import Assignment
from tests.dispatch.test_browser import job_on_board

# What is drawn, not what the script knows: rows with their blocks, groups of the list with their lines, pins with
# their names. Each as "number technician time"; of a pin that waits for a technician the number alone.
SHOWN = """async () => {
  const board = document.querySelector('dispatch-board');
  const names = new Map(board.store.technicians.map((one) => [String(one.id), one.name]));
  const shown = {};
  await board.layout.show('map');
  board.layout.map.map.setZoom(17, { animate: false });
  board.layout.map.draw();
  const time = /[0-9]{2}:[0-9]{2}–[0-9]{2}:[0-9]{2}/;
  const pins = [...document.querySelectorAll('[data-map] .tb-pin')].map((node) => node.getAttribute('aria-label'));
  shown.map = pins.map((name) => {
    const parts = name.split(', ');
    return time.test(name) ? `${parts[0]} ${parts[2]} ${name.match(time)[0]}` : parts[0];
  });
  await board.layout.show('list');
  shown.list = [...document.querySelectorAll('.tb-list__group')].flatMap((group) => {
    const name = group.querySelector('h3').textContent.split(' · ')[0];
    return [...group.querySelectorAll('[data-list-number]')].map(
      (line) => `${line.dataset.listNumber} ${name} ${line.textContent.match(time)[0]}`);
  });
  await board.layout.show('board');
  shown.board = [...document.querySelectorAll('.tb-block')].map((node) =>
    `${node.dataset.job} ${names.get(node.closest('.tb-row').dataset.technician)} ${node.title.match(time)[0]}`);
  shown.waiting = [...document.querySelectorAll('[data-tray="assign"] [data-waiting]')].map(
    (one) => one.dataset.waiting);
  for (const name of Object.keys(shown)) shown[name].sort();
  return shown;
}"""
HEAR = """(number) => document.body.dispatchEvent(new CustomEvent('live:ticket', { detail: { number } }))"""


def drag_by_quarters(page: Page, job: Assignment, quarters: int) -> None:
    """Takes the job's block and lets it go so many quarters of an hour further."""
    block = job_on_board(page, job).bounding_box()
    assert block is not None
    wide = page.locator("dispatch-board").evaluate("(board) => board.grid.axis.perHour") / 4 * quarters
    page.mouse.move(block["x"] + 10, block["y"] + 12)
    page.mouse.down()
    page.mouse.move(block["x"] + 10 + wide, block["y"] + 12, steps=5)
    page.mouse.up()


def hear(page: Page, number: str) -> None:
    """Tells a window what the event stream says after a ticket changed."""
    page.evaluate(HEAR, number)


def shown_on(page: Page) -> dict[str, list[str]]:
    """What board, map, list and the tray of unassigned tickets show, in order."""
    shown: dict[str, Any] = page.evaluate(SHOWN)
    return shown
