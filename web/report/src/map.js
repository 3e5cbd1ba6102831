// The map: circles where C++ has put them, labels where there is room.
import {quadtree} from "d3-quadtree";
import {select} from "d3-selection";
import {zoom, zoomIdentity} from "d3-zoom";
import {el, tip} from "./dom.js";
import {CanvasPainter, measure, SvgPainter} from "./painter.js";
import {colourOf, theme} from "./theme.js";

const WIDTH = 1.1;

export class MapView {
  constructor(app) {
    this.app = app;
    this.id = "map";
    this.name = "Map";
    const map = app.model.header.map;
    this.available = map.x.length > 0;
    this.circles = map.x.map((x, k) => ({k, x: x / 1e4, y: map.y[k] / 1e4, r: map.r[k] / 1e5}));
    this.tree = quadtree(this.circles, (c) => c.x, (c) => c.y);
    this.largest = Math.max(0, ...this.circles.map((c) => c.r));
    this.transform = zoomIdentity;
    this.hover = -1;
  }

  mount(figure, bar) {
    figure.classList.add("fixed");
    this.figure = figure;
    this.canvas = el("canvas", {tabindex: "0", role: "img"});
    this.canvas.setAttribute("aria-label", "Map of topics. Arrow keys go to the nearest topic; the list has all of them.");
    const by = this.app.model.header.map.by;
    bar.append(el("span", {}, `Near each other: topics of the same ${by}. Area: tokens. Colour: region.`), el("span", {class: "grow"}),
      el("button", {type: "button", title: "Zoom in", "aria-label": "Zoom in", onclick: () => this.scaleBy(1.5)}, "+"),
      el("button", {type: "button", title: "Zoom out", "aria-label": "Zoom out", onclick: () => this.scaleBy(1 / 1.5)}, "–"),
      el("button", {type: "button", onclick: () => this.reset()}, "Reset"));
    figure.append(this.canvas);
    this.zoom = zoom().scaleExtent([1, 40]).on("zoom", (event) => {
      this.transform = event.transform;
      this.schedule();
    });
    select(this.canvas).call(this.zoom).on("dblclick.zoom", () => this.reset());
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.setHover(-1));
    this.canvas.addEventListener("click", (event) => {
      const k = this.at(event);
      if (k >= 0) this.app.select(k);
    });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.resize();
  }

  scaleBy(factor) {
    select(this.canvas).call(this.zoom.scaleBy, factor);
  }

  reset() {
    select(this.canvas).call(this.zoom.transform, zoomIdentity);
  }

  resize() {
    this.width = this.figure.clientWidth;
    this.height = this.figure.clientHeight;
    this.zoom.translateExtent([[0, 0], [this.width, this.height]]).extent([[0, 0], [this.width, this.height]]);
    this.draw();
  }

  update() {
    this.schedule();
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.canvas.isConnected) this.draw();
    });
  }

  /** Pixels of the frame's unit, and of its corner, without zoom. */
  fitting() {
    const margin = 12;
    const unit = Math.min((this.width - 2 * margin) / WIDTH, this.height - 2 * margin);
    return {unit, left: (this.width - unit * WIDTH) / 2, top: (this.height - unit) / 2};
  }

  place(c) {
    const {unit, left, top} = this.fitting();
    const t = this.transform;
    return {x: t.applyX(left + c.x * unit), y: t.applyY(top + c.y * unit), r: Math.max(1.5, c.r * unit * t.k)};
  }

  at(event) {
    const {unit, left, top} = this.fitting();
    const box = this.canvas.getBoundingClientRect();
    const [px, py] = this.transform.invert([event.clientX - box.left, event.clientY - box.top]);
    const x = (px - left) / unit;
    const y = (py - top) / unit;
    // Fingers and small circles: a little beside counts, too.
    const slack = 6 / unit / this.transform.k;
    let best = -1;
    let least = Infinity;
    const reach = this.largest + slack;
    this.tree.visit((node, x0, y0, x1, y1) => {
      if (!node.length) {
        do {
          const c = node.data;
          const outside = Math.hypot(c.x - x, c.y - y) - c.r;
          if (outside < slack && outside < least && !this.app.topics.hidden.has(c.k)) [best, least] = [c.k, outside];
        } while ((node = node.next));
      }
      return x0 > x + reach || x1 < x - reach || y0 > y + reach || y1 < y - reach;
    });
    return best;
  }

  point(event) {
    const k = this.at(event);
    this.setHover(k);
    this.canvas.style.cursor = k >= 0 ? "pointer" : "grab";
    tip(k < 0 ? null : this.app.tipOf(k), event.clientX, event.clientY);
  }

  setHover(k) {
    if (k < 0) tip(null);
    if (this.hover === k) return;
    this.hover = k;
    this.schedule();
  }

  key(event) {
    const direction = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!direction) return;
    event.preventDefault();
    const from = this.circles[Math.max(0, this.app.state.topic)];
    let best = null;
    let least = Infinity;
    for (const c of this.circles) {
      if (c === from || this.app.topics.hidden.has(c.k)) continue;
      const along = (c.x - from.x) * direction[0] + (c.y - from.y) * direction[1];
      const across = Math.abs((c.x - from.x) * direction[1]) + Math.abs((c.y - from.y) * direction[0]);
      if (along <= 0 || across > 2 * along) continue;
      const cost = along + 2 * across;
      if (cost < least) [best, least] = [c, cost];
    }
    if (best) this.app.select(best.k);
  }

  draw() {
    this.paint(new CanvasPainter(this.canvas, this.width, this.height));
  }

  svg() {
    const painter = new SvgPainter(this.width, this.height);
    this.paint(painter);
    return painter.source();
  }

  paint(painter) {
    const {topics, state, word} = this.app;
    const focus = this.hover >= 0 ? this.hover : state.topic;
    const shown = this.circles.filter((c) => !topics.hidden.has(c.k));
    const places = new Map(shown.map((c) => [c.k, this.place(c)]));
    const inside = (p) => p.x + p.r > 0 && p.x - p.r < this.width && p.y + p.r > 0 && p.y - p.r < this.height;
    if (focus >= 0) this.paintLinks(painter, focus, places);
    for (const c of shown) {
      const p = places.get(c.k);
      if (!inside(p)) continue;
      const weight = word ? word.weight(c.k) : 1;
      painter.circle(p.x, p.y, p.r, {fill: topics.colour(c.k), alpha: word ? 0.08 + 0.84 * weight : 0.78});
      if (c.k === state.topic) painter.circle(p.x, p.y, p.r + 1.5, {stroke: theme.text, width: 2.5});
      else if (c.k === this.hover) painter.circle(p.x, p.y, p.r + 1, {stroke: theme.text, width: 1.5});
    }
    this.paintLabels(painter, shown.filter((c) => inside(places.get(c.k))), places);
  }

  paintLinks(painter, k, places) {
    const from = places.get(k);
    const similar = this.app.model.header.similar[k] ?? [];
    for (let i = 0; i < Math.min(10, similar.length); i += 2) {
      const to = places.get(similar[i]);
      if (from && to) painter.path([[from.x, from.y], [to.x, to.y]], {stroke: theme.dim, width: 1.2, alpha: 0.55});
    }
  }

  /** Greedily, the most important first; labels stay within the map and never overlap. */
  paintLabels(painter, shown, places) {
    const {topics, state, word} = this.app;
    const taken = [];
    const free = (box) => taken.every((b) => box[0] > b[2] || box[2] < b[0] || box[1] > b[3] || box[3] < b[1]);
    const put = (x, ys, text, size, weight, fill, force) => {
      const width = measure(text, size, weight);
      const cx = Math.min(Math.max(x, width / 2 + 4), this.width - width / 2 - 4);
      for (const y of ys) {
        const cy = Math.min(Math.max(y, size / 2 + 3), this.height - size / 2 - 3);
        const box = [cx - width / 2 - 3, cy - size / 2 - 2, cx + width / 2 + 3, cy + size / 2 + 2];
        if (!force && !free(box)) continue;
        taken.push(box);
        painter.text(cx, cy, text, {size, weight, fill, halo: theme.ground, anchor: "middle"});
        return;
      }
    };
    const name = (c, force, weight = 500) => {
      const p = places.get(c.k);
      const size = Math.max(11, Math.min(15, p.r / 2.4));
      const text = topics.label(c.k);
      put(p.x, p.r < 14 ? [p.y - p.r - 8, p.y + p.r + 8] : [p.y], text.length > 34 ? `${text.slice(0, 33)}…` : text, size, weight, theme.text, force);
    };
    const selected = shown.find((c) => c.k === state.topic);
    if (selected) name(selected, true, 700);
    const hovered = shown.find((c) => c.k === this.hover);
    if (hovered && hovered !== selected) name(hovered, true);
    if (word) {
      for (const {topic} of word.topics) {
        const c = shown.find((one) => one.k === topic);
        if (c && c !== selected && word.weight(topic) > 0.05) name(c);
      }
      return;
    }
    if (this.transform.k < 1.7) this.nameRegions(shown, places, put);
    const most = this.width < 500 ? 18 : Infinity;
    const order = [...shown].sort((a, b) => b.r - a.r || a.k - b.k);
    for (const c of order.slice(0, 400)) {
      if (taken.length >= most) break;
      if (c !== selected && c !== hovered) name(c);
    }
  }

  nameRegions(shown, places, put) {
    const h = this.app.model.header;
    const sums = h.cluster_labels.map(() => [0, 0, 0]);
    for (const c of shown) {
      const sum = sums[h.clusters[c.k]];
      const p = places.get(c.k);
      sum[0] += p.x;
      sum[1] += p.y;
      sum[2] += 1;
    }
    const size = this.width < 500 ? 11 : 13;
    sums.forEach(([x, y, n], cluster) => {
      if (!n || sums.length < 2) return;
      const text = h.cluster_labels[cluster].split(", ").slice(0, this.width < 500 ? 1 : 2).join(" · ").toUpperCase();
      put(x / n, [y / n], text, size, 700, colourOf(cluster, theme.dark ? 0.1 : -0.14), false);
    });
  }

  table() {
    const h = this.app.model.header;
    return {names: ["topic", "label", "x", "y", "radius", "cluster", "cluster_label"],
      rows: this.circles.map((c) => [c.k, this.app.topics.label(c.k), c.x, c.y, c.r, h.clusters[c.k], h.cluster_labels[h.clusters[c.k]]])};
  }
}

