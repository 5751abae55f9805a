/**
 * The table: only the rows in sight have elements, so that ten thousand scroll like ten.
 *
 * The focus stays on the table; `aria-activedescendant` names the row that the arrow keys are at (a row that leaves the
 * screen takes its element with it). Enter opens a row, Space selects it.
 */

import { attribute, el, fill, text, uniqueID } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { CELLS, COLUMNS } from "./cells.js";

/** Rows with elements above and below what is in sight. */
const SPARE = 8;
const FLASH_MS = 2_400;

export class Grid {
  rows = [];
  selected = new Set();
  active = null;
  #pool = [];
  #id = uniqueID("row");
  #rowHeight = 48;
  #flashed = new Map();

  /** `sort` is `{field, isDown}`; `on` are `open(id)`, `select()` and `sort(field)`. */
  constructor({ sort, mayEdit, on }) {
    Object.assign(this, { sort, mayEdit, on });
    this.body = el("div.grid-body", { role: "rowgroup" });
    this.head = this.#head();
    this.element = el(
      "div.grid",
      {
        role: "grid", tabindex: 0, "aria-label": t("table.label"), "aria-multiselectable": mayEdit ? "true" : null, class: !mayEdit && "is-read",
        onscroll: () => this.#paint(), onkeydown: (event) => this.#key(event), onclick: (event) => this.#click(event),
      },
      this.head,
      this.body,
    );
    this.observer = new ResizeObserver(() => {
      this.#rowHeight = parseFloat(getComputedStyle(this.element).getPropertyValue("--row")) || 48;
      this.body.style.setProperty("height", `${this.rows.length * this.#rowHeight}px`);
      this.#paint(true);
    });
    this.observer.observe(this.element);
  }

  dispose() {
    this.observer.disconnect();
  }

  /** Shows other rows. Where the first row in sight is kept, the table does not move. */
  setRows(rows, { fromTop = false } = {}) {
    this.rows = rows;
    if (this.active && !rows.some((row) => row.id === this.active)) this.active = null;
    this.body.style.setProperty("height", `${rows.length * this.#rowHeight}px`);
    if (fromTop) this.element.scrollTop = 0;
    attribute(this.element, "aria-rowcount", rows.length + 1);
    this.#paint(true);
  }

