#!/usr/bin/env python3
"""Tables of topics equal an independent recomputation from assignments and the word-topic table."""
import collections
import csv
import functools
import itertools
import json
import math
import os
import signal

import models
from cli_test import DATA_DIR, check, main
from models import dump, table

SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"
NUM_TOPICS = 8
PHI_OFFSET = 1e-5


def trained(test):
    def run(scratch):
        scratch.must(f"xz -dc {SAMPLE} | head -n 400 > train.jsonl")
        scratch.must("lightlda-preprocess --input=train.jsonl --output=corpus --stopwords=en")
        models.train(scratch, f"--num_topics={NUM_TOPICS} --num_iterations=40")
        return test(scratch)
    return run


class Facts:
    """What a model says, from its assignments and its word-topic table."""

    def __init__(self, scratch, model="model", documents=True):
        manifest = models.manifest(scratch, model)
        self.num_topics = manifest["num_topics"]
        self.topics = range(self.num_topics)
        alpha = manifest["alpha"]
        self.alpha = alpha if isinstance(alpha, list) else [alpha] * self.num_topics
        self.beta = manifest["beta"]
        self.rows = {}
        for row in records(scratch, "word_topic", model):
            self.rows[row["word"]] = {t["topic"]: t["count"] for t in row["topics"]}
        self.words = list(self.rows)
        self.place = {word: place for place, word in enumerate(self.words)}
        self.totals = [sum(row.get(k, 0) for row in self.rows.values()) for k in self.topics]
        self.count = {word: sum(row.values()) for word, row in self.rows.items()}
        self.num_tokens = sum(self.totals)
        if documents:
            self.documents = [(line["words"], line["topics"]) for line in records(scratch, "assignments", model)]
            recounted = collections.Counter(pair for words, topics in self.documents for pair in zip(words, topics))
            check(recounted == {(w, k): n for w, row in self.rows.items() for k, n in row.items()},
                  "assignments and word_topic differ")

    def phi(self, word, topic):
        return (self.rows[word].get(topic, 0) + self.beta) / (self.totals[topic] + self.beta * len(self.words))

    def share(self, word, topic):
        return self.rows[word].get(topic, 0) / self.totals[topic] if self.totals[topic] else 0.0

    @functools.cached_property
    def sums(self):
        return {word: sum(self.phi(word, k) for k in self.topics) for word in self.words}

    def top(self, topic, number):
        """The most probable words."""
        own = [word for word in self.words if topic in self.rows[word]]
        return sorted(own, key=lambda word: (-self.rows[word][topic], self.place[word]))[:number]


def records(scratch, arguments, model="model"):
    lines = dump(scratch, f"{arguments} --format=json", model)
    if lines.startswith("["):
        return json.loads(lines)
    return [json.loads(line) for line in lines.splitlines()]


def same(found, expected, what):
    check(abs(float(found) - expected) <= 1e-9 * max(1.0, abs(expected)), f"{what}: {found}, expected {expected!r}")


def mean_ranks(values):
    """Ranks from 1, the least first; equal values share their mean."""
    places = collections.defaultdict(list)
    for rank, value in enumerate(sorted(values), 1):
        places[value].append(rank)
    return [sum(places[value]) / len(places[value]) for value in values]


# -- topics by weight


def weights_of(facts, weight, topic, lam, omega):
    """The weight of every word in a topic, by its definition."""
    words = facts.words
    if weight == "frex":
        frequency = mean_ranks([facts.phi(word, topic) for word in words])
        exclusivity = mean_ranks([facts.phi(word, topic) / facts.sums[word] for word in words])
        return {word: 1 / (omega / (f / len(words)) + (1 - omega) / (e / len(words)))
                for word, f, e in zip(words, frequency, exclusivity)}
    if weight == "score":
        def normal(word, k):
            return facts.rows[word].get(k, 0) / (facts.totals[k] + PHI_OFFSET)
        return {word: normal(word, topic) * (math.log(normal(word, topic) + PHI_OFFSET) - sum(
            math.log(normal(word, k) + PHI_OFFSET) for k in facts.topics) / facts.num_topics) for word in words}
    lift = {word: facts.phi(word, topic) / (facts.count[word] / facts.num_tokens) for word in words if facts.count[word]}
    if weight == "lift":
        return lift
    return {word: lam * math.log(facts.phi(word, topic)) + (1 - lam) * math.log(ratio) for word, ratio in lift.items()}


