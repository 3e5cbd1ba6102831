// One topic: its label, words, documents, neighbours, and where it is frequent.
import {$, count, download, el, number, percent, say, tip, tsv} from "./dom.js";
import {timeChart} from "./charts.js";
import {measure, SvgPainter} from "./painter.js";
import {MEASURES, valuesOf} from "./numbers.js";
import {theme} from "./theme.js";
import {Topics} from "./topics.js";

const FEW = 30;
const MANY = 100;
const MARKED = 200; // words of a topic that are marked in its documents

const small = (text, title, onclick) => el("button", {type: "button", title, onclick}, text);

export class Detail {
  constructor(app) {
    this.app = app;
    this.box = $("detail");
    this.many = false;
  }

  show() {
    const {topics, state, model} = this.app;
    const k = state.topic;
    if (k < 0) {
      this.box.replaceChildren(el("p", {}, "Choose a topic."));
      return;
    }
    this.k = k;
    const label = el("input", {value: topics.label(k), "aria-label": `Label of topic ${k}`, spellcheck: "false", title: "Edit the label; Enter keeps it"});
    label.addEventListener("change", () => this.rename(label));
    label.addEventListener("keydown", (event) => {
      if (event.key === "Enter") label.blur();
      if (event.key === "Escape") {
        label.value = topics.label(k);
        label.blur();
      }
      event.stopPropagation();
    });
    const hide = el("button", {type: "button", title: "Leave the topic out of list and map", onclick: () => this.app.hide(k, !topics.hidden.has(k))}, topics.hidden.has(k) ? "Show" : "Hide");
    const h = model.header;
    const note = topics.edits.notes?.[k];
    this.box.replaceChildren(
      el("div", {class: "head"}, el("span", {class: "dot", style: {background: topics.colour(k)}}), label),
      el("p", {class: "sub"}, el("span", {}, `Topic ${k} · region: ${h.cluster_labels[h.clusters[k]].split(", ").slice(0, 3).join(", ")}`), hide),
      ...(topics.isNamed(k) ? [el("p", {class: "sub"}, `Words: ${h.automatic_labels[k]}`)] : []),
      ...(note ? [el("p", {class: "sub"}, note)] : []),
      this.facts(k), (this.wordBox = el("div")), (this.documentBox = el("div")), (this.similarBox = el("div")), (this.timeBox = el("div")), (this.groupBox = el("div")));
    this.showWords();
    this.showSimilar();
    this.showTime();
    this.showGroups();
    this.showDocuments();
  }

  rename(input) {
    const {topics} = this.app;
    const kept = topics.setLabel(this.k, input.value);
    this.app.labelsChanged();
    say(kept ? `Topic ${this.k} is now "${topics.label(this.k)}". Save → labels.json puts the labels into a file.` : "This browser keeps nothing: use Save → labels.json.");
  }

  facts(k) {
    const {model, topics} = this.app;
    const facts = [["Share of tokens", percent(topics.share(k))], ["Tokens", count(model.header.tokens[k])]];
    for (const name of ["documents_5", "coherence_npmi", "exclusivity", "effective_words"]) {
      const value = valuesOf(model, name)[k];
      if (value !== null && value !== undefined) facts.push([MEASURES[name][0], number(value), MEASURES[name][1]]);
    }
    return el("dl", {class: "facts"}, ...facts.map(([name, value, title]) => el("div", {title: title ?? null}, el("dt", {}, name), el("dd", {}, value))));
  }

  showWords() {
    const {state} = this.app;
    const slider = el("input", {type: "range", min: "0", max: "1", step: "0.01", value: String(state.lambda), id: "lambda", "aria-label": "Lambda: 1 ranks by probability, 0 by lift"});
    this.output = el("output", {}, state.lambda.toFixed(2));
    slider.addEventListener("input", () => state.set({lambda: Number(slider.value)}));
    this.slider = slider;
    this.list = el("ol", {class: "words", "aria-label": "Words by relevance"});
    this.moreWords = el("button", {type: "button", class: "more", onclick: () => {
      this.many = !this.many;
      this.fillWords();
    }});
    this.wordBox.replaceChildren(el("h2", {}, "Words", el("span", {class: "grow"}), small("TSV", "Save the words as a table", () => this.saveWords()), small("SVG", "Save the figure", () => this.saveFigure())),
      el("div", {class: "slider"}, el("span", {title: "What only this topic has"}, "specific"), slider, el("span", {title: "What it has most of"}, "frequent"), el("span", {}, "λ"), this.output),
      this.list, el("p", {class: "legend"}, "Colour: tokens in this topic. Grey: in all topics."), this.moreWords);
    this.fillWords();
  }

