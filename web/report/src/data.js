// The data blocks of the file, opened: what docs/formats.md#report describes.

function bytesOf(id) {
  const element = document.getElementById(id);
  if (!element) return null;
  const text = element.textContent;
  element.remove();
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function open(id) {
  const bytes = bytesOf(id);
  if (!bytes) return new Uint8Array();
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const text = (bytes) => new TextDecoder().decode(bytes);

/** Reads varints one after the other. */
class Varints {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  next() {
    const bytes = this.bytes;
    let byte = bytes[this.at++];
    if (byte < 128) return byte;
    let value = byte & 127;
    let factor = 128;
    do {
      byte = bytes[this.at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    return value;
  }
}

/** The counts n_wk, by word and by topic. */
class Counts {
  constructor(bytes, totals, numWords, numTopics) {
    const in_ = new Varints(bytes);
    const begins = (this.wordBegins = new Int32Array(numWords + 1));
    for (let w = 0; w < numWords; ++w) begins[w + 1] = begins[w] + in_.next();
    const size = begins[numWords];
    const topics = (this.topics = new Int32Array(size));
    const counts = (this.counts = new Int32Array(size));
    for (let w = 0; w < numWords; ++w) {
      for (let i = begins[w], next = 0; i < begins[w + 1]; ++i) {
        topics[i] = next + in_.next();
        next = topics[i] + 1;
      }
    }
    for (let i = 0; i < size; ++i) counts[i] = in_.next();
    const topicBegins = (this.topicBegins = new Int32Array(numTopics + 1));
    for (let i = 0; i < size; ++i) ++topicBegins[topics[i] + 1];
    for (let k = 0; k < numTopics; ++k) topicBegins[k + 1] += topicBegins[k];
    const next = topicBegins.slice();
    const words = (this.topicWords = new Int32Array(size));
    const ofTopic = (this.topicCounts = new Int32Array(size));
    const wordTotals = (this.wordTotals = new Float64Array(numWords));
    const allTotals = totals.length ? new Varints(totals) : null;
    for (let w = 0; w < numWords; ++w) {
      for (let i = begins[w]; i < begins[w + 1]; ++i) {
        const at = next[topics[i]]++;
        words[at] = w;
        ofTopic[at] = counts[i];
        wordTotals[w] += counts[i];
      }
      if (allTotals) wordTotals[w] = allTotals.next();
    }
  }
}

const MIN_TOKENS = 3; // of a word that relevance may put forward: --min_count of lightlda-dump topics

export class Model {
  static async load() {
    const model = new Model();
    const packed = Promise.all(["vocab", "totals", "table"].map(open));
    model.header = JSON.parse(text(await open("header")));
    model.header.left_out = JSON.parse(text(await open("left_out")));
    const [vocab, totals, table] = await packed;
    const h = model.header;
    model.K = h.num_topics;
    model.words = JSON.parse(text(vocab));
    model.counts = new Counts(table, totals, model.words.length, model.K);
    model.fields = h.fields;
    model.groups = h.fields.map(() => null);
    model.docs = null;
    return model;
  }

  /** Of a field: tokens [topic * values + value], and standard errors likewise if there are any. */
  async group(f) {
    if (this.groups[f]) return this.groups[f];
    const bytes = await open(`group${f}`);
    if (this.groups[f]) return this.groups[f];
    const size = this.K * this.fields[f].values.length;
    const in_ = new Varints(bytes);
    const tokens = new Float64Array(size);
    for (let i = 0; i < size; ++i) tokens[i] = in_.next();
    let errors = null;
    if (in_.at < bytes.length) {
      errors = new Float64Array(size);
      for (let i = 0; i < size; ++i) errors[i] = in_.next() / 1e6;
    }
    return (this.groups[f] = {tokens, errors});
  }

  documents() {
    return (this.docs ??= open("docs").then((bytes) => JSON.parse(text(bytes))));
  }

  /** Indices of the words that are spelled so. */
  find(word) {
    if (!this.places) {
      this.places = new Map();
      this.words.forEach((w, i) => {
        const some = this.places.get(w);
        if (some) some.push(i);
        else this.places.set(w, [i]);
      });
    }
    return this.places.get(word) ?? [];
  }

  /** The n most frequent words that begin so. */
  startingWith(prefix, n) {
    const totals = this.counts.wordTotals;
    const found = [];
    for (let w = 0; w < this.words.length; ++w) {
      if (this.words[w].startsWith(prefix)) found.push(w);
    }
    return found.sort((a, b) => totals[b] - totals[a] || a - b).slice(0, n);
  }

  /** Tokens of a word by topic, as [{topic, count}], most first; and all its tokens. */
  topicsOf(word) {
    const c = this.counts;
    const byTopic = new Map();
    let total = 0;
    for (const w of this.find(word)) {
      total += c.wordTotals[w];
      for (let i = c.wordBegins[w]; i < c.wordBegins[w + 1]; ++i) {
        byTopic.set(c.topics[i], (byTopic.get(c.topics[i]) ?? 0) + c.counts[i]);
      }
    }
    const topics = [...byTopic].map(([topic, count]) => ({topic, count}));
    topics.sort((a, b) => b.count - a.count || a.topic - b.topic);
    return {total, topics};
  }

  /** The words of greatest relevance: lambda log phi + (1 - lambda) log(phi / p(w)). */
  topWords(topic, lambda, n) {
    const {topicBegins, topicWords, topicCounts, wordTotals} = this.counts;
    const h = this.header;
    const begin = topicBegins[topic];
    const size = topicBegins[topic + 1] - begin;
    const scale = Math.log(h.tokens[topic] + h.beta * h.num_words);
    const scores = new Float64Array(size);
    const order = [];
    for (let i = 0; i < size; ++i) {
      const total = wordTotals[topicWords[begin + i]];
      if (lambda < 1 && total < MIN_TOKENS) continue;
      const phi = Math.log(topicCounts[begin + i] + h.beta) - scale;
      scores[i] = phi - (1 - lambda) * Math.log(total / h.num_tokens);
      order.push(i);
    }
    // Only the best need an order: a threshold first, which is far cheaper than to sort all.
    let best = order;
    if (order.length > 4 * n) {
      const sorted = Float64Array.from(order, (i) => scores[i]).sort();
      const least = sorted[sorted.length - n];
      best = order.filter((i) => scores[i] >= least);
    }
    best.sort((a, b) => scores[b] - scores[a] || topicCounts[begin + b] - topicCounts[begin + a] ||
      topicWords[begin + a] - topicWords[begin + b]);
    return best.slice(0, n).map((i) => {
      const word = topicWords[begin + i];
      return {word, text: this.words[word], count: topicCounts[begin + i], total: wordTotals[word], score: scores[i],
        probability: (topicCounts[begin + i] + h.beta) / (h.tokens[topic] + h.beta * h.num_words)};
    });
  }
}