def topics_by_weight(scratch):
    facts = Facts(scratch)
    for weight, options, lam, omega, least in (
            ("relevance", "", 0.6, 0.5, 3), ("relevance", "--lambda=0 --min_count=5", 0, 0.5, 5), ("lift", "", 0, 0, 3),
            ("frex", "", 0, 0.5, 3), ("frex", "--frex_weight=0.2 --min_count=0", 0, 0.2, 0), ("score", "", 0, 0, 3)):
        arguments = f"topics --weight={weight} --top_words=12 {options}"
        cells = table(scratch, arguments)
        parsed = records(scratch, arguments)
        text = [line.split("\t") for line in dump(scratch, arguments).splitlines()]
        for topic in facts.topics:
            expected = weights_of(facts, weight, topic, lam, omega)
            candidates = [w for w in facts.words if topic in facts.rows[w] and facts.count[w] >= least]
            best = sorted((expected[word] for word in candidates), reverse=True)[:12]
            rows = [row for row in cells if row["topic"] == str(topic)]
            check([row["rank"] for row in rows] == [str(i + 1) for i in range(len(best))], f"{arguments}: ranks")
            for row, entry, item, value in zip(rows, parsed[topic]["words"], text[topic][2].split(" "), best, strict=True):
                word = row["word"]
                check(word in candidates and entry["word"] == word, f"{arguments}, topic {topic}: {word}")
                same(row[weight], value, f"{arguments}, topic {topic}: order")
                same(row[weight], expected[word], f"{arguments}, topic {topic}, {word}")
                same(entry[weight], expected[word], f"{arguments}, topic {topic}, {word}, json")
                same(row["probability"], facts.phi(word, topic), f"{arguments}, topic {topic}, {word}: probability")
                check(int(row["count"]) == facts.rows[word][topic], f"{arguments}, topic {topic}, {word}: count")
                name, shown = item.rsplit(":", 1)
                check(name == word and abs(float(shown) - value) <= 1e-3 * abs(value), f"{arguments}: text has {item}")
    probable = [[word["word"] for word in topic["words"]] for topic in records(scratch, "topics")]
    relevant = records(scratch, "topics --weight=relevance --lambda=1 --min_count=0")
    check(probable == [[word["word"] for word in topic["words"]] for topic in relevant],
          "relevance at lambda 1 is not the order of probability")
    check(probable == [facts.top(topic, 10) for topic in facts.topics], "the most probable words differ")


def sorted_topics(scratch):
    facts = Facts(scratch)
    sizes = sorted(facts.topics, key=lambda k: -facts.totals[k])
    for what in ("topics", "diagnostics", "similar", "labels"):
        found = [row["topic"] for row in records(scratch, f"{what} --sort=size")]
        check(found == sizes, f"{what} --sort=size: {found}, expected {sizes}")
    scores = [float(row["coherence_umass"]) for row in table(scratch, "diagnostics --sort=coherence")]
    check(scores == sorted(scores, reverse=True) and len(set(scores)) > 1, f"not by coherence: {scores}")
    check([row["topic"] for row in records(scratch, "topics --sort=id")] == list(facts.topics), "not by id")


# -- diagnostics


def windows(documents, size):
    for words in documents:
        if size == 0:
            yield set(words)
            continue
        for begin in range(max(1, len(words) - size + 1) if words else 0):
            yield set(words[begin:begin + size])


def coherence(documents, size, topic, measure):
    seen = list(windows(documents, size))
    def p(a, b):
        return sum(a in window and b in window for window in seen) / len(seen)
    scores = []
    for i, later in enumerate(topic):
        for earlier in topic[:i]:
            joint = p(later, earlier) + 1e-12
            if measure == "umass":
                scores.append(math.log(joint / p(earlier, earlier)))
            else:
                scores.append(math.log(joint / (p(later, later) * p(earlier, earlier))) / -math.log(joint))
    return sum(scores) / len(scores)


def diagnosed(facts, topic, top_words):
    """The row of a topic, by the definitions."""
    counts = [collections.Counter(topics) for _, topics in facts.documents]
    alpha_sum, total = sum(facts.alpha), facts.totals[topic]
    with_topic = [count for count in counts if count[topic]]
    theta = [(count[topic] + facts.alpha[topic]) / (sum(count.values()) + alpha_sum) for count in with_topic]
    shares = {word: facts.share(word, topic) for word in facts.words if topic in facts.rows[word]}
    texts = [words for words, _ in facts.documents]
    top = facts.top(topic, top_words)
    return {
        "tokens": total, "share": total / facts.num_tokens, "documents": len(with_topic),
        "documents_1": sum(t >= 0.01 for t in theta), "documents_5": sum(t >= 0.05 for t in theta),
        "rank1_documents": sum(min(c, key=lambda k: (-c[k], k)) == topic for c in counts if c),
        "document_entropy": -sum(c[topic] / total * math.log(c[topic] / total) for c in with_topic),
        "effective_words": 1 / sum(p * p for p in shares.values()),
        "uniform_distance": sum(p * math.log(p * len(facts.words)) for p in shares.values()),
        "corpus_distance": sum(p * math.log(p * facts.num_tokens / facts.count[w]) for w, p in shares.items()),
        "coherence_umass": coherence(texts, 0, top, "umass"),
        "coherence_npmi": coherence(texts, 10, top, "npmi"),
        "exclusivity": sum(facts.phi(word, topic) / facts.sums[word] for word in top) / len(top),
        "alpha": facts.alpha[topic]}