  /** A move of the slider gets here: rows stay, only what they show changes. */
  fillWords() {
    const {model, state, topics} = this.app;
    const found = model.topWords(this.k, state.lambda, this.many ? MANY : FEW);
    const most = Math.max(1, ...found.map((w) => w.total));
    while (this.list.children.length > found.length) this.list.lastChild.remove();
    while (this.list.children.length < found.length) this.list.append(this.wordRow());
    found.forEach((w, i) => {
      const {button, all, part, counted} = this.list.children[i].parts;
      button.firstChild.data = w.text;
      button.className = w.text === state.word ? "sought" : "";
      button.word = w;
      all.style.width = `${(100 * w.total) / most}%`;
      part.style.width = `${(100 * w.count) / most}%`;
      part.style.background = topics.colour(this.k);
      counted.firstChild.data = count(w.count);
    });
    this.output.textContent = state.lambda.toFixed(2);
    if (Number(this.slider.value) !== state.lambda) this.slider.value = String(state.lambda);
    this.moreWords.textContent = this.many ? "Fewer words" : "More words";
    this.moreWords.hidden = found.length < FEW;
  }

  wordRow() {
    const button = el("button", {type: "button", onclick: () => this.app.search(button.word.text === this.app.state.word ? "" : button.word.text)}, document.createTextNode(""));
    const describe = (event) => {
      const w = button.word;
      tip([el("div", {}, w.text), el("div", {}, `${count(w.count)} of its ${count(w.total)} tokens are here (${percent(w.count / w.total)})`),
        el("div", {}, `probability in the topic ${w.probability.toPrecision(3)}`)], event.clientX, event.clientY);
    };
    const all = el("i", {class: "all"});
    const part = el("i");
    const counted = el("span", {class: "count"}, document.createTextNode(""));
    const row = el("li", {onpointermove: describe, onpointerleave: () => tip(null)}, button, el("span", {class: "bar"}, all, part), counted);
    row.parts = {button, all, part, counted};
    return row;
  }

  wordTable() {
    const {model, state} = this.app;
    const found = model.topWords(this.k, state.lambda, this.many ? MANY : FEW);
    const weight = state.lambda === 1 ? [] : ["relevance"];
    return {names: ["topic", "rank", "word", ...weight, "probability", "count", "tokens"],
      rows: found.map((w, i) => [this.k, i + 1, w.text, ...(weight.length ? [w.score] : []), w.probability, w.count, w.total])};
  }

  saveWords() {
    const {names, rows} = this.wordTable();
    download(`topic-${this.k}-words.tsv`, tsv(names, rows), "text/tab-separated-values");
  }

  saveFigure() {
    const {topics} = this.app;
    const {names, rows} = this.wordTable();
    const at = (name) => names.indexOf(name);
    const most = Math.max(1, ...rows.map((row) => row[at("tokens")]));
    const left = Math.min(220, 16 + Math.max(...rows.map((row) => measure(row[at("word")], 12))));
    const painter = new SvgPainter(560, 40 + 20 * rows.length);
    painter.text(8, 16, `Topic ${this.k}: ${topics.label(this.k)}`, {size: 14, weight: 700, fill: theme.text});
    rows.forEach((row, i) => {
      const y = 40 + 20 * i;
      painter.text(left - 6, y, row[at("word")], {size: 12, fill: theme.text, anchor: "end"});
      painter.rect(left, y - 7, ((490 - left) * row[at("tokens")]) / most, 14, {fill: theme.bar});
      painter.rect(left, y - 7, ((490 - left) * row[at("count")]) / most, 14, {fill: topics.colour(this.k)});
      painter.text(552, y, count(row[at("count")]), {size: 11, fill: theme.dim, anchor: "end"});
    });
    download(`topic-${this.k}-words.svg`, painter.source(), "image/svg+xml");
  }

  chips(title, pairs) {
    const {topics} = this.app;
    if (!pairs.length) return null;
    return el("div", {}, el("h2", {}, title), el("div", {class: "chips"}, ...pairs.map(([other, text, why]) => el("button", {type: "button", title: why, onclick: () => this.app.select(other)},
      el("span", {class: "dot", style: {background: topics.colour(other)}}), topics.label(other), el("small", {}, text)))));
  }

  showSimilar() {
    const h = this.app.model.header;
    const near = h.similar[this.k] ?? [];
    const together = h.together[this.k] ?? [];
    const words = [];
    for (let i = 0; i < Math.min(12, near.length); i += 2) words.push([near[i], (near[i + 1] / 1e4).toFixed(2), `Hellinger distance ${near[i + 1] / 1e4}`]);
    const documents = [];
    for (let i = 0; i < Math.min(18, together.length); i += 3) {
      documents.push([together[i], (together[i + 1] / 1e4).toFixed(2), `Normalised pointwise mutual information ${together[i + 1] / 1e4}; ${count(together[i + 2])} documents have at least 5 % of both`]);
    }
    this.similarBox.replaceChildren(...[this.chips("Similar by their words (distance)", words), this.chips("In the same documents (NPMI)", documents)].filter(Boolean));
  }

  async showTime() {
    const {model, topics} = this.app;
    const f = topics.dateField;
    if (f < 0) return;
    const k = this.k;
    const group = await model.group(f);
    if (this.k !== k) return;
    const field = model.fields[f];
    const bins = field.values.length;
    const shares = field.values.map((_, v) => (field.tokens[v] ? group.tokens[k * bins + v] / field.tokens[v] : 0));
    const errors = group.errors ? field.values.map((_, v) => group.errors[k * bins + v]) : null;
    const chart = timeChart({width: 368, height: 130, values: field.values, shares, errors, solid: Topics.solid(field), colour: topics.colour(k)});
    this.timeBox.replaceChildren(el("h2", {}, `By ${field.name}`), chart.node);
  }

