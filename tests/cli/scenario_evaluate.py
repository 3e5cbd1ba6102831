#!/usr/bin/env python3
"""lightlda-evaluate gives what independent computations of the same definitions give."""
import itertools
import json
import math
import signal
import subprocess
import time

import models
from cli_test import DATA_DIR, check, main
from readers import needs, use_system_python

EPSILON = 1e-12
SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"


def trained(test):
    def run(scratch):
        scratch.must(f"xz -dc {SAMPLE} | head -n 400 > train.jsonl")
        scratch.must(f"xz -dc {SAMPLE} | tail -n 100 > new.jsonl")
        scratch.must("lightlda-preprocess --input=train.jsonl --output=corpus --stopwords=en")
        scratch.must("lightlda --corpus=corpus --model=model --num_topics=8 --num_iterations=40")
        return test(scratch)
    return run


def records(scratch, command):
    return [json.loads(line) for line in scratch.must(command).splitlines()]


def texts(scratch):
    return [document["words"] for document in records(scratch, "lightlda-dump assignments --format=json --model=model")]


def same(found, expected, what):
    check(abs(found - expected) <= 1e-6 * max(1e-3, abs(expected)), f"{what}: {found}, expected {expected}")


def windows(documents, size):
    for words in documents:
        for begin in range(max(1, len(words) - size + 1) if words else 0):
            yield set(words[begin:begin + size])


def probability(all_windows, topic):
    """P of every pair of words, and of every word as a pair with itself, among windows given as sets."""
    all_windows = list(all_windows)
    return {(a, b): sum(a in window and b in window for window in all_windows) / len(all_windows)
            for a, b in itertools.product(topic, repeat=2)}


def npmi(p, a, b):
    return math.log((p[a, b] + EPSILON) / (p[a, a] * p[b, b])) / -math.log(p[a, b] + EPSILON)


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def c_v(p, topic):
    vectors = {a: [npmi(p, a, b) for b in topic] for a in topic}
    total = [sum(column) for column in zip(*vectors.values())]
    return mean(sum(x * y for x, y in zip(vector, total)) / math.hypot(*vector) / math.hypot(*total)
                for vector in vectors.values())


def coherence_by_definition(scratch):
    documents = texts(scratch)
    scores = records(scratch, "lightlda-evaluate coherence --model=model --format=json --top_words=6")
    for score in scores[:4]:
        topic, name = score["words"].split(), f"topic {score['topic']}"
        p = probability(map(set, documents), topic)
        same(score["u_mass"], mean(math.log((p[later, earlier] + EPSILON) / p[earlier, earlier])
                                   for i, later in enumerate(topic) for earlier in topic[:i]), f"{name} u_mass")
        p = probability(windows(documents, 10), topic)
        pairs = list(itertools.permutations(topic, 2))
        same(score["c_uci"], mean(math.log((p[a, b] + EPSILON) / (p[a, a] * p[b, b])) for a, b in pairs), f"{name} c_uci")
        same(score["c_npmi"], mean(npmi(p, a, b) for a, b in pairs), f"{name} c_npmi")
        same(score["c_v"], c_v(probability(windows(documents, 110), topic), topic), f"{name} c_v")
    last = scratch.must("lightlda-evaluate coherence --model=model --top_words=6").splitlines()[-1].split("\t")
    check(last[0] == "mean" and abs(float(last[3]) - mean(s["c_npmi"] for s in scores)) < 1e-3, f"{last}")


@needs("gensim.corpora", "gensim.models")
def coherence_as_gensim(scratch, corpora, gensim_models):
    every = texts(scratch)
    documents = [words for words in every if words]  # its windows cannot be of no word
    scores = records(scratch, "lightlda-evaluate coherence --model=model --format=json --gensim_windows")
    dictionary = corpora.Dictionary(documents)
    for measure in ("u_mass", "c_uci", "c_npmi", "c_v"):
        given = {"corpus": [dictionary.doc2bow(words) for words in every]} if measure == "u_mass" else {
            "texts": documents}
        theirs = gensim_models.CoherenceModel(topics=[score["words"].split() for score in scores], dictionary=dictionary,
                                coherence=measure, topn=10, processes=1, **given).get_coherence_per_topic()
        for score, expected in zip(scores, theirs):
            same(score[measure], expected, f"topic {score['topic']} {measure}")
    return None


