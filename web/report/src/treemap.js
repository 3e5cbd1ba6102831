// The treemap: regions of the map and the topics in them, area by tokens.
import {hierarchy, treemap, treemapSquarify} from "d3-hierarchy";
import {el, tip} from "./dom.js";
import {CanvasPainter, fit, SvgPainter} from "./painter.js";
import {colourOf, theme} from "./theme.js";

export class TreemapView {
  constructor(app) {
    this.app = app;
    this.id = "treemap";
    this.name = "Treemap";
    this.available = true;
    this.hover = -1;
  }

  mount(figure, bar) {
    figure.classList.add("fixed");
    this.figure = figure;
    this.canvas = el("canvas", {role: "img", "aria-label": "Treemap of topics; the list has all of them."});
    bar.append(el("span", {}, "Regions of the map and their topics. Area: tokens."));
    figure.append(this.canvas);
    this.canvas.addEventListener("pointermove", (event) => {
      const k = this.at(event);
      if (k !== this.hover) {
        this.hover = k;
        this.draw();
      }
      this.canvas.style.cursor = k >= 0 ? "pointer" : "default";
      tip(k < 0 ? null : this.app.tipOf(k), event.clientX, event.clientY);
    });
    this.canvas.addEventListener("pointerleave", () => {
      this.hover = -1;
      tip(null);
      this.draw();
    });
    this.canvas.addEventListener("click", (event) => {
      const k = this.at(event);
      if (k >= 0) this.app.select(k);
    });
    this.resize();
  }

  resize() {
    this.width = this.figure.clientWidth;
    this.height = this.figure.clientHeight;
    this.layout();
    this.draw();
  }

  layout() {
    const h = this.app.model.header;
    const clusters = h.cluster_labels.map((_, cluster) => ({cluster, children: []}));
    for (const k of this.app.topics.ids) {
      if (h.tokens[k] > 0 && !this.app.topics.hidden.has(k)) clusters[h.clusters[k]].children.push({k});
    }
    const root = hierarchy({children: clusters.filter((c) => c.children.length)}).sum((d) => (d.k === undefined ? 0 : h.tokens[d.k]))
      .sort((a, b) => b.value - a.value);
    this.several = root.children?.length > 1;
    treemap().tile(treemapSquarify.ratio(1.3)).size([this.width, this.height]).round(true).paddingInner(1)
      .paddingOuter((node) => (node.depth === 1 ? 1 : 0)).paddingTop((node) => (node.depth === 1 && this.several ? 18 : 0))(root);
    this.root = root;
    this.leaves = root.leaves().filter((leaf) => leaf.data.k !== undefined);
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const leaf = this.leaves.find((l) => l.x0 <= x && x < l.x1 && l.y0 <= y && y < l.y1);
    return leaf ? leaf.data.k : -1;
  }

  update(changed) {
    if (changed?.has("labels")) this.layout();
    this.draw();
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
    const {topics, state, word, model} = this.app;
    for (const leaf of this.leaves) {
      const {k} = leaf.data;
      const [w, height] = [leaf.x1 - leaf.x0, leaf.y1 - leaf.y0];
      const alpha = word ? 0.1 + 0.8 * word.weight(k) : 0.8;
      painter.rect(leaf.x0, leaf.y0, w, height, {fill: theme.panel});
      painter.rect(leaf.x0, leaf.y0, w, height, {fill: colourOf(model.header.clusters[k], theme.dark ? -0.27 : 0.26, 0.6), alpha});
      if (w > 30 && height > 14) this.nameLeaf(painter, leaf, w, height, topics.label(k), word ? word.weight(k) > 0.05 : true);
    }
    for (const leaf of this.leaves) {
      const strong = leaf.data.k === state.topic;
      if (!strong && leaf.data.k !== this.hover) continue;
      painter.rect(leaf.x0 + 1, leaf.y0 + 1, leaf.x1 - leaf.x0 - 2, leaf.y1 - leaf.y0 - 2, {stroke: theme.text, width: strong ? 2.5 : 1.5});
    }
    if (!this.several) return;
    for (const node of this.root.children) {
      const label = fit(model.header.cluster_labels[node.data.cluster], node.x1 - node.x0 - 8, 12, 700);
      if (label.length > 3) painter.text(node.x0 + 4, node.y0 + 9.5, label, {size: 12, weight: 700, fill: colourOf(node.data.cluster, theme.dark ? 0.1 : -0.14)});
    }
  }

  /** In as many lines as there is room for, a word or more each. */
  nameLeaf(painter, leaf, width, height, label, strong) {
    const narrow = width < 56;
    const size = narrow ? 10 : Math.max(11, Math.min(15, Math.sqrt(width * height) / 9));
    const lines = Math.max(1, Math.min(3, Math.floor((height - 4) / (size + 3))));
    const parts = label.split(/, /);
    const texts = lines > 1 && parts.length > 1 ? [...parts.slice(0, lines - 1), parts.slice(lines - 1).join(", ")].filter(Boolean) : [label];
    texts.forEach((text, i) => {
      const shown = fit(text, width - (narrow ? 4 : 8), size);
      if (shown === text || shown.length > 3) painter.text(leaf.x0 + (narrow ? 2 : 5), leaf.y0 + 4 + (i + 0.5) * (size + 3), shown, {size, fill: theme.text, alpha: strong ? 1 : 0.45});
    });
  }

  table() {
    const h = this.app.model.header;
    return {names: ["cluster", "cluster_label", "topic", "label", "tokens", "share"],
      rows: this.app.topics.ids.map((k) => [h.clusters[k], h.cluster_labels[h.clusters[k]], k, this.app.topics.label(k), h.tokens[k], this.app.topics.share(k)])
        .sort((a, b) => a[0] - b[0] || b[4] - a[4])};
  }
}