  async showGroups() {
    const {model, topics} = this.app;
    const k = this.k;
    const parts = [];
    for (let f = 0; f < model.fields.length; ++f) {
      const field = model.fields[f];
      if (field.type === "date") continue;
      const group = await model.group(f);
      if (this.k !== k) return;
      const all = field.tokens.reduce((sum, n) => sum + n, 0);
      const shares = field.values.map((value, v) => [value, field.tokens[v] ? group.tokens[k * field.values.length + v] / field.tokens[v] : 0, v])
        .filter(([, share, v]) => share > 0 && field.tokens[v] >= all / 1000).sort((a, b) => b[1] - a[1]).slice(0, 8);
      if (!shares.length) continue;
      parts.push(el("h2", {}, `By ${field.name}`), el("div", {class: "bars"}, ...shares.flatMap(([value, share]) => [el("span", {title: value}, value),
        el("b", {style: {width: `${(100 * share) / shares[0][1]}%`, background: topics.colour(k)}}), el("small", {}, percent(share))])));
    }
    this.groupBox.replaceChildren(...parts);
  }

  async showDocuments() {
    const k = this.k;
    const docs = await this.app.model.documents();
    if (this.k !== k) return;
    const list = docs.of_topic[k] ?? [];
    if (!list.length) return;
    const words = this.app.model.topWords(k, 0.6, MARKED);
    const marked = new Set(words.map((w) => w.text));
    // Stemmed words: a word of the text is marked if it begins with one of at least four letters, and little follows.
    const stems = new Set(words.map((w) => w.text).filter((text) => text.length >= 4));
    const isMarked = (word) => {
      if (marked.has(word)) return true;
      for (let cut = 1; cut <= 3 && word.length - cut >= 4; ++cut) if (stems.has(word.slice(0, -cut))) return true;
      return false;
    };
    const items = [];
    for (let i = 0; i < list.length; i += 2) items.push(this.document(docs, list[i], list[i + 1] / 1e4, isMarked));
    this.documentBox.replaceChildren(el("h2", {}, "Documents with the largest share", el("span", {class: "grow"}), small("TSV", "Save the documents as a table", () => this.saveDocuments(docs))), ...items);
  }

  document(docs, d, share, isMarked) {
    const {topics, model} = this.app;
    const url = /^https?:\/\//i.test(docs.url[d]) ? docs.url[d] : null;
    const title = docs.title[d] || docs.name[d];
    const meta = [docs.title[d] ? docs.name[d] : "", docs.date[d], docs.category[d], `${count(docs.tokens[d])} tokens`].filter(Boolean).join(" · ");
    const others = docs.topics[d];
    const strip = el("div", {class: "strip", role: "group", "aria-label": "Its topics"});
    for (let i = 0; i < others.length; i += 2) {
      const [other, part] = [others[i], others[i + 1] / 1e3];
      strip.append(el("button", {type: "button", "aria-label": `Topic ${other}, ${topics.label(other)}: ${percent(part)}`, style: {width: `${100 * part}%`, background: topics.colour(other), opacity: other === this.k ? 1 : 0.5},
        onclick: () => this.app.select(other), onpointermove: (event) => tip(`${other} ${topics.label(other)}: ${percent(part)}`, event.clientX, event.clientY), onpointerleave: () => tip(null)}));
    }
    return el("article", {class: "doc"},
      el("h3", {}, el("span", {}, url ? el("a", {href: url, rel: "noopener noreferrer", target: "_blank"}, title) : title), el("span", {}, percent(share))),
      el("div", {class: "meta"}, meta), docs.text[d] ? el("p", {class: model.header.documents_have_text ? "" : "words-only"}, ...markUp(docs.text[d], isMarked), docs.cut[d] ? " …" : null) : null, strip);
  }

  saveDocuments(docs) {
    const list = docs.of_topic[this.k];
    const rows = [];
    for (let i = 0; i < list.length; i += 2) {
      const d = list[i];
      rows.push([this.k, i / 2 + 1, docs.name[d], list[i + 1] / 1e4, docs.tokens[d], docs.title[d], docs.date[d]]);
    }
    download(`topic-${this.k}-documents.tsv`, tsv(["topic", "rank", "document", "share", "tokens", "title", "date"], rows), "text/tab-separated-values");
  }

  update(changed) {
    if (["topic", "labels", "theme"].some((name) => changed.has(name))) {
      this.show();
      if (changed.has("topic")) this.box.scrollTop = 0;
    } else if (changed.has("lambda") || changed.has("word")) {
      this.fillWords();
    }
  }
}

/** The text as nodes, with the words of the topic marked. */
export function markUp(text, isMarked) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)) {
    const word = match[0].toLowerCase();
    if (!isMarked(word) && !word.split(/['’-]/).some(isMarked)) continue;
    nodes.push(text.slice(at, match.index), el("mark", {}, match[0]));
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes;
}
