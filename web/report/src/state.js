// What the reader has chosen; the address bar keeps it, so that a link shows the same.

const DEFAULTS = {view: "map", topic: -1, word: "", lambda: 0.6, sort: "size", field: 0, value: -1};

export class State {
  constructor() {
    this.listeners = [];
    Object.assign(this, DEFAULTS);
  }

  listen(listener) {
    this.listeners.push(listener);
  }

  set(changes) {
    const changed = new Set();
    for (const [name, value] of Object.entries(changes)) {
      if (this[name] !== value) {
        this[name] = value;
        changed.add(name);
      }
    }
    if (!changed.size) return;
    this.write();
    for (const listener of this.listeners) listener(changed);
  }

  write() {
    clearTimeout(this.timer);
    // Browsers allow only so many a second; a slider asks for more.
    this.timer = setTimeout(() => {
      try {
        history.replaceState(null, "", `#${this.hash()}`);
      } catch {
        // Not every place that shows the file has an address.
      }
    }, 120);
  }

  hash() {
    const parts = new URLSearchParams();
    for (const [name, value] of Object.entries(DEFAULTS)) {
      if (this[name] !== value) parts.set(name, this[name]);
    }
    return parts.toString();
  }

  /** Of an address: what makes no sense in this model is left alone. */
  read(hash, limits) {
    const parts = new URLSearchParams(hash.replace(/^#/, ""));
    const next = {...DEFAULTS, view: limits.defaultView, topic: limits.defaultTopic};
    const whole = (name, below) => {
      const value = Number(parts.get(name));
      if (parts.has(name) && Number.isInteger(value) && value >= 0 && value < below) next[name] = value;
    };
    whole("topic", limits.topics);
    whole("field", limits.fields);
    whole("value", 1e6);
    if (limits.views.includes(parts.get("view"))) next.view = parts.get("view");
    if (limits.sorts.includes(parts.get("sort"))) next.sort = parts.get("sort");
    const lambda = Number(parts.get("lambda"));
    if (parts.has("lambda") && lambda >= 0 && lambda <= 1) next.lambda = lambda;
    next.word = parts.get("word") ?? "";
    return next;
  }
}