def diagnostics(scratch):
    facts = Facts(scratch)
    rows = table(scratch, "diagnostics --top_words=6")
    parsed = records(scratch, "diagnostics --top_words=6")
    text = [line.split("\t") for line in dump(scratch, "diagnostics --top_words=6").splitlines()]
    for topic, (row, entry, line) in enumerate(zip(rows, parsed, text, strict=True)):
        expected = diagnosed(facts, topic, 6)
        check(list(row) == ["topic", *expected] == list(entry) and len(line) == len(row), f"fields: {list(row)}")
        for name, value in expected.items():
            same(row[name], value, f"topic {topic}, {name}")
            same(entry[name], value, f"topic {topic}, {name}, json")
    ours = records(scratch, "diagnostics")
    theirs = [json.loads(line) for line in scratch.must(
        "lightlda-evaluate coherence --model=model --format=json").splitlines()]
    for row, other in zip(ours, theirs, strict=True):
        check((row["coherence_umass"], row["coherence_npmi"]) == (other["u_mass"], other["c_npmi"]),
              f"topic {row['topic']}: other coherence than lightlda-evaluate's")


def diagnostics_of_bags(scratch):
    models.preprocess_tiny(scratch, "bags")
    models.train(scratch, "--num_topics=500 --num_iterations=5", corpus="bags", model="wide")
    rows = records(scratch, "diagnostics", "wide")
    check(all(row["coherence_npmi"] is None for row in rows), "bags of words have no order, but an NPMI")
    empty = [row for row in rows if row["tokens"] == 0]
    check(empty, "the test needs a topic without tokens")
    check(all(row["effective_words"] is None and row["exclusivity"] is None and row["documents"] == 0 for row in empty),
          f"a topic without tokens: {empty[0]}")


# -- similar, words


def hellinger(facts, topic, other_facts, other):
    total, other_total = facts.totals[topic], other_facts.totals[other]
    if not total or not other_total:
        return float(total != other_total)
    words = set(facts.rows) | set(other_facts.rows)
    def root(of, word, k):
        return math.sqrt(of.share(word, k)) if word in of.rows else 0.0
    return math.sqrt(sum((root(facts, w, topic) - root(other_facts, w, other)) ** 2 for w in words) / 2)


def similar(scratch):
    facts = Facts(scratch)
    distances = [[hellinger(facts, a, facts, b) for b in facts.topics] for a in facts.topics]
    cells = table(scratch, "similar --num=5")
    text = dump(scratch, "similar --num=5").splitlines()
    for topic in facts.topics:
        expected = sorted((distances[topic][b], b) for b in facts.topics if b != topic)[:5]
        rows = [row for row in cells if row["topic"] == str(topic)]
        check([int(row["neighbour"]) for row in rows] == [b for _, b in expected], f"topic {topic}: {rows}")
        for row, (distance, _) in zip(rows, expected):
            same(row["hellinger"], distance, f"topic {topic}")
        shown = text[topic].split("\t")
        check(shown[0] == str(topic) and [int(x.split(":")[0]) for x in shown[1].split()] == [b for _, b in expected],
              f"text: {text[topic]}")
    check(len(records(scratch, "similar")[0]["neighbours"]) == NUM_TOPICS - 1, "not all neighbours of few topics")


