// The diagnostics of topics: two of them against each other, and all as a table; the curves of training; about.
import {count, el, number, tip} from "./dom.js";
import {lineChart, ticksBetween} from "./charts.js";
import {CanvasPainter, SvgPainter} from "./painter.js";
import {theme} from "./theme.js";

export const MEASURES = {
  tokens: ["Tokens", "tokens of the topic"],
  documents: ["Documents", "documents with a token of the topic"],
  documents_1: ["Documents ≥ 1 %", "documents in which its probability is at least 1 %"],
  documents_5: ["Documents ≥ 5 %", "documents in which its probability is at least 5 %"],
  rank1_documents: ["Main topic of", "documents in which no topic has more tokens"],
  document_entropy: ["Document entropy", "low: the topic is in few documents"],
  effective_words: ["Effective words", "how many words, if all were equally frequent"],
  uniform_distance: ["Distance from uniform", "high: few words make the topic"],
  corpus_distance: ["Distance from corpus", "low: the topic is like the corpus as a whole"],
  coherence_umass: ["Coherence (UMass)", "do its top words occur in the same documents; nearer 0 is better"],
  coherence_npmi: ["Coherence (NPMI)", "do its top words occur near each other; higher is better"],
  exclusivity: ["Exclusivity", "are its top words its own; 1: entirely"],
  alpha: ["Alpha", "its weight in the prior of documents"],
};

export function valuesOf(model, name) {
  const h = model.header;
  return name === "tokens" ? h.tokens : name === "alpha" ? h.alpha : h.diagnostics[name] ?? [];
}

export class DiagnosticsView {
  constructor(app) {
    this.app = app;
    this.id = "diagnostics";
    this.name = "Diagnostics";
    this.available = true;
    const has = (name) => valuesOf(app.model, name).some((value) => value !== null);
    this.names = Object.keys(MEASURES).filter(has);
    this.x = ["coherence_npmi", "coherence_umass", "tokens"].find(has);
    this.y = ["exclusivity", "tokens"].find(has);
    this.sort = {name: "tokens", down: true};
    this.most = 100;
  }

  mount(figure, bar) {
    this.figure = figure;
    const choice = (axis) => {
      const select = el("select", {"aria-label": axis === "x" ? "Across" : "Up", onchange: () => {
        this[axis] = select.value;
        this.draw();
      }}, ...this.names.map((name) => el("option", {value: name, selected: name === this[axis]}, MEASURES[name][0])));
      return select;
    };
    bar.append(el("label", {class: "inline"}, "Across", choice("x")), el("label", {class: "inline"}, "Up", choice("y")), (this.note = el("span")));
    this.canvas = el("canvas", {class: "scrolls", role: "img", "aria-label": "Topics by two diagnostics; the table below has all."});
    this.body = el("tbody");
    const heads = ["topic", ...this.names].map((name) => el("th", {class: name === "topic" ? "" : "number", "aria-sort": "none", "data-name": name},
      el("button", {type: "button", title: MEASURES[name]?.[1] ?? "", onclick: () => {
        this.sort = {name, down: this.sort.name === name ? !this.sort.down : name !== "topic"};
        this.fill();
      }}, name === "topic" ? "Topic" : MEASURES[name][0])));
    this.heads = heads;
    figure.append(this.canvas, el("div", {class: "wide", style: {padding: "0 12px 20px"}}, el("table", {}, el("thead", {}, el("tr", {}, ...heads)), this.body)));
    this.canvas.addEventListener("pointermove", (event) => {
      const k = this.at(event);
      this.canvas.style.cursor = k >= 0 ? "pointer" : "default";
      tip(k < 0 ? null : this.app.tipOf(k), event.clientX, event.clientY);
    });
    this.canvas.addEventListener("pointerleave", () => tip(null));
    this.canvas.addEventListener("click", (event) => {
      const k = this.at(event);
      if (k >= 0) this.app.select(k);
    });
    this.resize();
    this.fill();
  }

  resize() {
    this.width = Math.max(280, this.figure.clientWidth - 16);
    this.height = Math.max(220, Math.min(420, this.figure.clientHeight * 0.55));
    this.draw();
  }

  draw() {
    this.note.textContent = `${MEASURES[this.x][0]}: ${MEASURES[this.x][1]}. ${MEASURES[this.y][0]}: ${MEASURES[this.y][1]}.`;
    this.paint(new CanvasPainter(this.canvas, this.width, this.height));
  }

  svg() {
    const painter = new SvgPainter(this.width, this.height);
    this.paint(painter);
    return painter.source();
  }

