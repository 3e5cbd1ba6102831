// Topics as a reader knows them: labels (edited ones are kept by the browser), colours, shares, trends.
import {colourOf} from "./theme.js";

export class Topics {
  constructor(model) {
    this.model = model;
    const h = model.header;
    this.h = h;
    this.ids = Array.from({length: model.K}, (_, k) => k);
    this.bySize = [...this.ids].sort((a, b) => h.tokens[b] - h.tokens[a] || a - b);
    this.saved = {labels: h.labels, hidden: h.hidden, notes: h.notes};
    this.key = `lightlda-labels-${h.model_hash}`;
    this.load();
  }

  load() {
    this.edits = structuredClone(this.saved);
    this.edited = false;
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      if (kept && typeof kept.labels === "object") {
        const strings = (from) => Object.fromEntries(Object.entries(from ?? {}).filter(([k, v]) => k in this.ids && typeof v === "string"));
        this.edits = {labels: strings(kept.labels), notes: strings(kept.notes), hidden: (kept.hidden ?? []).filter((k) => k in this.ids)};
        this.edited = JSON.stringify(this.edits) !== JSON.stringify(this.saved);
      }
    } catch {
      // Nothing is kept, or not by this page.
    }
    this.hidden = new Set(this.edits.hidden);
  }

  keep() {
    this.edits.hidden = [...this.hidden].sort((a, b) => a - b);
    this.edited = true;
    try {
      localStorage.setItem(this.key, JSON.stringify(this.edits));
      return true;
    } catch {
      return false;
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // See above.
    }
    this.load();
  }

  setLabel(k, text) {
    const label = text.trim();
    if (!label || label === this.h.automatic_labels[k]) delete this.edits.labels[k];
    else this.edits.labels[k] = label;
    return this.keep();
  }

  setHidden(k, hidden) {
    if (hidden) this.hidden.add(k);
    else this.hidden.delete(k);
    return this.keep();
  }

  label(k) {
    return this.edits.labels[k] || this.h.automatic_labels[k] || "(no tokens)";
  }

  isNamed(k) {
    return Boolean(this.edits.labels[k]);
  }

  /** labels.json of a model directory. */
  file() {
    const sorted = (texts) => Object.fromEntries(Object.entries(texts).sort(([a], [b]) => a - b));
    return `${JSON.stringify({model_hash: this.h.model_hash, labels: sorted(this.edits.labels), hidden: this.edits.hidden, notes: sorted(this.edits.notes ?? {})}, null, 2)}\n`;
  }

  colour(k, shift = 0) {
    return colourOf(this.h.clusters[k], shift);
  }

  share(k) {
    return this.h.num_tokens ? this.h.tokens[k] / this.h.num_tokens : 0;
  }

  get dateField() {
    return this.model.fields.findIndex((field) => field.type === "date");
  }

  /** Bins of a date that have enough documents to be shown at full strength. */
  static solid(field) {
    const all = field.tokens.reduce((sum, n) => sum + n, 0);
    return field.values.map((_, v) => field.documents[v] >= 20 && field.tokens[v] >= all / 1000);
  }

  /** Change of share per bin, as a slope over the solid bins in standard units: [K]. */
  trends(field, group) {
    const solid = Topics.solid(field);
    const bins = field.values.map((_, v) => v).filter((v) => solid[v]);
    const middle = bins.reduce((sum, v) => sum + v, 0) / Math.max(1, bins.length);
    const spread = bins.reduce((sum, v) => sum + (v - middle) ** 2, 0);
    return this.ids.map((k) => {
      let covariance = 0;
      let mean = 0;
      for (const v of bins) {
        const share = group.tokens[k * field.values.length + v] / field.tokens[v];
        covariance += (v - middle) * share;
        mean += share / bins.length;
      }
      return spread && mean ? covariance / spread / mean : 0;
    });
  }
}
