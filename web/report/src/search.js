// The search for a word: suggestions, and what the word's topics are.
import {$, count, el} from "./dom.js";

export class Word {
  constructor(model, text) {
    this.text = text;
    const {total, topics} = model.topicsOf(text);
    this.total = total;
    // What rounds to nothing is noise of the sampler.
    this.topics = topics.filter(({count: n}, i) => i === 0 || n >= total / 1000);
    this.all = topics.length;
    this.counts = new Map(this.topics.map(({topic, count: n}) => [topic, n]));
    this.most = topics[0]?.count ?? 1;
  }

  /** From 0 to 1: how strong the word's topic is against the strongest. */
  weight(topic) {
    return Math.sqrt((this.counts.get(topic) ?? 0) / this.most);
  }
}

export class Search {
  constructor(app) {
    this.app = app;
    this.input = $("search");
    this.list = $("suggestions");
    this.at = -1;
    this.input.addEventListener("input", () => {
      if (!this.input.value) this.choose("");
      else this.suggest();
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  suggest() {
    const text = this.input.value.trim();
    const {model} = this.app;
    let found = text ? model.startingWith(text, 8) : [];
    if (!found.length && text) found = model.startingWith(text.toLowerCase(), 8);
    this.found = found.map((w) => model.words[w]);
    this.at = -1;
    this.list.replaceChildren(...found.map((w, i) => el("li", {role: "option", id: `suggestion-${i}`, "aria-selected": "false", onpointerdown: (event) => {
      event.preventDefault();
      this.choose(model.words[w]);
    }}, model.words[w], el("span", {}, count(model.counts.wordTotals[w])))));
    if (!found.length) this.list.replaceChildren(el("li", {}, "No word of the model begins so."));
    this.list.hidden = !text;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  move(by) {
    if (this.list.hidden || !this.found?.length) return;
    this.at = (this.at + by + this.found.length + (this.at < 0 && by < 0 ? 1 : 0)) % this.found.length;
    [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === this.at)));
    this.input.setAttribute("aria-activedescendant", `suggestion-${this.at}`);
  }

  key(event) {
    event.stopPropagation();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const text = this.input.value.trim();
      const exact = this.app.model.find(text).length ? text : this.app.model.find(text.toLowerCase()).length ? text.toLowerCase() : this.found?.[0];
      this.choose(this.at >= 0 ? this.found[this.at] : exact ?? "");
    } else if (event.key === "Escape") {
      this.choose("");
      this.input.blur();
    }
  }

  choose(word) {
    this.close();
    this.app.search(word);
  }

  show(word) {
    if (document.activeElement !== this.input || word) this.input.value = word;
  }
}