  paint(painter) {
    const {topics, model, state, word} = this.app;
    const [xs, ys] = [valuesOf(model, this.x), valuesOf(model, this.y)];
    this.points = topics.ids.filter((k) => xs[k] !== null && ys[k] !== null && !topics.hidden.has(k)).map((k) => ({k, vx: xs[k], vy: ys[k]}));
    const range = (name) => {
      const values = this.points.map((p) => p[name]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return low === high ? [low - 1, high + 1] : [low - (high - low) * 0.04, high + (high - low) * 0.04];
    };
    if (!this.points.length) return;
    const [x0, x1] = range("vx");
    const [y0, y1] = range("vy");
    const [left, right, top, bottom] = [64, painter.width - 14, 10, painter.height - 36];
    const x = (value) => left + ((value - x0) / (x1 - x0)) * (right - left);
    const y = (value) => bottom - ((value - y0) / (y1 - y0)) * (bottom - top);
    for (const tick of ticksBetween(y0, y1, 5)) {
      painter.path([[left, y(tick)], [right, y(tick)]], {stroke: theme.line});
      painter.text(left - 6, y(tick), number(tick, 4), {size: 11, fill: theme.dim, anchor: "end"});
    }
    for (const tick of ticksBetween(x0, x1, 7)) painter.text(x(tick), bottom + 13, number(tick, 4), {size: 11, fill: theme.dim, anchor: "middle"});
    painter.text((left + right) / 2, painter.height - 8, `${MEASURES[this.x][0]} →`, {size: 12, fill: theme.dim, anchor: "middle"});
    painter.text(12, (top + bottom) / 2, `${MEASURES[this.y][0]} →`, {size: 12, fill: theme.dim, anchor: "middle", turn: -90});
    for (const p of this.points) {
      p.x = x(p.vx);
      p.y = y(p.vy);
      const r = 3 + Math.min(9, 60 * Math.sqrt(topics.share(p.k)));
      painter.circle(p.x, p.y, r, {fill: topics.colour(p.k), alpha: word ? 0.1 + 0.8 * word.weight(p.k) : 0.7});
      if (p.k === state.topic) painter.circle(p.x, p.y, r + 1.5, {stroke: theme.text, width: 2.5});
    }
    const chosen = this.points.find((p) => p.k === state.topic);
    if (chosen) {
      painter.text(Math.min(Math.max(chosen.x, left + 80), right - 80), Math.max(14, chosen.y - 18), topics.label(chosen.k), {size: 12, weight: 700, fill: theme.text, halo: theme.ground, anchor: "middle"});
    }
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    let best = -1;
    let least = 14;
    for (const p of this.points ?? []) {
      const distance = Math.hypot(p.x - (event.clientX - box.left), p.y - (event.clientY - box.top));
      if (distance < least) [best, least] = [p.k, distance];
    }
    return best;
  }

  fill() {
    const {topics, model, state} = this.app;
    const {name, down} = this.sort;
    const values = name === "topic" ? topics.ids : valuesOf(model, name);
    const key = (k) => values[k] ?? -Infinity;
    const order = topics.ids.filter((k) => !topics.hidden.has(k)).sort((a, b) => (down ? key(b) - key(a) : key(a) - key(b)) || a - b);
    for (const head of this.heads) head.setAttribute("aria-sort", head.dataset.name === name ? (down ? "descending" : "ascending") : "none");
    this.body.replaceChildren(...order.slice(0, this.most).map((k) => el("tr", {class: "pick", "aria-selected": String(k === state.topic), "data-topic": String(k), onclick: () => this.app.select(k)},
      el("td", {}, `${k} ${topics.label(k)}`), ...this.names.map((measure) => el("td", {class: "number"}, number(valuesOf(model, measure)[k]))))));
    if (order.length > this.most) {
      this.body.append(el("tr", {}, el("td", {colSpan: this.names.length + 1}, el("button", {type: "button", onclick: () => {
        this.most = order.length;
        this.fill();
      }}, `Show all ${count(order.length)}`))));
    }
  }

  update(changed) {
    this.draw();
    if (changed.has("labels")) this.fill();
    for (const row of this.body.querySelectorAll("[data-topic]")) row.setAttribute("aria-selected", String(Number(row.dataset.topic) === this.app.state.topic));
  }

  table() {
    const {topics, model} = this.app;
    return {names: ["topic", "label", "share", ...this.names], rows: topics.ids.map((k) => [k, topics.label(k), topics.share(k), ...this.names.map((name) => valuesOf(model, name)[k])])};
  }
}

const CURVES = {
  log_likelihood_per_token: "Log-likelihood per token",
  held_out_log_likelihood_per_token: "Held-out log-likelihood per token",
  active_tokens: "Tokens in training",
  tokens_per_second: "Tokens per second",
  alpha_sum: "Sum of alpha",
  waiting_share: "Share of the time spent waiting",
  exchanged_bytes_per_token: "Bytes exchanged per token",
};

export class TrainingView {
  constructor(app) {
    this.app = app;
    this.id = "training";
    this.name = "Training";
    this.metrics = app.model.header.metrics;
    this.iterations = this.metrics.iteration ?? [];
    this.available = this.iterations.length > 1;
    this.over = "iteration";
  }

