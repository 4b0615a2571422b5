// <chart-table type="line|bar" unit target>: draws the table inside it and keeps the table under a disclosure, so
// that every figure can be read, copied and spoken. First column: labels. Further columns: one series each.
// A cell's figure is its data-value, else its text; data-href on a row makes the point open its rows.
// target="95" draws a line; data-role="limit" on a column head draws a thin dashed series without points.

import "../vendor/chart/chart.umd.min.js";

const Chart = globalThis.Chart;
const SERIES = ["--accent", "--ok-solid", "--warn-solid", "--special-solid", "--active-solid"];
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]];
const POINTS = ["circle", "triangle", "rect", "rectRot", "star"];

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function number(cell) {
  const raw = cell?.dataset.value ?? cell?.textContent.replace(/[^\d.+-]/g, "") ?? "";
  return raw === "" ? null : Number(raw);
}

class ChartTable extends HTMLElement {
  connectedCallback() {
    if (this.chart) return;
    this.table = this.querySelector("table");
    if (!this.table) return;
    const frame = document.createElement("div");
    frame.className = "chart";
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", this.table.caption?.textContent.trim() ?? "");
    frame.append(this.canvas);
    this.prepend(frame);
    this.draw();
    this.onTheme = () => this.draw();
    document.addEventListener("theme:changed", this.onTheme);
    this.dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", this.onTheme);
  }

  disconnectedCallback() {
    document.removeEventListener("theme:changed", this.onTheme);
    this.dark?.removeEventListener("change", this.onTheme);
    this.chart?.destroy();
    this.chart = null;
    this.querySelector(".chart")?.remove();
  }

  draw() {
    this.chart?.destroy();
    const rows = [...this.table.tBodies[0].rows];
    const heads = [...this.table.tHead.rows[0].cells].slice(1);
    const labels = rows.map((row) => row.cells[0].textContent.trim());
    const datasets = heads.map((head, at) => this.series(head, rows, at));
    const target = Number(this.getAttribute("target"));
    if (this.hasAttribute("target") && Number.isFinite(target)) datasets.push(this.targetLine(target, labels.length));
    this.chart = new Chart(this.canvas, {
      type: this.getAttribute("type") ?? "bar",
      data: { labels, datasets },
      options: this.options(rows),
    });
  }

  series(head, rows, at) {
    const limit = head.dataset.role === "limit";
    const color = limit ? token("--line-strong") : token(SERIES[at % SERIES.length]);
    return {
      label: head.textContent.trim(),
      data: rows.map((row) => number(row.cells[at + 1])),
      type: limit ? "line" : undefined,
      borderColor: color,
      backgroundColor: color,
      borderWidth: limit ? 1 : 2,
      borderDash: limit ? [4, 4] : DASHES[at % DASHES.length],
      pointStyle: limit ? "line" : POINTS[at % POINTS.length],
      pointRadius: limit ? 0 : 3,
      maxBarThickness: 32,
      spanGaps: false,
      // A point at the upper bound is drawn whole.
      clip: 6,
    };
  }

  targetLine(target, length) {
    return {
      label: this.getAttribute("target-label") ?? String(target),
      type: "line",
      data: Array(length).fill(target),
      borderColor: token("--ink-2"),
      backgroundColor: token("--ink-2"),
      borderWidth: 1,
      borderDash: [5, 4],
      pointRadius: 0,
      pointStyle: "line",
    };
  }

  options(rows) {
    const ink = token("--ink-2");
    const grid = { color: token("--line"), drawTicks: false };
    const unit = this.getAttribute("unit") ?? "";
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
    const bound = (name) => (this.hasAttribute(name) ? Number(this.getAttribute(name)) : undefined);
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      layout: { padding: { top: 8, right: 8 } },
      interaction: { mode: "index", intersect: false },
      onClick: (_event, elements) => this.follow(rows[elements[0]?.index]),
      plugins: {
        legend: {
          position: "bottom",
          align: "start",
          labels: { color: ink, font, usePointStyle: true, pointStyleWidth: 10, boxHeight: 8, padding: 12 },
        },
        tooltip: { titleFont: font, bodyFont: font, callbacks: { label: (item) => this.tip(item, unit) } },
      },
      scales: {
        x: { ticks: { color: ink, font, maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false } },
        y: {
          min: bound("min"),
          max: bound("max"),
          ticks: { color: ink, font, padding: 8, callback: (value) => `${value}${unit}` },
          grid,
          border: { display: false },
        },
      },
    };
  }

  tip(item, unit) {
    return ` ${item.dataset.label}: ${item.formattedValue}${unit}`;
  }

  follow(row) {
    const address = row?.dataset.href ?? row?.querySelector("a")?.href;
    if (address) location.assign(address);
  }
}

customElements.define("chart-table", ChartTable);
