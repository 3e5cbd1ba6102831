// Topics by the values of a field: a heat map of shares. Only what is in sight is drawn.
import {count, el, number, percent, tip} from "./dom.js";
import {CanvasPainter, fit, SvgPainter} from "./painter.js";
import {inkOn, shade, theme} from "./theme.js";

const ROW = 22;
const HEAD = 92;
const FLOOR = 0.001; // of all tokens, for a value to be a column

export class GroupsView {
  constructor(app) {
    this.app = app;
    this.id = "groups";
    this.name = "Groups";
    this.available = app.model.fields.length > 0;
    this.scale = "value";
  }

  async mount(figure, bar) {
    this.figure = figure;
    this.bar = bar;
    const {state, model} = this.app;
    const first = model.fields.findIndex((field) => field.type !== "date");
    this.f = state.field || Math.max(0, first);
    if (this.f >= model.fields.length) this.f = 0;
    this.fieldChoice = el("select", {"aria-label": "Field", onchange: () => {
      this.f = Number(this.fieldChoice.value);
      state.set({field: this.f, value: -1});
      this.load();
    }}, ...model.fields.map((field, f) => el("option", {value: String(f), selected: f === this.f}, field.name)));
    this.valueChoice = el("select", {"aria-label": "Order of topics", onchange: () => state.set({value: Number(this.valueChoice.value)})});
    this.scaleChoice = el("select", {"aria-label": "Shade", onchange: () => {
      this.scale = this.scaleChoice.value;
      this.draw();
    }}, el("option", {value: "value"}, "Shade: share within the value"), el("option", {value: "topic"}, "Shade: relative to the topic's highest"));
    bar.append(this.fieldChoice, this.valueChoice, this.scaleChoice, (this.note = el("span")));
    this.canvas = el("canvas", {role: "img", "aria-label": "Heat map of topics by value. Save has it as a table."});
    Object.assign(this.canvas.style, {position: "sticky", left: "0", top: "0"});
    this.canvas.style.touchAction = "pan-x pan-y";
    this.space = el("div", {style: {position: "relative"}}, this.canvas);
    figure.append(this.space);
    figure.addEventListener("scroll", (this.onScroll = () => this.canvas.isConnected && this.draw()));
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => tip(null));
    this.canvas.addEventListener("click", (event) => {
      const cell = this.at(event);
      if (cell?.k >= 0) this.app.select(cell.k);
      else if (cell?.v >= 0) state.set({value: cell.v === state.value ? -1 : cell.v});
    });
    await this.load();
  }

  async load() {
    this.field = this.app.model.fields[this.f];
    this.group = await this.app.model.group(this.f);
    if (!this.canvas.isConnected) return;
    const all = this.field.tokens.reduce((sum, n) => sum + n, 0);
    this.columns = this.field.values.map((_, v) => v).filter((v) => this.field.tokens[v] >= all * FLOOR);
    const left = this.field.values.length - this.columns.length + this.field.values_left_out;
    this.note.textContent = `${left ? `${count(left)} values with few tokens are not shown. ` : ""}${this.field.missing ? `${count(this.field.missing)} documents have no ${this.field.name}.` : ""}`;
    this.valueChoice.replaceChildren(el("option", {value: "-1"}, "Order: as on the map"),
      ...this.columns.map((v) => el("option", {value: String(v)}, `Order: most typical of ${this.field.values[v]}`)));
    this.resize();
  }

  share(k, v) {
    return this.field.tokens[v] ? this.group.tokens[k * this.field.values.length + v] / this.field.tokens[v] : 0;
  }

  /** Share in the value against the share in all. */
  lift(k, v) {
    const all = this.app.topics.share(k);
    return all ? this.share(k, v) / all : 0;
  }

  order() {
    const {topics, state, model, word} = this.app;
    const value = this.columns.includes(state.value) ? state.value : -1;
    this.valueChoice.value = String(value);
    const shown = model.header.order.filter((k) => !topics.hidden.has(k) && (!word || word.weight(k) > 0));
    if (value < 0) return shown;
    // Typical: much of the value, and more than elsewhere.
    const score = new Map(shown.map((k) => [k, this.share(k, value) * Math.log(Math.max(1e-9, this.lift(k, value)))]));
    return shown.sort((a, b) => score.get(b) - score.get(a) || a - b);
  }

  resize() {
    if (!this.group) return;
    const phone = this.figure.clientWidth < 500;
    this.names = phone ? 120 : 210;
    this.cell = Math.max(26, Math.min(64, (this.figure.clientWidth - this.names - 24) / this.columns.length));
    this.refresh();
  }

  refresh() {
    this.rows = this.order();
    this.space.style.width = `${this.names + this.cell * this.columns.length + 40}px`;
    this.space.style.height = `${HEAD + ROW * this.rows.length + 10}px`;
    this.draw();
  }

  draw() {
    if (!this.rows) return;
    this.paint(new CanvasPainter(this.canvas, this.figure.clientWidth, this.figure.clientHeight), this.figure.scrollLeft, this.figure.scrollTop);
  }

  svg() {
    if (!this.rows) return null;
    const painter = new SvgPainter(this.names + this.cell * this.columns.length + 40, HEAD + ROW * Math.min(this.rows.length, 300));
    this.paint(painter, 0, 0);
    return painter.source();
  }

  paint(painter, dx, dy) {
    const {topics, state} = this.app;
    const {columns, rows, cell, names} = this;
    const first = Math.max(0, Math.floor(dy / ROW));
    const last = Math.min(rows.length, Math.ceil((dy + painter.height - HEAD) / ROW) + 1);
    const tops = columns.map((v) => Math.max(1e-9, ...rows.map((k) => this.share(k, v))));
    for (let i = first; i < last; ++i) {
      const k = rows[i];
      const y = HEAD + i * ROW - dy;
      const most = Math.max(1e-9, ...columns.map((v) => this.share(k, v)));
      columns.forEach((v, c) => {
        const x = names + c * cell - dx;
        if (x < names - cell || x > painter.width) return;
        const share = this.share(k, v);
        if (share === 0) return;
        const depth = Math.sqrt(share / (this.scale === "topic" ? most : Math.max(tops[c], 0.02)));
        painter.rect(x, y + 1, cell - 1, ROW - 2, {fill: shade(depth)});
        if (cell >= 40 && share >= 0.005) painter.text(x + cell / 2, y + ROW / 2, (100 * share).toFixed(share < 0.1 ? 1 : 0), {size: 11, fill: inkOn(depth), anchor: "middle"});
      });
      painter.rect(0, y, names - 2, ROW, {fill: theme.ground});
      painter.circle(12, y + ROW / 2, 4, {fill: topics.colour(k)});
      const strong = k === state.topic;
      painter.text(22, y + ROW / 2, fit(`${k} ${topics.label(k)}`, names - 30, 12, strong ? 700 : 400), {size: 12, weight: strong ? 700 : 400, fill: theme.text});
    }
    painter.rect(0, 0, painter.width, HEAD - 2, {fill: theme.ground});
    columns.forEach((v, c) => {
      const x = names + c * cell - dx;
      if (x < names - 8) return;
      const chosen = v === state.value;
      painter.text(x + cell / 2 - 6, HEAD - 10, fit(this.field.values[v], 92, 11, chosen ? 700 : 400), {size: 11, weight: chosen ? 700 : 400, fill: theme.text, turn: -52});
    });
    painter.rect(0, 0, names - 6, HEAD - 2, {fill: theme.ground});
    painter.text(8, HEAD - 14, fit(names < 150 ? "% of the tokens" : `% of the tokens, by ${this.field.name}`, names - 16, 11), {size: 11, fill: theme.dim});
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const column = Math.floor((x + this.figure.scrollLeft - this.names) / this.cell);
    const row = Math.floor((y + this.figure.scrollTop - HEAD) / ROW);
    return {v: x < this.names ? -1 : this.columns[column] ?? -1, k: y < HEAD ? -1 : this.rows[row] ?? -1};
  }

  point(event) {
    const {v, k} = this.at(event);
    this.canvas.style.cursor = v >= 0 || k >= 0 ? "pointer" : "default";
    if (k < 0 && v < 0) return tip(null);
    const lines = [];
    if (k >= 0) lines.push(el("div", {}, `${k} ${this.app.topics.label(k)}`));
    if (v >= 0) lines.push(el("div", {}, `${this.field.name}: ${this.field.values[v]} (${count(this.field.documents[v])} documents)`));
    if (k >= 0 && v >= 0) lines.push(el("div", {}, `${percent(this.share(k, v))} of its tokens, ${number(this.lift(k, v), 2)} times the share in all`));
    tip(lines, event.clientX, event.clientY);
  }

  update(changed) {
    if (this.group && ["word", "value", "labels", "topic", "theme"].some((name) => changed.has(name))) this.refresh();
  }

  table() {
    const rows = [];
    this.field.values.forEach((value, v) => {
      for (const k of this.app.topics.ids) {
        const tokens = this.group.tokens[k * this.field.values.length + v];
        if (tokens) rows.push([value, k, this.app.topics.label(k), tokens, this.share(k, v), this.field.documents[v]]);
      }
    });
    return {names: [this.field.name, "topic", "label", "tokens", "share", "documents"], rows};
  }
}
