// Topics over time: a small figure for each, or the regions stacked.
import {el, percent} from "./dom.js";
import {timeChart} from "./charts.js";
import {SvgPainter} from "./painter.js";
import {colourOf, theme} from "./theme.js";
import {Topics} from "./topics.js";

const PAGE = 60;

export class TimeView {
  constructor(app) {
    this.app = app;
    this.id = "time";
    this.name = "Time";
    this.f = app.topics.dateField;
    this.available = this.f >= 0 && app.model.fields[this.f].values.length > 1;
    this.order = "rising";
    this.shown = PAGE;
  }

  async mount(figure, bar) {
    this.figure = figure;
    this.field = this.app.model.fields[this.f];
    const choose = el("select", {"aria-label": "What is shown", onchange: () => {
      this.order = choose.value;
      this.shown = PAGE;
      this.fill();
    }}, ...[["rising", "Rising topics first"], ["falling", "Falling topics first"], ["size", "Largest topics first"], ["id", "Topics by number"], ["regions", "Regions, stacked"]]
      .map(([value, text]) => el("option", {value, selected: value === this.order}, text)));
    const pale = Topics.solid(this.field).filter((s) => !s).length;
    bar.append(choose, el("span", {}, `Share of the tokens by ${this.field.name}, with a band of one standard error.${pale ? ` ${pale} of ${this.field.values.length} bins have few documents: they are left out of curves.` : ""}`));
    this.group = await this.app.model.group(this.f);
    this.trends = this.app.topics.trends(this.field, this.group);
    if (figure.isConnected) this.fill();
  }

  topicsInOrder() {
    const {topics, word} = this.app;
    const by = {rising: (a, b) => this.trends[b] - this.trends[a], falling: (a, b) => this.trends[a] - this.trends[b],
      size: (a, b) => topics.h.tokens[b] - topics.h.tokens[a], id: (a, b) => a - b}[this.order] ?? ((a, b) => a - b);
    // A trend of a handful of tokens is none.
    const enough = topics.h.num_tokens / topics.model.K / 5;
    return topics.ids.filter((k) => !topics.hidden.has(k) && (!word || word.weight(k) > 0) && (this.order === "id" || topics.h.tokens[k] >= enough))
      .sort((a, b) => by(a, b) || a - b);
  }

  series(k) {
    const bins = this.field.values.length;
    const at = (from) => Array.from({length: bins}, (_, v) => from[k * bins + v]);
    return {shares: at(this.group.tokens).map((n, v) => (this.field.tokens[v] ? n / this.field.tokens[v] : 0)), errors: this.group.errors ? at(this.group.errors) : null};
  }

  fill() {
    if (!this.group) return;
    this.figure.replaceChildren();
    if (this.order === "regions") {
      this.painter = this.stacked(Math.max(300, this.figure.clientWidth - 24), Math.max(260, Math.min(560, this.figure.clientHeight - 20)));
      this.figure.append(el("div", {style: {padding: "0 12px"}}, this.painter.node));
      return;
    }
    const order = this.topicsInOrder();
    const solid = Topics.solid(this.field);
    const cells = order.slice(0, this.shown).map((k) => {
      const chart = timeChart({width: 200, height: 54, values: this.field.values, ...this.series(k), solid, colour: this.app.topics.colour(k), bare: true});
      const {shares} = this.series(k);
      const most = Math.max(...shares.filter((_, v) => solid[v]), 0);
      return el("button", {type: "button", "aria-pressed": String(k === this.app.state.topic), "data-topic": String(k), onclick: () => this.app.select(k)},
        el("strong", {}, `${k} ${this.app.topics.label(k)}`), chart.node, el("small", {}, `at most ${percent(most)}`));
    });
    this.figure.append(el("div", {class: "small-multiples"}, ...cells));
    if (order.length > this.shown) {
      this.figure.append(el("p", {style: {padding: "0 12px 20px"}}, el("button", {type: "button", onclick: () => {
        this.shown += 4 * PAGE;
        this.fill();
      }}, `Show more of ${order.length} topics`)));
    }
  }

  stacked(width, height) {
    const painter = new SvgPainter(width, height);
    const {header} = this.app.model;
    const {values, tokens} = this.field;
    const solid = Topics.solid(this.field);
    const bins = values.map((_, v) => v).filter((v) => solid[v]);
    const [left, right, top, bottom] = [40, width - 160, 10, height - 24];
    const sums = header.cluster_labels.map(() => new Float64Array(values.length));
    this.app.topics.ids.forEach((k) => bins.forEach((v) => (sums[header.clusters[k]][v] += this.group.tokens[k * values.length + v])));
    const x = (i) => (bins.length > 1 ? left + (i / (bins.length - 1)) * (right - left) : left);
    const y = (share) => bottom - share * (bottom - top);
    const base = bins.map(() => 0);
    let last = Infinity;
    sums.forEach((sum, cluster) => {
      const lower = [...base];
      bins.forEach((v, i) => (base[i] += tokens[v] ? sum[v] / tokens[v] : 0));
      const colour = colourOf(cluster);
      painter.path([...bins.map((_, i) => [x(i), y(base[i])]), ...bins.map((_, i) => [x(i), y(lower[i])]).toReversed()], {fill: colour, alpha: 0.8, close: true, stroke: theme.ground, width: 0.7});
      const middle = y((base.at(-1) + lower.at(-1)) / 2);
      if (last - middle > 12) {
        painter.text(right + 6, middle, header.cluster_labels[cluster].split(", ").slice(0, 2).join(", "), {size: 11, fill: theme.text});
        last = middle;
      }
    });
    const every = Math.max(1, Math.ceil(bins.length / Math.max(1, Math.floor((right - left) / 60))));
    bins.forEach((v, i) => {
      if (i % every === 0) painter.text(x(i), height - 9, values[v], {size: 11, fill: theme.dim, anchor: i ? "middle" : "start"});
    });
    for (const share of [0, 0.25, 0.5, 0.75, 1]) painter.text(left - 5, y(share), `${share * 100} %`, {size: 11, fill: theme.dim, anchor: "end"});
    return painter;
  }

  resize() {
    if (this.order === "regions") this.fill();
  }

  update(changed) {
    if (changed.has("word") || changed.has("labels") || changed.has("theme")) this.fill();
    for (const button of this.figure.querySelectorAll("[data-topic]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.topic) === this.app.state.topic));
    }
  }

  svg() {
    if (!this.group) return null;
    if (this.order === "regions") return this.painter.source();
    const k = this.app.state.topic;
    return timeChart({width: 760, height: 320, values: this.field.values, ...this.series(k), solid: Topics.solid(this.field), colour: this.app.topics.colour(k)}).source();
  }

  table() {
    const rows = [];
    for (const k of this.app.topics.ids) {
      const {shares, errors} = this.series(k);
      this.field.values.forEach((value, v) => {
        const tokens = this.group.tokens[k * this.field.values.length + v];
        if (tokens) rows.push([value, k, this.app.topics.label(k), tokens, shares[v], this.field.documents[v], errors?.[v] ?? ""]);
      });
    }
    return {names: [this.field.name, "topic", "label", "tokens", "share", "documents", "stderr"], rows};
  }
}
