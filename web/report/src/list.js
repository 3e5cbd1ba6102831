// The list of topics. Only the rows in sight exist.
import {$, count, el, percent} from "./dom.js";
import {valuesOf} from "./numbers.js";

const ROW = 34;

export const SORTS = {size: "Size", id: "Number", label: "Label", coherence: "Coherence", trend: "Trend", map: "Map"};

export class List {
  constructor(app) {
    this.app = app;
    this.box = $("list");
    this.rows = $("rows");
    this.filter = $("filter");
    const sort = $("sort");
    sort.append(...Object.entries(SORTS).filter(([name]) => name !== "trend" || app.topics.dateField >= 0)
      .map(([value, text]) => el("option", {value}, text)));
    sort.addEventListener("change", () => app.state.set({sort: sort.value}));
    this.filter.addEventListener("input", () => this.refresh());
    this.box.addEventListener("scroll", () => this.draw());
    this.box.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.box);
    this.refresh();
  }

  /** Topics whose number, label or top words have the text. */
  matching() {
    const {topics, model} = this.app;
    const text = this.filter.value.trim().toLowerCase();
    const shown = topics.ids.filter((k) => !topics.hidden.has(k) || text === "hidden");
    if (!text || text === "hidden") return text ? shown.filter((k) => topics.hidden.has(k)) : shown;
    if (/^\d+$/.test(text)) return shown.filter((k) => String(k).startsWith(text));
    const withWord = new Set(model.topicsOf(text).topics.slice(0, 30).map(({topic}) => topic));
    return shown.filter((k) => topics.label(k).toLowerCase().includes(text) || withWord.has(k));
  }

  async refresh() {
    const {topics, model, state, word} = this.app;
    const h = model.header;
    $("sort").value = state.sort;
    let order = this.matching();
    const by = (values) => order.sort((a, b) => (values[b] ?? -Infinity) - (values[a] ?? -Infinity) || a - b);
    if (word) {
      order = order.filter((k) => word.counts.has(k));
      order.sort((a, b) => word.counts.get(b) - word.counts.get(a) || a - b);
    } else if (state.sort === "size") by(h.tokens);
    else if (state.sort === "coherence") by(["coherence_npmi", "coherence_umass"].map((name) => valuesOf(model, name)).find((values) => values.some((v) => v !== null)) ?? []);
    else if (state.sort === "label") order.sort((a, b) => topics.label(a).localeCompare(topics.label(b)) || a - b);
    else if (state.sort === "map") order = h.order.filter((k) => order.includes(k));
    else if (state.sort === "trend") {
      const f = topics.dateField;
      by(topics.trends(model.fields[f], await model.group(f)));
    }
    this.order = order;
    this.places = new Map(order.map((k, i) => [k, i]));
    this.rows.style.height = `${order.length * ROW}px`;
    this.most = word ? word.most : Math.max(...h.tokens, 1);
    this.draw();
  }

  draw() {
    if (!this.order) return;
    const {topics, state, word, model} = this.app;
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - 4);
    const last = Math.min(this.order.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW) + 4);
    this.rows.replaceChildren(...this.order.slice(first, last).map((k, i) => {
      const n = word ? word.counts.get(k) : model.header.tokens[k];
      const share = word ? n / word.total : topics.share(k);
      const row = el("div", {class: `row${topics.hidden.has(k) ? " hidden" : ""}`, role: "option", id: `row-${k}`, "aria-selected": String(k === state.topic),
        "aria-posinset": String(first + i + 1), "aria-setsize": String(this.order.length), title: word ? `${count(n)} tokens` : null,
        style: {top: `${(first + i) * ROW}px`}, onclick: () => this.app.select(k)},
      el("span", {class: "dot", style: {background: topics.colour(k)}}), el("span", {class: "id"}, String(k)), el("span", {class: "label"}, topics.label(k)),
      el("span", {class: "share"}, percent(share)), el("span", {class: "under", style: {background: topics.colour(k), width: `${Math.max(0.5, (74 * n) / this.most)}%`}}));
      return row;
    }));
    if (!this.order.length) this.rows.replaceChildren(el("p", {style: {padding: "8px 12px"}}, "No topic."));
    const active = document.getElementById(`row-${state.topic}`);
    if (active) this.box.setAttribute("aria-activedescendant", active.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  reveal(k) {
    const at = this.places?.get(k);
    if (at === undefined) return;
    const y = at * ROW;
    if (y < this.box.scrollTop) this.box.scrollTop = y;
    else if (y + ROW > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = y + ROW - this.box.clientHeight;
  }

  step(by) {
    if (!this.order?.length) return;
    const at = this.places.get(this.app.state.topic);
    const next = at === undefined ? 0 : Math.min(this.order.length - 1, Math.max(0, at + by));
    this.app.select(this.order[next]);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
    const by = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -1e9, End: 1e9}[event.key];
    if (!by) return;
    event.preventDefault();
    this.step(by);
  }

  table() {
    const {topics, word, model} = this.app;
    return {names: ["topic", "label", "tokens", "share", ...(word ? ["word_tokens", "word_share"] : [])],
      rows: this.order.map((k) => [k, topics.label(k), model.header.tokens[k], topics.share(k), ...(word ? [word.counts.get(k), word.counts.get(k) / word.total] : [])])};
  }
}
