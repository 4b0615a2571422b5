// The same jobs on a map: districts, technicians, jobs in shape, colour and word, and the routes of the day in order.
// Without tiles by default. A pin is dragged onto a row like a block (drag.js); near pins become one with their number.

import * as L from "../../vendor/leaflet/leaflet-src.esm.js";
import { iconOf, text } from "../texts.js";
import { nameOf, stateOf, toneOf } from "./looks.js";
import { ask } from "./server.js";

const CELL = 52;
const APART_FROM = 16;
const MOST_ROUTES = 40;

// A name as the map has room for it: a Chinese one whole, of another the first word.
function shortName(name) {
  return /^\p{Script=Han}+$/u.test(name) ? name.slice(0, 4) : name.split(" ")[0].slice(0, 10);
}

export class BoardMap {
  constructor(board, place) {
    this.board = board;
    this.place = place;
    this.map = L.map(place.querySelector("[data-map-ground]"), { zoomControl: false, attributionControl: false });
    L.control.zoom({ zoomInTitle: text("board.zoom_in"), zoomOutTitle: text("board.zoom_out") }).addTo(this.map);
    this.map.setView([35, 105], 4);
    if (board.dataset.tiles) L.tileLayer(board.dataset.tiles, { maxZoom: 19 }).addTo(this.map);
    this.zones = L.layerGroup().addTo(this.map);
    this.routes = L.layerGroup().addTo(this.map);
    this.pins = L.layerGroup().addTo(this.map);
    this.map.on("zoomend", () => this.drawPins());
    new ResizeObserver(() => this.map.invalidateSize()).observe(place);
    this.loadZones();
  }

  async loadZones() {
    const { ok, body } = await ask(`${this.board.dataset.zones}?${new URLSearchParams(this.board.asked())}`);
    if (!ok) return;
    for (const { district, shape } of body.zones) {
      L.geoJSON({ type: "Polygon", coordinates: shape }, { className: "tb-zone", interactive: false })
        .bindTooltip(district, { permanent: true, direction: "center", className: "tb-zone__name", interactive: false })
        .addTo(this.zones);
    }
    this.fit();
  }

  draw() {
    this.map.invalidateSize();
    this.drawPins();
    if (!this.fitted) this.fit();
  }

  fit() {
    const points = [...this.things().map(({ lat, lon }) => [lat, lon])];
    const bounds = L.latLngBounds(points);
    this.zones.eachLayer((layer) => bounds.extend(layer.getBounds()));
    if (!bounds.isValid() || this.map.getSize().x === 0) return;
    this.fitted = true;
    this.map.fitBounds(bounds, { padding: [24, 24], maxZoom: 14, animate: false });
    this.drawPins();
  }

  // Jobs of the board and tickets that wait for a technician, as far as their place is known.
  things() {
    return this.all().filter(({ lat }) => lat !== null);
  }

  all() {
    const { store, filters } = this.board;
    const waiting = store.trays.rows.filter((row) => row.tray === "assign" && filters.matchesWaiting(row));
    const jobs = filters.technicians().flatMap((person) => store.lineOf(person.id));
    return [...jobs.filter((job) => filters.matches(job)), ...waiting];
  }