  mount(figure, bar) {
    this.figure = figure;
    const choice = el("select", {"aria-label": "Over", onchange: () => {
      this.over = choice.value;
      this.fill();
    }}, ...[["iteration", "Over iterations"], ["seconds", "Over seconds"], ["work", "Over passes of the corpus"]].filter(([name]) => this.metrics[name])
      .map(([value, text]) => el("option", {value, selected: value === this.over}, text)));
    bar.append(choice, el("span", {}, "How the model was trained. Growth: the first iterations see few documents."));
    this.fill();
  }

  charts(width) {
    const name = {iteration: "iteration", seconds: "seconds", work: "passes of the corpus"}[this.over];
    return Object.keys(CURVES).filter((curve) => this.metrics[curve]?.filter((value) => value !== null).length > 1)
      .map((curve) => [curve, lineChart({width, height: 210, xs: this.metrics[this.over], lines: [{values: this.metrics[curve], colour: theme.accent}], xName: name})]);
  }

  fill() {
    this.figure.replaceChildren(el("div", {class: "curves"}, ...this.charts(420).map(([curve, painter]) => {
      painter.node.setAttribute("aria-label", CURVES[curve]);
      return el("div", {}, el("h2", {}, CURVES[curve]), painter.node);
    })));
  }

  update(changed) {
    if (changed.has("theme")) this.fill();
  }

  svg() {
    return this.charts(640)[0]?.[1].source() ?? null;
  }

  table() {
    const names = Object.keys(this.metrics);
    return {names, rows: this.iterations.map((_, i) => names.map((name) => this.metrics[name][i]))};
  }
}

export class AboutView {
  constructor(app) {
    this.app = app;
    this.id = "about";
    this.name = "About";
    this.available = true;
  }

  rows() {
    const h = this.app.model.header;
    const simple = (value) => (Array.isArray(value) || (value && typeof value === "object") ? JSON.stringify(value) : String(value));
    const alphas = new Set(h.alpha);
    return {
      model: [["Model hash", h.model_hash], ["Corpus checksum", h.corpus_checksum || "–"], ["Topics", count(h.num_topics)], ["Words", count(h.num_words)],
        ["Documents", h.num_documents ? count(h.num_documents) : "–"], ["Tokens", count(h.num_tokens)],
        ["Alpha", alphas.size === 1 ? `${h.alpha[0]} for each topic` : `${Math.min(...h.alpha)} to ${Math.max(...h.alpha)}`], ["Beta", String(h.beta)],
        ["Iterations", `${count(h.progress.iteration)}, ${h.progress.complete ? "complete" : "stopped before the end"}`],
        ["Log-likelihood per token", String(h.progress.log_likelihood_per_token)], ["Written by", h.written_by]],
      settings: Object.entries(h.settings).map(([name, value]) => [name, simple(value)]),
    };
  }

  mount(figure) {
    const h = this.app.model.header;
    const {model, settings} = this.rows();
    const table = (rows) => el("div", {class: "wide"}, el("table", {}, el("tbody", {}, ...rows.map(([name, value]) => el("tr", {}, el("th", {scope: "row"}, name), el("td", {}, value.length > 600 ? `${value.slice(0, 600)}…` : value))))));
    figure.append(el("div", {class: "prose"},
      el("h2", {}, "The model"), table(model),
      el("h2", {}, "What is left out of this file"),
      h.left_out.length ? el("ul", {}, ...h.left_out.map((what) => el("li", {}, what))) : el("p", {}, "Nothing: every count of every word in every topic is here."),
      el("h2", {}, "How to read it"),
      el("ul", {},
        el("li", {}, "Numbers of topics are the model's own. Sorting changes the order, never the numbers."),
        el("li", {}, "The map keeps neighbours, not distances: topics that are close belong together, how far apart others are says little."),
        el("li", {}, "Words are ranked by relevance: at λ = 1 by their probability in the topic, at λ = 0 by how much more frequent they are there than elsewhere (Sievert & Shirley 2014)."),
        el("li", {}, "Shares of a group are its tokens with the topic, divided by all its tokens.")),
      el("h2", {}, "Settings of the run"), table(settings),
      el("h2", {}, "Software"),
      el("p", {}, "The page uses modules of D3 (d3-hierarchy, d3-quadtree, d3-selection, d3-zoom and what they need), © Mike Bostock, ISC and BSD licences. Nothing is loaded from anywhere, and nothing is sent.")));
  }

  update() {}

  svg() {
    return null;
  }

  table() {
    const {model, settings} = this.rows();
    return {names: ["name", "value"], rows: [...model, ...settings]};
  }
}