def words(scratch):
    facts = Facts(scratch)
    word = max(facts.words, key=facts.count.get)
    prefix = word[:2]
    for arguments, expected in ((f"--word={word}", [word]),
                                (f"--word={prefix} --prefix", [w for w in facts.words if w.startswith(prefix)])):
        check(len(expected) >= 1, "the test needs words")
        found = records(scratch, f"words {arguments}")
        check([entry["word"] for entry in found] == expected, f"words {arguments}: {[e['word'] for e in found]}")
        cells = iter(table(scratch, f"words {arguments}"))
        for entry in found:
            row, total = facts.rows[entry["word"]], facts.count[entry["word"]]
            order = sorted(row, key=lambda k: (-row[k], k))
            check(entry["tokens"] == total and [t["topic"] for t in entry["topics"]] == order, f"{entry}")
            for cell, topic in zip(entry["topics"], order):
                check(cell["count"] == row[topic], f"{entry['word']}: {cell}")
                same(cell["probability"], row[topic] / total, entry["word"])
                line = next(cells)
                check((line["word"], int(line["topic"]), int(line["count"])) == (entry["word"], topic, row[topic]), f"{line}")
                same(line["probability"], row[topic] / total, entry["word"])
    code, out, err = scratch.run("lightlda-dump words --word=no-such-word --model=model")
    check(code == 65 and not out and "--word=no-such-word" in err, f"exit {code}: {err}")


# -- compare


def least_sum(costs):
    """The least sum of an assignment, by trying all. costs: rows, at most as many as columns."""
    return min(sum(row[column] for row, column in zip(costs, columns))
               for columns in itertools.permutations(range(len(costs[0])), len(costs)))


def compare(scratch):
    models.train(scratch, "--num_topics=6 --num_iterations=40 --seed=7", model="other")
    facts, others = Facts(scratch), Facts(scratch, "other")
    distances = [[hellinger(facts, a, others, b) for b in others.topics] for a in facts.topics]
    for most in (0.75, 0.6, 0.95):
        arguments = f"compare --other=other --max_distance={most}"
        found = records(scratch, arguments)
        matched = {row["topic"]: row["other_topic"] for row in found if row["kind"] == "matched"}
        check(len(set(matched.values())) == len(matched), f"{arguments}: matched twice: {matched}")
        capped = [[distances[a][b] if distances[a][b] <= most else 1.0 for a in facts.topics] for b in others.topics]
        total = sum(distances[a][b] for a, b in matched.items()) + len(others.topics) - len(matched)
        same(total, least_sum(capped), f"{arguments}: sum of distances")
        check([row["topic"] for row in found[:NUM_TOPICS]] == list(facts.topics), f"{arguments}: not all topics in order")
        check({row["other_topic"] for row in found[NUM_TOPICS:]} == set(others.topics) - set(matched.values()),
              f"{arguments}: topics of the other model are missing")
        for row in found[:NUM_TOPICS]:
            topic = row["topic"]
            nearest = min(others.topics, key=lambda b: distances[topic][b])
            if topic in matched:
                expected = (matched[topic], "matched", distances[topic][matched[topic]])
            elif distances[topic][nearest] <= most:
                expected = (nearest, "split", distances[topic][nearest])
            else:
                expected = (None, "new", distances[topic][nearest])
            check((row["other_topic"], row["kind"]) == expected[:2], f"{arguments}: {row}, expected {expected}")
            same(row["hellinger"], expected[2], f"{arguments}: topic {topic}")
        for row in found[NUM_TOPICS:]:
            nearest = min(facts.topics, key=lambda a: distances[a][row["other_topic"]])
            near = distances[nearest][row["other_topic"]]
            expected = (nearest, "merged") if near <= most else (None, "gone")
            check((row["topic"], row["kind"]) == expected, f"{arguments}: {row}, expected {expected}")
            same(row["hellinger"], near, f"{arguments}: {row}")
        last = dump(scratch, arguments).splitlines()[-1].split("\t")
        mean = sum(distances[a][b] for a, b in matched.items()) / len(matched) if matched else 0
        check(last[0] == "mean" and abs(float(last[2]) - mean) < 1e-3, f"{arguments}: {last}, expected {mean}")
    own = table(scratch, "compare --other=model")
    check(all(row["topic"] == row["other_topic"] and row["kind"] == "matched" and float(row["hellinger"]) == 0 for row in own),
          f"a model is not itself: {own}")
    check("stability 1.0000" in scratch.run("lightlda-dump compare --model=model --other=model")[2], "stability")


# -- merge_topics