  drawPins() {
    if (!this.board.store.isLoaded) return;
    const focused = this.place.contains(document.activeElement) ? document.activeElement.dataset.pin : "";
    this.pins.clearLayers();
    const unplaced = this.all().filter(({ lat }) => lat === null);
    this.drawUnplaced(unplaced);
    for (const group of this.clusters()) this.drawGroup(group);
    this.drawTechnicians();
    this.drawRoutes();
    if (focused) this.place.querySelector(`[data-pin="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  clusters() {
    const zoom = this.map.getZoom();
    const cells = new Map();
    for (const thing of this.things()) {
      const point = this.map.project([thing.lat, thing.lon], zoom);
      const apart = zoom >= APART_FROM;
      const cell = apart ? `${thing.lat} ${thing.lon}` : `${Math.floor(point.x / CELL)} ${Math.floor(point.y / CELL)}`;
      if (!cells.has(cell)) cells.set(cell, []);
      cells.get(cell).push(thing);
    }
    return cells.values();
  }

  drawGroup(group) {
    if (group.length === 1) return this.pin(group[0], [group[0].lat, group[0].lon]);
    if (this.map.getZoom() >= APART_FROM) {
      // Several jobs in one house stand round it.
      group.forEach((thing, at) => {
        const angle = (2 * Math.PI * at) / group.length;
        const point = this.map.project([thing.lat, thing.lon]).add([22 * Math.cos(angle), 22 * Math.sin(angle)]);
        this.pin(thing, this.map.unproject(point));
      });
      return;
    }
    const bounds = L.latLngBounds(group.map(({ lat, lon }) => [lat, lon]));
    const node = this.button("tb-cluster", text("board.cluster", { n: group.length }));
    node.textContent = String(group.length);
    node.dataset.pins = group.map(({ number }) => number).join(",");
    node.addEventListener("click", () => {
      this.map.fitBounds(bounds.pad(0.2), { animate: false, maxZoom: Math.max(this.map.getZoom() + 2, 12) });
    });
    this.marker(bounds.getCenter(), node, [34, 34]);
  }

  pin(thing, at) {
    const { store } = this.board;
    const isJob = thing.id !== undefined;
    const state = isJob ? stateOf(thing, this.board.now()) : "waiting";
    const person = isJob ? store.people.get(thing.technician)?.name : text("board.unassigned");
    const when = isJob ? store.zone.span(thing.start, thing.end) : "";
    const word = isJob ? text(`board.state.${state}`) : text("board.unassigned");
    const name = [thing.number, nameOf(store, thing), person, when, word].filter(Boolean).join(text("board.comma"));
    const node = this.button("tb-pin", name);
    node.dataset.pin = thing.number;
    node.dataset.tone = isJob ? toneOf(state) : "special";
    node.toggleAttribute("data-picked", this.board.picked === thing.number);
    node.append(iconOf(`board.icon.${isJob ? state : "waiting"}`) ?? "");
    node.addEventListener("click", () => this.board.detail.open(thing.number, { focus: false }));
    this.marker(at, node, [26, 26]);
  }

  button(className, name) {
    const node = document.createElement("button");
    node.type = "button";
    node.className = className;
    node.title = name;
    node.setAttribute("aria-label", name);
    // The map would take the pin for its ground and pan.
    for (const type of ["mousedown", "dblclick"]) node.addEventListener(type, (event) => event.stopPropagation());
    return node;
  }

  marker(at, node, size, more = {}) {
    const icon = L.divIcon({ html: node, className: "tb-marker", iconSize: size, ...more });
    L.marker(at, { icon, keyboard: false, interactive: false }).addTo(this.pins);
  }

  drawTechnicians() {
    const today = this.board.store.zone.day(this.board.now());
    for (const person of this.board.filters.technicians()) {
      const seen = person.lastSeen !== null && this.board.store.zone.day(person.lastSeen) === today && person.lastLat !== null;
      const [lat, lon] = seen ? [person.lastLat, person.lastLon] : [person.homeLat, person.homeLon];
      if (lat === null) continue;
      const node = document.createElement("span");
      node.className = "tb-person";
      node.textContent = shortName(person.name);
      node.title = text(seen ? "board.seen_at" : "board.home_of", { name: person.name, at: seen ? this.board.store.zone.clock(person.lastSeen) : "" });
      // Below the place, so that the name hides neither a pin nor the number of several.
      this.marker([lat, lon], node, [30, 18], { iconAnchor: [15, -8] });
    }
  }

  // The routes of the day in order: of everybody while they can be told apart, else of the technician looked at.
  drawRoutes() {
    this.routes.clearLayers();
    const { store, filters } = this.board;
    const picked = store.jobByNumber(this.board.picked)?.technician;
    const people = filters.technicians();
    const shown = people.length <= MOST_ROUTES ? people : people.filter((one) => one.id === picked);
    for (const person of shown) {
      const home = person.homeLat === null ? [] : [[person.homeLat, person.homeLon]];
      const way = store.lineOf(person.id).filter((job) => job.lat !== null).map(({ lat, lon }) => [lat, lon]);
      if (way.length === 0) continue;
      const className = person.id === picked ? "tb-route tb-route--picked" : "tb-route";
      L.polyline([...home, ...way], { className, interactive: false }).addTo(this.routes);
    }
  }

  drawUnplaced(things) {
    const box = this.place.querySelector("[data-unplaced]");
    box.hidden = things.length === 0;
    box.querySelector("[data-unplaced-words]").textContent = text("board.unplaced", { n: things.length });
    box.querySelector("[data-unplaced-list]").replaceChildren(
      ...things.map((thing) => {
        const node = this.button("chip num", `${thing.number} ${text("board.no_place")}`);
        node.dataset.pin = thing.number;
        node.textContent = thing.number;
        node.addEventListener("click", () => this.board.detail.open(thing.number, { focus: false }));
        return node;
      }),
    );
  }
}