def philox(counter, key):
    """Philox 4x32-7 (Salmon et al. 2011)."""
    for _ in range(7):
        high0, low0 = divmod(0xD2511F53 * counter[0], 1 << 32)
        high1, low1 = divmod(0xCD9E8D57 * counter[2], 1 << 32)
        counter = [high1 ^ counter[1] ^ key[0], low1, high0 ^ counter[3] ^ key[1], low0]
        key = [(key[0] + 0x9E3779B9) % (1 << 32), (key[1] + 0xBB67AE85) % (1 << 32)]
    return counter


def completion_by_definition(scratch):
    found = json.loads(scratch.must("lightlda-evaluate completion --model=model --input=new.jsonl --format=json --seed=5"))
    manifest = json.loads((scratch.path / "model/manifest.json").read_text(encoding="utf-8"))
    topics = 8
    rows = {row["word"]: {t["topic"]: t["count"] for t in row["topics"]}
            for row in records(scratch, "lightlda-dump word_topic --format=json --model=model")}
    totals = [sum(row.get(k, 0) for row in rows.values()) for k in range(topics)]
    alpha, beta = models.alphas(scratch), manifest["beta"]
    phi = {word: [(row.get(k, 0) + beta) / (totals[k] + beta * len(rows)) for k in range(topics)]
           for word, row in rows.items()}
    total, tokens, documents = 0.0, 0, 0
    for number, document in enumerate(records(
            scratch, "lightlda-infer --model=model --input=new.jsonl --words --format=json")):
        halves = ([], [])
        for i, word in enumerate(document["words"]):
            halves[philox([i, number, 0, 0], [5, 0])[0] & 1].append(word)
        predicted, seen = halves
        if not seen or not predicted:
            continue
        theta = [1 / topics] * topics
        for _ in range(50):
            gained = list(alpha)
            for word in seen:
                joint = [theta[k] * phi[word][k] for k in range(topics)]
                gained = [g + j / sum(joint) for g, j in zip(gained, joint)]
            theta = [g / sum(gained) for g in gained]
        total += sum(math.log(sum(theta[k] * phi[word][k] for k in range(topics))) for word in predicted)
        tokens, documents = tokens + len(predicted), documents + 1
    check((found["documents"], found["tokens"]) == (documents, tokens), f"{found}, expected {documents}, {tokens}")
    same(found["log_likelihood_per_token"], total / tokens, "log-likelihood")
    same(found["perplexity"], math.exp(-total / tokens), "perplexity")
    check("halves" in found["split"] and "5" in found["split"], f"the split is not named: {found}")


def same_from_a_corpus(scratch):
    """Held-out documents as text and as a corpus are scored alike; the corpus has an order of words of its own."""
    scratch.must("lightlda-preprocess --input=new.jsonl --output=new --stopwords=en --min_df=1 --max_df=1.0")
    known = {row["word"] for row in records(scratch, "lightlda-dump word_topic --format=json --model=model")}
    for what in ("completion", "left_to_right --particles=3"):
        by_input, by_corpus = (json.loads(scratch.must(
            f"lightlda-evaluate {what} --model=model --format=json {source} --num_threads={threads}"))
            for source, threads in (("--input=new.jsonl", 1), ("--corpus=new", 3)))
        check(by_input == by_corpus, f"{what}: {by_input}, of the corpus {by_corpus}")
        check(by_input["unknown"] > 100, f"{by_input}")
    (scratch.path / "foreign.txt").write_text("völlig andere wörter\nvöllig andere\n", encoding="utf-8")
    scratch.must("lightlda-preprocess --input=foreign.txt --output=foreign --min_df=1 --max_df=1.0")
    check(not known & {"völlig", "andere", "wörter"}, "the sample has words that it was not to have")
    code, out, err = scratch.run("lightlda-evaluate completion --model=model --corpus=foreign")
    check(code == 65 and "foreign: none of its words" in err and not out, f"exit {code}: {err}")


