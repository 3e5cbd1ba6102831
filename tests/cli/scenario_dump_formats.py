#!/usr/bin/env python3
"""lightlda-dump says the same in every format, and what it says follows from the assignments."""
import collections
import json

import models
from cli_test import check, main
from models import dump, table

NUM_TOPICS, ALPHA, BETA = 3, 0.1, 0.01


def trained(test):
    def run(scratch):
        models.preprocess_tiny(scratch)
        models.train(scratch, f"--num_topics={NUM_TOPICS} --alpha={ALPHA} --beta={BETA} --num_iterations=30")
        test(scratch)
    return run


def same(found, expected, what):
    """To 1e-3: the text form has four digits."""
    check(abs(float(found) - expected) <= 1e-3 * expected, f"{what}: {found}, expected {expected}")


def topics(scratch):
    rows, words = models.word_topic(scratch), models.words(scratch)
    totals = collections.Counter()
    for row in rows:
        totals.update(row)
    text = [line.split("\t") for line in dump(scratch, "topics --top_words=45").splitlines()]
    parsed = json.loads(dump(scratch, "topics --format=json --top_words=45"))
    cells = table(scratch, "topics --top_words=45")
    for topic in range(NUM_TOPICS):
        expected = {words[w]: (row[topic] + BETA) / (totals[topic] + BETA * len(words))
                    for w, row in enumerate(rows) if topic in row}
        line = dict(item.rsplit(":", 1) for item in text[topic][2].split())
        entry = {word["word"]: word["probability"] for word in parsed[topic]["words"]}
        cell = {row["word"]: row["probability"] for row in cells if row["topic"] == str(topic)}
        check(text[topic][:2] == [str(topic), str(totals[topic])], f"topic {topic}: {text[topic][:2]}")
        for form in (line, entry, cell):
            check(set(form) == set(expected), f"topic {topic} has words {sorted(form)}")
            values = [float(value) for value in form.values()]
            check(values == sorted(values, reverse=True), f"topic {topic}: not the most probable first")
            for word, probability in expected.items():
                same(form[word], probability, f"topic {topic}, {word}")
    check(len(dump(scratch, "topics").split("\n")[0].split("\t")[2].split()) == 10, "not 10 words by default")


def doc_topic(scratch):
    documents = models.assignments(scratch)
    options = "doc_topic --min_probability=0"
    text = [line.split("\t", 1) for line in dump(scratch, options).splitlines()]
    parsed = [json.loads(line) for line in dump(scratch, f"{options} --format=json").splitlines()]
    cells = table(scratch, options)
    check([name for name, _ in text] == [name for name, _ in documents], "documents are not in input order")
    for at, (name, tokens) in enumerate(documents):
        counts = collections.Counter(topic for _, topic in tokens)
        entry = {t["topic"]: t["probability"] for t in parsed[at]["topics"]}
        line = {int(t): p for t, p in (item.split(":") for item in text[at][1].split())}
        cell = {int(r["topic"]): r["probability"] for r in cells if r["document"] == name}
        for form in (line, entry, cell):
            check(set(form) == set(range(NUM_TOPICS)), f"document {name} has topics {sorted(form)}")
            for topic in form:
                expected = (counts[topic] + ALPHA) / (len(tokens) + NUM_TOPICS * ALPHA)
                check(abs(float(form[topic]) - expected) < 1e-4, f"document {name}, topic {topic}: {form[topic]}")
    few = dump(scratch, "doc_topic --min_probability=0.5").splitlines()
    check(all(len(line.split("\t", 1)[1].split()) <= 1 for line in few), "--min_probability keeps too much")


def assignments(scratch):
    words = models.words(scratch)
    parsed = [json.loads(line) for line in dump(scratch, "assignments --format=json").splitlines()]
    for (name, tokens), entry in zip(models.assignments(scratch), parsed, strict=True):
        check(entry["document"] == name, f"document {entry['document']}, expected {name}")
        check(entry["words"] == [words[w] for w, _ in tokens], f"document {name}: words differ")
        check(entry["topics"] == [t for _, t in tokens], f"document {name}: topics differ")


def word_topic(scratch):
    rows, words = models.word_topic(scratch), models.words(scratch)
    found = [{} for _ in words]
    for row in table(scratch, "word_topic"):
        found[words.index(row["word"])][int(row["topic"])] = int(row["count"])
    check(found == rows, "csv differs from text")


def summary(scratch):
    parsed = json.loads(dump(scratch, "summary --format=json"))
    check((parsed["num_topics"], parsed["num_words"]) == (NUM_TOPICS, 45), f"summary: {parsed}")
    text = dump(scratch, "summary")
    check(models.model_hash(scratch) in text, "the text form does not tell the model hash")


if __name__ == "__main__":
    main([(test.__name__, trained(test)) for test in (topics, doc_topic, assignments, word_topic, summary)])
