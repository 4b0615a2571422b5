// Board, map or list: the same jobs, shown as the window and the person want it. The map comes when it is first wanted.

import { List } from "./list.js";

const NARROW = "(max-width: 560px)";

export class Layout {
  constructor(board) {
    this.board = board;
    this.list = new List(board);
    this.map = null;
    this.view = board.dataset.view || (window.matchMedia(NARROW).matches ? "list" : "board");
    board.dataset.view = this.view;
    this.mark();
  }

  async show(view) {
    this.view = view;
    this.board.dataset.view = view;
    const url = new URL(location.href);
    if (view === "board") url.searchParams.delete("view");
    else url.searchParams.set("view", view);
    history.replaceState(history.state, "", url);
    this.mark();
    this.board.grid.measure();
    await this.draw();
  }

  mark() {
    for (const button of this.board.querySelectorAll("[data-do='view']")) {
      button.setAttribute("aria-pressed", String(button.dataset.layout === this.view));
    }
  }

  async draw() {
    if (this.view !== "board") this.list.draw();
    if (this.view !== "map") return;
    if (!this.map) {
      const { BoardMap } = await import("./map.js");
      this.map ??= new BoardMap(this.board, this.board.querySelector("[data-map]"));
    }
    this.map.draw();
  }
}