  /** Marks rows that somebody else has just changed. */
  flash(ids) {
    const until = Date.now() + FLASH_MS;
    for (const id of ids) this.#flashed.set(id, until);
    setTimeout(() => {
      for (const id of ids) if (this.#flashed.get(id) === until) this.#flashed.delete(id);
      this.#paint(true);
    }, FLASH_MS);
    this.#paint(true);
  }

  /** Brings a row into sight and makes it the active one. */
  reveal(id) {
    const index = this.rows.findIndex((row) => row.id === id);
    if (index < 0) return;
    this.#activate(index);
  }

  redraw() {
    this.#paint(true);
  }

  setSort(sort) {
    this.sort = sort;
    const head = this.#head();
    this.head.replaceWith(head);
    this.head = head;
  }

  #head() {
    const sorted = (field) => (this.sort.field === field ? (this.sort.isDown ? "descending" : "ascending") : "none");
    this.all = this.mayEdit
      ? el("input", { type: "checkbox", "aria-label": t("table.select_all"), onchange: () => this.#selectAll() })
      : null;
    return el(
      "div.grid-head",
      { role: "rowgroup" },
      el(
        "div.grid-row",
        { role: "row", "aria-rowindex": 1 },
        this.all && el("div.cell.cell-select", { role: "columnheader", "aria-colindex": 1 }, this.all),
        COLUMNS.map((field, index) =>
          el(
            `div.cell.cell-${field}`,
            { role: "columnheader", "aria-colindex": index + 2, "aria-sort": sorted(field) },
            el(
              "button.sort",
              { onclick: () => this.on.sort(field), class: sorted(field) !== "none" && "is-sorted" },
              t(`field.${field}`),
              el("span.sort-way", { class: sorted(field) === "ascending" && "is-up" }, icon("down", 14)),
            ),
          ),
        ),
      ),
    );
  }

  #paint(isWhole = false) {
    const height = this.#rowHeight;
    const top = Math.max(0, this.element.scrollTop - this.head.offsetHeight);
    const shown = Math.ceil(this.element.clientHeight / height) + 2 * SPARE;
    this.#grow(Math.min(shown, this.rows.length));
    const first = Math.max(0, Math.min(Math.floor(top / height) - SPARE, this.rows.length - this.#pool.length));
    for (let index = first; index < first + this.#pool.length; index += 1) {
      const slot = this.#pool[index % this.#pool.length];
      if (isWhole || slot.index !== index) this.#draw(slot, index);
    }
    const at = this.active === null ? -1 : this.rows.findIndex((row) => row.id === this.active);
    const isInSight = at >= first && at < first + this.#pool.length;
    attribute(this.element, "aria-activedescendant", isInSight ? `${this.#id}-${at % this.#pool.length}` : null);
    if (this.all) {
      const count = this.selected.size;
      this.all.checked = count > 0 && count >= this.rows.length;
      this.all.indeterminate = count > 0 && count < this.rows.length;
    }
  }

  #grow(count) {
    while (this.#pool.length > count) this.#pool.pop().element.remove();
    while (this.#pool.length < count) {
      const cells = Object.fromEntries(COLUMNS.map((field, index) => [field, el(`div.cell.cell-${field}`, { role: "gridcell", "aria-colindex": index + 2 })]));
      const select = this.mayEdit && el("div.cell.cell-select", { role: "gridcell", "aria-colindex": 1 }, el("span.box", { "aria-hidden": "true" }, icon("check", 14)));
      const element = el("div.grid-row", { role: "row", id: `${this.#id}-${this.#pool.length}` }, select, COLUMNS.map((field) => cells[field]));
      this.#pool.push({ element, cells, index: -1 });
      this.body.append(element);
    }
    // Slots are found by index modulo their number: another number is another order.
    if (this.count !== count) for (const slot of this.#pool) slot.index = -1;
    this.count = count;
  }

  #draw(slot, index) {
    const row = this.rows[index];
    slot.index = index;
    slot.element.style.setProperty("translate", `0 ${index * this.#rowHeight}px`);
    slot.element.dataset.id = row.id;
    attribute(slot.element, "aria-rowindex", index + 2);
    const isSelected = this.selected.has(row.id);
    attribute(slot.element, "aria-selected", this.mayEdit ? String(isSelected) : null);
    slot.element.classList.toggle("is-active", row.id === this.active);
    slot.element.classList.toggle("is-fresh", (this.#flashed.get(row.id) ?? 0) > Date.now());
    for (const field of COLUMNS) {
      const content = CELLS[field](row.record);
      if (typeof content === "string") text(slot.cells[field], content);
      else fill(slot.cells[field], content);
    }
  }

  #activate(index) {
    const bounded = Math.max(0, Math.min(index, this.rows.length - 1));
    if (!this.rows.length) return;
    this.active = this.rows[bounded].id;
    const head = this.head.offsetHeight;
    const top = bounded * this.#rowHeight;
    const room = this.element.clientHeight - head - this.#rowHeight;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (top > this.element.scrollTop + room) this.element.scrollTop = top - room;
    this.#paint(true);
  }

  #key(event) {
    if (event.target !== this.element || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = this.rows.findIndex((row) => row.id === this.active);
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 2);
    const moves = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), PageDown: at + page, PageUp: at - page, Home: 0, End: this.rows.length - 1 };
    if (event.key in moves) {
      event.preventDefault();
      if (event.shiftKey && at >= 0) this.#toggle(this.active, true);
      this.#activate(moves[event.key]);
      if (event.shiftKey && this.active) this.#toggle(this.active, true);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      this.on.open(this.active);
    } else if (event.key === " " && at >= 0) {
      event.preventDefault();
      this.#toggle(this.active);
    }
  }

  #click(event) {
    const id = event.target.closest(".grid-body .grid-row")?.dataset.id;
    if (!id) return;
    const range = event.shiftKey && this.active;
    if (this.mayEdit && (range || event.target.closest(".cell-select"))) {
      if (range) this.#selectRange(this.active, id);
      else this.#toggle(id);
      this.active = id;
      this.#paint(true);
      return;
    }
    this.active = id;
    this.#paint(true);
    this.on.open(id);
  }

  #selectRange(from, to) {
    const ends = [from, to].map((id) => this.rows.findIndex((row) => row.id === id)).sort((a, b) => a - b);
    for (const row of this.rows.slice(Math.max(0, ends[0]), ends[1] + 1)) this.selected.add(row.id);
    this.on.select();
  }

  #toggle(id, isOn = !this.selected.has(id)) {
    if (!this.mayEdit) return;
    if (isOn) this.selected.add(id);
    else this.selected.delete(id);
    this.#paint(true);
    this.on.select();
  }

  #selectAll() {
    if (this.all.checked) for (const row of this.rows) this.selected.add(row.id);
    else this.selected.clear();
    this.#paint(true);
    this.on.select();
  }
}
