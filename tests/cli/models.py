"""What the scenarios read from corpora and models, through the programs' documented output only."""
import collections
import csv
import json
import math

from cli_test import check, read_json_lines


def preprocess(scratch, arguments, output="corpus"):
    scratch.must(f"lightlda-preprocess {arguments} --output={output}")


def preprocess_tiny(scratch, output="corpus"):
    preprocess(scratch, "--input=$DATA/tiny/tiny.ldac --format=ldac --vocab=$DATA/tiny/vocab.txt", output)


def train(scratch, arguments, corpus="corpus", model="model"):
    scratch.must(f"lightlda --corpus={corpus} --model={model} {arguments}")


def manifest(scratch, model="model"):
    return json.loads((scratch.path / model / "manifest.json").read_text(encoding="utf-8"))


def model_hash(scratch, model="model"):
    return manifest(scratch, model)["model_hash"]


def metrics(scratch, model="model"):
    return read_json_lines(scratch.path / model / "metrics.jsonl")


def assignments(scratch, model="model"):
    """[(document name, [(word id, topic)])] in input order."""
    documents = []
    for line in scratch.must(f"lightlda-dump assignments --format=text --model={model}").splitlines():
        name, _, tokens = line.partition("\t")
        pairs = [token.split(":") for token in tokens.split()]
        documents.append((name, [(int(word), int(topic)) for word, topic in pairs]))
    return documents


def word_topic(scratch, model="model"):
    """[{topic: count}] by word id."""
    rows = []
    for line in scratch.must(f"lightlda-dump word_topic --format=text --model={model}").splitlines():
        word, *entries = line.split()
        check(int(word) == len(rows), f"word_topic: line {len(rows) + 1} is about word {word}")
        pairs = [entry.split(":") for entry in entries]
        rows.append({int(topic): int(count) for topic, count in pairs})
        check(list(rows[-1]) == sorted(rows[-1]), f"word_topic: topics of word {word} do not ascend")
    return rows


def words(scratch, model="model"):
    """The vocabulary: words by id."""
    lines = scratch.must(f"lightlda-dump word_topic --format=json --model={model}").split("\n")
    rows = [json.loads(line) for line in lines if line]
    check([row["word_id"] for row in rows] == list(range(len(rows))), "word_topic: ids are not 0, 1, ...")
    return [row["word"] for row in rows]


def alphas(scratch, model="model"):
    """Of the model's topics."""
    alpha, num_topics = (manifest(scratch, model)[name] for name in ("alpha", "num_topics"))
    return alpha if isinstance(alpha, list) else [alpha] * num_topics


def beta_of(scratch, model="model"):
    return manifest(scratch, model)["beta"]


def joint_log_likelihood_per_token(documents, num_words, alpha, beta):
    """log p(w, z | alpha, beta) / N of assignments, by its definition (docs/sampler.md#the-likelihood)."""
    topic_totals, word_counts = collections.Counter(), collections.Counter()
    total, num_tokens = 0.0, 0
    for _, tokens in documents:
        num_tokens += len(tokens)
        total += math.lgamma(sum(alpha)) - math.lgamma(len(tokens) + sum(alpha))
        for topic, count in collections.Counter(topic for _, topic in tokens).items():
            total += math.lgamma(count + alpha[topic]) - math.lgamma(alpha[topic])
        topic_totals.update(topic for _, topic in tokens)
        word_counts.update(tokens)
    for topic in range(len(alpha)):
        total += math.lgamma(num_words * beta) - math.lgamma(topic_totals[topic] + num_words * beta)
    for count in word_counts.values():
        total += math.lgamma(count + beta) - math.lgamma(beta)
    return total / num_tokens


def check_consistent(scratch, beta=None, model="model"):
    """Assignments, word-topic rows and the reported likelihood of a finished model agree; beta: what it must be."""
    documents, rows = assignments(scratch, model), word_topic(scratch, model)
    recounted = [collections.Counter() for _ in rows]
    for _, tokens in documents:
        for word, topic in tokens:
            recounted[word][topic] += 1
    for word, row in enumerate(rows):
        check(recounted[word] == row, f"word {word}: assignments give {recounted[word]}, word_topic {row}")
    expected = joint_log_likelihood_per_token(documents, len(rows), alphas(scratch, model),
                                              beta_of(scratch, model) if beta is None else beta)
    reported = metrics(scratch, model)[-1]["log_likelihood_per_token"]
    check(abs(expected - reported) <= 1e-6 * abs(expected),
          f"log-likelihood per token: recomputed {expected!r}, reported {reported!r}")
    return documents


def dump(scratch, arguments, model="model"):
    return scratch.must(f"lightlda-dump {arguments} --model={model}")


def table(scratch, arguments):
    """Rows of the csv form, to which the tsv form must be equal, as dictionaries."""
    rows = list(csv.DictReader(dump(scratch, f"{arguments} --format=csv").splitlines()))
    tabs = dump(scratch, f"{arguments} --format=tsv").splitlines()
    check([line.split("\t") for line in tabs] == [list(rows[0])] + [list(row.values()) for row in rows],
          f"{arguments}: csv and tsv differ")
    return rows
