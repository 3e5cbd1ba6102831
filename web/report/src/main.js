// The page: puts its parts together and tells them what has changed.
import {Model} from "./data.js";
import {Detail} from "./detail.js";
import {$, count, download, el, percent, say, tip, tsv} from "./dom.js";
import {GroupsView} from "./groups.js";
import {List, SORTS} from "./list.js";
import {MapView} from "./map.js";
import {AboutView, DiagnosticsView, TrainingView} from "./numbers.js";
import {Search, Word} from "./search.js";
import {State} from "./state.js";
import {startTheme} from "./theme.js";
import {TimeView} from "./time.js";
import {Topics} from "./topics.js";
import {TreemapView} from "./treemap.js";

const KEYS = [["/", "search a word"], ["j  k", "next, previous topic of the list"], ["arrows", "on the map: the nearest topic in that direction; on the list: step"],
  ["1 … 7", "views"], ["[  ]", "relevance λ down, up"], ["e", "edit the label"], ["Esc", "clear the search"], ["?", "this help"]];
const TREEMAP_FROM = 2000; // topics: the map is too full to begin with

class App {
  constructor(model) {
    this.model = model;
    this.state = new State();
    this.word = null;
    this.flipTheme = startTheme(() => this.changed(new Set(["theme"])));
    this.topics = new Topics(model);
    this.views = [MapView, TreemapView, TimeView, GroupsView, DiagnosticsView, TrainingView, AboutView].map((View) => new View(this)).filter((view) => view.available);
    Object.assign(this.state, this.state.read(location.hash, this.limits()));
    this.word = this.wordOf(this.state.word);
    if (this.word && !location.hash.includes("topic=")) this.state.topic = this.word.topics[0].topic;
    document.title = model.header.title;
    $("title").textContent = model.header.title;
    this.makeTabs();
    this.searchBox = new Search(this);
    this.detail = new Detail(this);
    this.list = new List(this);
    this.state.listen((changed) => this.changed(changed));
    $("theme").addEventListener("click", () => this.flipTheme());
    $("help").addEventListener("click", () => this.help());
    $("save").addEventListener("click", () => this.save());
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("hashchange", () => this.state.set(this.state.read(location.hash, this.limits())));
    let frame = 0;
    new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => this.view.resize?.());
    }).observe($("figure"));
    this.searchBox.show(this.state.word);
    this.openView();
    this.detail.show();
    this.tell();
    requestAnimationFrame(() => this.list.reveal(this.state.topic));
  }

  limits() {
    const has = (id) => this.views.some((view) => view.id === id);
    const phone = innerWidth < 800;
    return {topics: this.model.K, fields: this.model.fields.length, views: this.views.map((view) => view.id), sorts: Object.keys(SORTS),
      defaultView: has("map") && this.model.K <= TREEMAP_FROM && !phone ? "map" : "treemap", defaultTopic: this.topics.bySize.find((k) => !this.topics.hidden.has(k)) ?? 0};
  }

  wordOf(text) {
    const word = text ? new Word(this.model, text) : null;
    return word?.topics.length ? word : null;
  }

  makeTabs() {
    const tabs = $("tabs");
    tabs.append(...this.views.map((view) => el("button", {type: "button", role: "tab", id: `tab-${view.id}`, "aria-controls": "view", onclick: () => this.state.set({view: view.id})}, view.name)));
    tabs.addEventListener("keydown", (event) => {
      const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (!by) return;
      const at = this.views.findIndex((view) => view.id === this.state.view);
      const next = this.views[(at + by + this.views.length) % this.views.length];
      this.state.set({view: next.id});
      $(`tab-${next.id}`).focus();
    });
  }

  openView() {
    tip(null);
    this.view = this.views.find((view) => view.id === this.state.view) ?? this.views[0];
    for (const view of this.views) {
      const tab = $(`tab-${view.id}`);
      tab.setAttribute("aria-selected", String(view === this.view));
      tab.tabIndex = view === this.view ? 0 : -1;
    }
    $("figure").className = "";
    $("viewbar").replaceChildren();
    // A new element: views that are gone keep no listeners on it.
    const figure = $("figure").cloneNode(false);
    $("figure").replaceWith(figure);
    new ResizeObserver(() => requestAnimationFrame(() => figure.isConnected && this.view.resize?.())).observe(figure);
    $("view").setAttribute("aria-labelledby", `tab-${this.view.id}`);
    this.view.mount(figure, $("viewbar"));
  }

  changed(changed) {
    if (changed.has("word")) {
      this.word = this.wordOf(this.state.word);
      this.searchBox.show(this.state.word);
    }
    if (changed.has("view")) this.openView();
    else if (["topic", "word", "labels", "theme", "value", "field"].some((name) => changed.has(name))) this.view.update(changed);
    if (["word", "sort", "labels"].some((name) => changed.has(name))) this.list.refresh();
    else if (changed.has("topic") || changed.has("theme")) this.list.draw();
    if (changed.has("topic")) {
      this.list.reveal(this.state.topic);
      this.list.draw();
    }
    this.detail.update(changed);
    if (changed.has("topic") || changed.has("word")) this.tell();
  }

  tell() {
    const {word} = this;
    const h = this.model.header;
    if (word) {
      const more = word.all > word.topics.length ? `, and a few in ${count(word.all - word.topics.length)} more` : "";
      say(`${word.text}: ${count(word.total)} tokens in ${count(word.topics.length)} topics${more}`);
    } else if (this.state.word) {
      say(`${this.state.word}: not a word of the model`);
    } else {
      const documents = h.num_documents ? ` · ${count(h.num_documents)} documents` : "";
      const k = this.state.topic;
      say(`${count(h.num_topics)} topics${documents} · ${count(h.num_tokens)} tokens · ${count(h.num_words)} words${k >= 0 ? ` — topic ${k}: ${this.topics.label(k)}, ${percent(this.topics.share(k))}` : ""}`);
    }
  }

  select(k) {
    this.state.set({topic: k});
    if (innerWidth < 800) $("detail").scrollIntoView({block: "start"});
  }

  search(word) {
    const next = this.wordOf(word);
    this.state.set(next ? {word, topic: next.topics[0].topic} : {word});
  }

  hide(k, hidden) {
    this.topics.setHidden(k, hidden);
    this.labelsChanged();
    say(hidden ? `Topic ${k} is hidden. Type "hidden" into the filter to see such topics.` : `Topic ${k} is shown.`);
  }

  labelsChanged() {
    this.changed(new Set(["labels"]));
  }

  tipOf(k) {
    const words = this.model.topWords(k, 0.6, 6).map((w) => w.text).join(", ");
    const part = this.word?.counts.get(k);
    return [el("div", {style: {fontWeight: "600"}}, `${k} ${this.topics.label(k)}`), el("div", {}, words),
      el("div", {}, `${percent(this.topics.share(k))} of the tokens`), part ? el("div", {}, `${percent(part / this.word.total)} of ${this.word.text}`) : null].filter(Boolean);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog").open) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "range";
    if (event.key === "Escape") return this.search("");
    if (typing) return;
    const {state} = this;
    const lambda = (by) => state.set({lambda: Math.round(Math.min(1, Math.max(0, state.lambda + by)) * 100) / 100});
    const actions = {"/": () => $("search").focus(), j: () => this.list.step(1), k: () => this.list.step(-1), "[": () => lambda(-0.1), "]": () => lambda(0.1),
      "?": () => this.help(), e: () => this.detail.box.querySelector(".head input")?.select()};
    const number = Number(event.key);
    if (number >= 1 && number <= this.views.length) state.set({view: this.views[number - 1].id});
    else if (actions[event.key]) actions[event.key]();
    else return;
    event.preventDefault();
  }

  dialog(title, ...content) {
    const dialog = $("dialog");
    const heading = el("h2", {id: "dialog-title"}, title);
    dialog.setAttribute("aria-labelledby", "dialog-title");
    dialog.replaceChildren(heading, ...content, el("p", {}, el("button", {type: "button", onclick: () => dialog.close()}, "Close")));
    dialog.showModal();
    return dialog;
  }

  help() {
    this.dialog("Keys", el("table", {}, el("tbody", {}, ...KEYS.map(([key, what]) => el("tr", {}, el("td", {}, el("kbd", {}, key)), el("td", {}, what))))));
  }

  save() {
    const view = this.view;
    const close = (action) => () => {
      action();
      $("dialog").close();
    };
    const choice = (text, action) => el("button", {type: "button", onclick: close(action)}, text);
    const table = (name, {names, rows}) => download(`${name}.tsv`, tsv(names, rows), "text/tab-separated-values");
    const svg = view.svg();
    const link = location.href.replace(/#.*/, "") + `#${this.state.hash()}`;
    this.dialog("Save", el("div", {class: "choices"},
      choice(`This view, ${view.name}, as a table (TSV)`, () => table(view.id, view.table())),
      svg ? choice(`This view, ${view.name}, as a figure (SVG)`, () => download(`${view.id}.svg`, svg, "image/svg+xml")) : null,
      choice("The list of topics (TSV)", () => table("topics", this.list.table())),
      choice("The labels: labels.json for the model's directory, or for report --labels", () => download("labels.json", this.topics.file(), "application/json")),
      choice("Copy a link to what is shown", () => navigator.clipboard?.writeText(link).then(() => say("The link is copied."), () => say(link))),
      choice("Print the selected topic", () => setTimeout(() => print(), 50)),
      this.topics.edited ? choice("Forget the labels that were edited here", () => {
        this.topics.forget();
        this.labelsChanged();
      }) : null));
  }
}

async function start() {
  if (typeof DecompressionStream === "undefined") {
    document.body.prepend(el("p", {class: "fatal"}, "This page needs a newer browser: Chrome 111, Firefox 113 or Safari 16.4."));
    return;
  }
  performance.mark("lightlda-start");
  const model = await Model.load();
  window.lightlda = new App(model);
  performance.measure("lightlda-ready", "lightlda-start");
}

start().catch((error) => {
  document.body.prepend(el("p", {class: "fatal"}, `This file is damaged: ${error.message}`));
  throw error;
});