def merged(scratch):
    facts = Facts(scratch)
    out = dump(scratch, "merge_topics --topics='5,1;7,2,3' --output=small --format=csv")
    now = {int(row["topic"]): int(row["new_topic"]) for row in csv.DictReader(out.splitlines())}
    check(now == {0: 0, 1: 1, 2: 2, 3: 2, 4: 3, 5: 1, 6: 4, 7: 2}, f"numbers of the new topics: {now}")
    small = Facts(scratch, "small", documents=False)
    for word, row in facts.rows.items():
        expected = collections.Counter()
        for topic, count in row.items():
            expected[now[topic]] += count
        check(small.rows[word] == expected, f"{word}: {small.rows[word]}, expected {expected}")
    for topic in small.topics:
        same(small.alpha[topic], sum(facts.alpha[k] for k in facts.topics if now[k] == topic), f"alpha of {topic}")
    check(small.beta == facts.beta, "beta")
    line = scratch.must("head -n 1 train.jsonl | lightlda-infer --model=small --format=json")
    check(json.loads(line)["tokens"] > 0, f"the new model reads no text: {line}")
    code, _, err = scratch.run("lightlda-dump doc_topic --model=small")
    check(code == 65 and "tables" in err, f"exit {code}: {err}")
    rows = records(scratch, "diagnostics", "small")
    check(rows[0]["documents"] is None and rows[0]["effective_words"] > 0, f"diagnostics without documents: {rows[0]}")
    for topics, text in (("1", "two topics"), ("1,8", "8"), ("1,1", "twice"), ("1,2;2,3", "twice"), ("x,2", "--topics=x,2"),
                         ("", "--topics")):
        code, out, err = scratch.run(f"lightlda-dump merge_topics --model=model --topics='{topics}' --output=none")
        check(code == 64 and text in err and not out, f"{topics}: exit {code}: {err}")
        check(not (scratch.path / "none").exists(), f"{topics}: something was written")
    for output, code in (("small", 73), ("model/inside", 73), ("-", 64)):
        found, _, err = scratch.run(f"lightlda-dump merge_topics --model=model --topics=1,2 --output={output}")
        check(found == code, f"{output}: exit {found}: {err}")
    dump(scratch, "merge_topics --topics=1,2 --output=small --overwrite")
    check(models.manifest(scratch, "small")["num_topics"] == NUM_TOPICS - 1, "--overwrite")


def closed_pipe(scratch):
    """Who has enough of the output ends the program, in silence and by the signal."""
    for command in ("lightlda-dump word_topic --model=model", "lightlda-dump assignments --format=json --model=model",
                    "lightlda-infer --model=model --input=train.jsonl --format=csv --min_probability=0",
                    "lightlda-evaluate coherence --model=model"):
        ours, theirs = os.pipe()
        os.close(ours)
        process = scratch.start(f"exec {command}", stdout=theirs)
        os.close(theirs)
        err = process.communicate()[1]
        check(process.returncode == -signal.SIGPIPE and not err, f"{command}: {process.returncode}: {err}")
    code, out, err = scratch.run("lightlda-dump word_topic --model=model --format=csv | head -n 2")
    check(code == 0 and len(out.splitlines()) == 2 and not err, f"exit {code}: {err}")
    code, _, err = scratch.run("lightlda-dump word_topic --model=model > /dev/full")
    check(code == 73 and "No space left" in err, f"a full disk: exit {code}: {err}")


def wrong_use(scratch):
    for arguments, text in (("topics --weight=beauty", "--weight=beauty"), ("topics --weight=relevance --lambda=2", "--lambda"),
                            ("topics --weight=frex --frex_weight=-1", "--frex_weight"),
                            ("topics --weight=lift --min_count=-1", "--min_count"), ("topics --sort=beauty", "--sort=beauty"),
                            ("similar --num=-1", "--num"), ("words", "--word"), ("compare", "--other"),
                            ("compare --other=model --max_distance=0", "--max_distance"),
                            ("diagnostics --top_words=1", "--top_words")):
        code, out, err = scratch.run(f"lightlda-dump {arguments} --model=model")
        check(code == 64 and text in err and not out, f"{arguments}: exit {code}: {err}")
    models.preprocess_tiny(scratch, "bags")
    models.train(scratch, "--num_topics=2 --num_iterations=2", corpus="bags", model="bagged")
    (scratch.path / "vocab.txt").write_text("\n".join(f"zz{i}" for i in range(45)) + "\n", encoding="utf-8")
    models.preprocess(scratch, "--input=$DATA/tiny/tiny.ldac --format=ldac --vocab=vocab.txt", "foreign")
    models.train(scratch, "--num_topics=2 --num_iterations=2", corpus="foreign", model="strange")
    for arguments in ("compare --other=none", "compare --other=strange"):
        code, out, err = scratch.run(f"lightlda-dump {arguments} --model=model")
        check(code == 65 and not out, f"{arguments}: exit {code}: {err}")


if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), trained(test)) for test in (
        topics_by_weight, sorted_topics, diagnostics, diagnostics_of_bags, similar, words, compare, merged, closed_pipe,
        wrong_use)])