def left_to_right_by_definition(scratch):
    """Documents of a few tokens against the sum over all assignments of topics: with many particles it is close."""
    scratch.must("lightlda --corpus=corpus --model=three --num_topics=3 --num_iterations=20")
    documents = [document["words"][:4] for document in records(
        scratch, "lightlda-infer --model=three --input=new.jsonl --words --format=json")]
    documents = [words for words in documents if words][:12]
    (scratch.path / "short.txt").write_text("".join(" ".join(words) + "\n" for words in documents), encoding="utf-8")
    model = json.loads((scratch.path / "three/manifest.json").read_text(encoding="utf-8"))
    rows = {row["word"]: {t["topic"]: t["count"] for t in row["topics"]}
            for row in records(scratch, "lightlda-dump word_topic --format=json --model=three")}
    totals = [sum(row.get(k, 0) for row in rows.values()) for k in range(3)]
    alpha, beta = models.alphas(scratch, "three"), model["beta"]
    log_likelihood, tokens = 0.0, sum(map(len, documents))
    for words in documents:
        total = 0.0
        for topics in itertools.product(range(3), repeat=len(words)):
            joint = 1.0
            for n, (word, k) in enumerate(zip(words, topics)):
                joint *= (rows[word].get(k, 0) + beta) / (totals[k] + beta * len(rows))
                joint *= (topics[:n].count(k) + alpha[k]) / (n + sum(alpha))
            total += joint
        log_likelihood += math.log(total)
    scores = [json.loads(scratch.must("lightlda-evaluate left_to_right --model=three --input=short.txt --format=json "
                                      f"--input_format=text --particles=200 --seed={seed}")) for seed in range(1, 13)]
    check(all(score["tokens"] == tokens and score["documents"] == len(documents) for score in scores), f"{scores[0]}")
    found = [score["log_likelihood_per_token"] for score in scores]
    spread = math.sqrt(sum((x - mean(found)) ** 2 for x in found) / (len(found) - 1))
    check(spread > 0, "seeds do not matter")
    # The logarithm of an unbiased estimate is a little too low: half its variance, which is far below the spread.
    check(abs(mean(found) - log_likelihood / tokens) <= 4 * spread / math.sqrt(len(found)) + tokens * spread ** 2,
          f"{mean(found)} of {found}, expected {log_likelihood / tokens}")
    same(scores[0]["perplexity"], math.exp(-found[0]), "perplexity")


def answers_to_signals(scratch):
    """A stop is answered at once, and nothing comes of what was begun."""
    process = scratch.start("exec lightlda-evaluate left_to_right --model=model --input=- --input_format=jsonl",
                            stdin=subprocess.PIPE)
    process.stdin.write((scratch.path / "new.jsonl").read_bytes())
    process.stdin.flush()
    time.sleep(1)  # at work, or waiting for more
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=120)
    err = err.decode("utf-8")
    check(process.returncode not in (0, -signal.SIGTERM) and not out, f"exit {process.returncode}: {err}")
    check("lightlda-evaluate: stopping" in err, f"no answer: {err}")


def diversity_by_definition(scratch):
    topics = json.loads(scratch.must("lightlda-dump topics --top_words=25 --format=json --model=model"))
    words = [word["word"] for topic in topics for word in topic["words"]]
    found = json.loads(scratch.must("lightlda-evaluate diversity --model=model --format=json"))
    same(found["topic_diversity"], len(set(words)) / len(words), "diversity")


def wrong_use(scratch):
    for arguments, code, text in (("", 64, "coherence"), ("beauty --model=model", 64, "beauty"),
                                  ("coherence", 64, "--model"), ("completion --model=model", 64, "--input"),
                                  ("coherence --model=model --top_words=1", 64, "--top_words"),
                                  ("coherence --model=model --corpus=none", 65, "none"),
                                  ("completion --model=model --input=none", 65, "none"),
                                  ("completion --model=model --input=new.jsonl --corpus=corpus", 64, "only one"),
                                  ("left_to_right --model=model --input=new.jsonl --particles=0", 64, "--particles"),
                                  ("completion --model=model --corpus=none", 65, "none")):
        found, out, err = scratch.run(f"lightlda-evaluate {arguments}")
        check(found == code and text in err and not out, f"{arguments}: exit {found}: {err}")
    for arguments in ("completion --input=new.jsonl", "diversity", "coherence"):
        code, _, err = scratch.run(f"lightlda-evaluate {arguments} --model=model > /dev/full")
        check(code == 73 and "No space left" in err, f"{arguments} to a full disk: exit {code}: {err}")
    # The flag that a message names is that of the input, not --format.
    code, _, err = scratch.run("mkdir texts; cp new.jsonl texts; "
                               "lightlda-evaluate completion --model=model --input=texts --input_format=ldac")
    check(code == 64 and "--input_format=ldac" in err, f"exit {code}: {err}")


if __name__ == "__main__":
    use_system_python()
    main([(test.__name__.replace("_", " "), trained(test)) for test in (
        coherence_by_definition, coherence_as_gensim, completion_by_definition, same_from_a_corpus,
        left_to_right_by_definition, answers_to_signals, diversity_by_definition, wrong_use)])
