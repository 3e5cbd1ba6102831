#!/usr/bin/env python3
"""Held-out documents from end to end: preprocess --holdout, lightlda --evaluate, lightlda-evaluate sweep."""
import csv
import io
import itertools
import json
import math
import os
import signal
import subprocess
import time

import models
from cli_test import DATA_DIR, Failure, check, main

SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"
DEADLINE = 120  # seconds within which a program must react
SWEEP = "lightlda-evaluate sweep --corpus=corpus --held_out=corpus.heldout --topics=3,5 --num_iterations=15"


def prepared(test):
    def run(scratch):
        scratch.must(f"xz -dc {SAMPLE} | head -n 600 > docs.jsonl")
        scratch.must("lightlda-preprocess --input=docs.jsonl --output=corpus --stopwords=en --holdout=0.2")
        return test(scratch)
    return run


def records(scratch, command):
    return [json.loads(line) for line in scratch.must(command).splitlines()]


def close(found, expected, what, margin=1e-6):
    check(abs(found - expected) <= margin * max(1.0, abs(expected)), f"{what}: {found}, expected {expected}")


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        check(time.monotonic() < end, f"{what}: not within {DEADLINE} s")
        time.sleep(0.01)


def finish(process):
    try:
        out, err = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        raise Failure(f"still running after {DEADLINE} s") from error
    return process.returncode, out.decode("utf-8"), err.decode("utf-8")


def held_out_corpus(scratch):
    """The two corpora share out the documents; the summary tells how many; training alone is what it would be."""
    manifests = {name: json.loads((scratch.path / name / "manifest.json").read_text(encoding="utf-8"))
                 for name in ("corpus", "corpus.heldout")}
    counts = {name: manifest["num_documents"] for name, manifest in manifests.items()}
    check(sum(counts.values()) == 600 and 60 < counts["corpus.heldout"] < 180, f"{counts}")
    _, _, err = scratch.run("lightlda-preprocess --input=docs.jsonl --output=again --stopwords=en --holdout=0.2")
    tokens = manifests["corpus.heldout"]["num_tokens"]
    check(f"held out     {counts['corpus.heldout']} documents, {tokens:,} tokens, written to again.heldout" in err, err)
    check(manifests["corpus"]["num_words"] == manifests["corpus.heldout"]["num_words"], "other vocabularies")
    settings = {name: manifest["settings"] for name, manifest in manifests.items()}
    check(settings["corpus"]["holdout"] == 0.2 and "held_out" not in settings["corpus"], f"{settings}")
    check(settings["corpus.heldout"]["held_out"] is True, f"{settings}")
    # Another seed, other documents.
    scratch.must("lightlda-preprocess --input=docs.jsonl --output=other --stopwords=en --holdout=0.2 --seed=2")
    names = [(scratch.path / f"{name}.heldout/names-00000.bin").read_bytes() for name in ("corpus", "again", "other")]
    check(names[0] == names[1] != names[2], "the seed does not decide")
    for arguments, code, text in (("--output=x --holdout=1", 64, "--holdout"), ("--output=x --holdout=-0.1", 64, "--holdout"),
                                  ("--output=x --holdout_output=y", 64, "--holdout_output"),
                                  ("--output=x --holdout=.2 --holdout_output=x/", 64, "--holdout_output"),
                                  ("--output=x --holdout=.2 --holdout_output=corpus", 73, "corpus"),
                                  ("--output=corpus --overwrite --holdout=.2 --holdout_output=docs.jsonl", 73, "docs.jsonl")):
        before = models.manifest(scratch, "corpus")["checksum"]
        found, out, err = scratch.run(f"lightlda-preprocess --input=docs.jsonl {arguments}")
        check(found == code and text in err and not out, f"{arguments}: exit {found}: {err}")
        check(not (scratch.path / "x").exists() and not (scratch.path / "y").exists(), f"{arguments}: something is left")
        check(models.manifest(scratch, "corpus")["checksum"] == before, f"{arguments}: the corpus is another")


def neither_if_ended(scratch):
    """A stop leaves nothing of both corpora; a kill nothing that has one of their names."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        process = scratch.start("exec lightlda-preprocess --input=- --format=jsonl --output=new --holdout=0.2",
                                stdin=subprocess.PIPE)
        process.stdin.write((scratch.path / "docs.jsonl").read_bytes() * 20)
        process.stdin.flush()
        wait_for(lambda: len(scratch.leftovers()) >= 2, "directories under construction")
        process.send_signal(number)
        code, _, err = finish(process)
        check(code == (1 if number == signal.SIGTERM else -number), f"exit {code}: {err}")
        check(not (scratch.path / "new").exists() and not (scratch.path / "new.heldout").exists(), f"{number}: one is there")
        if number == signal.SIGTERM:
            check("stopping" in err and not scratch.leftovers(), f"{scratch.leftovers()}: {err}")
    scratch.must("lightlda-preprocess --input=docs.jsonl --output=new --holdout=0.2")


def evaluated_while_training(scratch):
    """--evaluate: metrics and progress line tell what `completion` finds; the model is none the wiser."""
    flags = "--num_topics=5 --num_iterations=10 --likelihood_interval=2"
    scratch.must(f"lightlda --corpus=corpus --model=plain {flags}")
    code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {flags} --evaluate=corpus.heldout")
    check(code == 0 and "  held-out/token -" in err and ", held-out/token -" in err, f"exit {code}: {err}")
    check(models.model_hash(scratch, "plain") == models.model_hash(scratch, "model"), "the model depends on it")
    lines = models.metrics(scratch)
    key = "held_out_log_likelihood_per_token"
    check(sum(key in line for line in lines) >= 5, f"{lines}")
    check(all((key in line) == ("log_likelihood_per_token" in line) for line in lines), f"{lines}")
    found = json.loads(scratch.must("lightlda-evaluate completion --model=model --corpus=corpus.heldout --format=json"))
    close(lines[-1][key], found["log_likelihood_per_token"], "at the end", 1e-8)
    check(lines[-1][key] > next(line[key] for line in lines if key in line), "training does not help")
    scratch.must("lightlda-preprocess --input=$DATA/tiny/tiny.ldac --format=ldac --output=numbers")
    code, _, err = scratch.run(f"lightlda --corpus=corpus --model=none {flags} --evaluate=numbers")
    check(code == 65 and "--evaluate" in err and "none of its words" in err, f"exit {code}: {err}")
    check(not (scratch.path / "none").exists(), "a model is there")


def similarity(one, other):
    """1 - Hellinger distance; topics farther apart than 0.75 are not the same."""
    distance = math.sqrt(max(0.0, 1 - sum(math.sqrt(p * q) for p, q in zip(one, other))))
    return 1 - distance if distance <= 0.75 else 0


def shares(scratch, model):
    """Of the words in the topics, [topics][words]"""
    rows = models.word_topic(scratch, model)
    settings = models.manifest(scratch, model)
    totals = [sum(row.get(k, 0) for row in rows) for k in range(settings["num_topics"])]
    return [[row.get(k, 0) / total for row in rows] for k, total in enumerate(totals)]


def rows_by_definition(scratch):
    """What the sweep tells of its models is what the single commands and definitions give."""
    lines = records(scratch, f"{SWEEP} --output=sweep --format=json --top_words=6")
    rows, end = lines[:-1], lines[-1]
    check([(row["topics"], row["models"]) for row in rows] == [(3, 2), (5, 2)], f"{rows}")
    for row in rows:
        names = [f"sweep/k-{row['topics']}-seed-{seed}" for seed in (1, 2)]
        held_out = mean(json.loads(scratch.must(
            f"lightlda-evaluate completion --model={name} --corpus=corpus.heldout --format=json"))["log_likelihood_per_token"]
            for name in names)
        close(row["held_out_log_likelihood_per_token"], held_out, "held out", 1e-8)
        close(row["perplexity"], math.exp(-held_out), "perplexity")
        scores = [score for name in names for score in records(
            scratch, f"lightlda-evaluate coherence --model={name} --format=json --top_words=6")]
        for measure in ("u_mass", "c_npmi", "c_v"):
            close(row[measure], mean(score[measure] for score in scores), measure)
        close(row["diversity"], mean(json.loads(scratch.must(
            f"lightlda-evaluate diversity --model={name} --format=json"))["topic_diversity"] for name in names), "diversity")
        one, two = (shares(scratch, name) for name in names)
        stability = max(mean(similarity(one[k], two[order[k]]) for k in range(len(one)))
                        for order in itertools.permutations(range(len(two))))
        close(row["stability"], stability, "stability")
        close(row["seconds"], sum(models.manifest(scratch, name)["progress"]["seconds"] for name in names), "seconds")
    best = {key: max(row[key] for row in rows) for key in ("held_out_log_likelihood_per_token", "c_v")}
    within = [row for row in rows if all(row[key] >= best[key] - 0.01 * abs(best[key]) for key in best)]
    worst = {row["topics"]: max((best[key] - row[key]) / abs(best[key]) for key in best) for row in rows}
    expected = max(within, key=lambda row: row["stability"])["topics"] if within else min(worst, key=worst.get)
    check(end["recommended"] == expected and end["within_bound"] == bool(within), f"{end}, expected {expected}")
    check(("compromise" in end["reason"]) != bool(within), f"{end}")


def formats(scratch):
    """Every format has the same rows; none of them trains a model again."""
    records_of = {"json": records(scratch, f"{SWEEP} --output=sweep --format=json")[:-1]}
    trained = models.manifest(scratch, "sweep/k-5-seed-2")["checksum"]
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        text = scratch.must(f"{SWEEP} --output=sweep --format={name} --num_threads=3")
        records_of[name] = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    text = [line.split("\t") for line in scratch.must(f"{SWEEP} --output=sweep").splitlines()]
    check(text[-1][0] == "recommended" and len(text[-1]) == 3, f"{text[-1]}")
    records_of["text"] = [dict(zip(text[0], line)) for line in text[1:-1]]
    for name, found in records_of.items():
        check(len(found) == 2 and list(found[0]) == list(records_of["json"][0]), f"{name}: {found}")
        for row, expected in zip(found, records_of["json"]):
            for key, value in expected.items():
                close(float(row[key]), value, f"{name} {key}", 1e-4 if name == "text" else 1e-12)
    check(models.manifest(scratch, "sweep/k-5-seed-2")["checksum"] == trained, "a model was trained again")
    code, _, err = scratch.run(f"{SWEEP} --output=sweep > /dev/full")
    check(code == 73 and "No space left" in err, f"exit {code}: {err}")


def goes_on(scratch):
    """Stopped or killed while a model trains, the same command goes on, and trains nothing twice."""
    expected = records(scratch, f"{SWEEP} --output=whole --format=json")
    first, second = scratch.path / "sweep/k-3-seed-1", scratch.path / "sweep/k-3-seed-2"
    scratch.must(f"{SWEEP.replace('3,5', '3')} --seeds=1 --output=sweep")
    before = (first / "manifest.json").read_bytes()
    # As many iterations as nobody waits for: they are done when the signal comes.
    command = SWEEP.replace("3,5", "4").replace("=15", "=1000000")
    for number, code in ((signal.SIGTERM, 75), (signal.SIGKILL, -signal.SIGKILL)):
        process = scratch.start(f"exec {command} --output=sweep")
        log = scratch.path / "sweep/k-4-seed-1/metrics.jsonl"
        wait_for(lambda: process.poll() is not None or log.exists() and log.stat().st_size > 0, "a first iteration")
        process.send_signal(number)
        found, out, err = finish(process)
        check(found == code and not out, f"exit {found}: {out}{err}")
        if code == 75:
            check("lightlda-evaluate: stopping" in err and "the same sweep goes on" in err, err)
            check(models.manifest(scratch, "sweep/k-4-seed-1")["progress"]["complete"] is False, "it is complete")
    found = records(scratch, f"{SWEEP} --output=sweep --format=json")
    for row in found + expected:
        row.pop("seconds", None)
    check(found == expected, f"{found}, expected {expected}")
    check(before == (first / "manifest.json").read_bytes() and second.exists(), "a model was trained again")
    code, out, err = scratch.run(f"{SWEEP} --beta=0.5 --output=sweep")
    check(code == 64 and "beta" in err and "k-3-seed-1" in err, f"exit {code}: {err}")


def wrong_use(scratch):
    for arguments, code, text in (("--corpus=corpus --topics=5 --output=o", 64, "--holdout=0.1"),
                                  ("--held_out=corpus.heldout --topics=5 --output=o", 64, "--corpus"),
                                  ("--corpus=corpus --held_out=corpus.heldout --output=o", 64, "--topics"),
                                  ("--corpus=corpus --held_out=corpus.heldout --topics=5", 64, "--output"),
                                  ("--corpus=corpus --held_out=corpus.heldout --topics=5,x --output=o", 64, "--topics"),
                                  ("--corpus=corpus --held_out=corpus.heldout --topics=1 --output=o", 64, "--topics"),
                                  ("--corpus=corpus --held_out=corpus.heldout --topics=5 --seeds=0 --output=o", 64, "--seeds"),
                                  ("--corpus=corpus --held_out=corpus.heldout --topics=5 --alpha=0 --output=o", 64, "--alpha"),
                                  ("--corpus=corpus --held_out=corpus --topics=5 --output=o", 64, "is the training corpus"),
                                  ("--corpus=corpus --held_out=none --topics=5 --output=o", 65, "none"),
                                  ("--corpus=corpus --held_out=corpus.heldout --topics=5 --output=corpus/o", 73, "corpus")):
        found, _, err = scratch.run(f"lightlda-evaluate sweep {arguments}")
        check(found == code and text in err, f"{arguments}: exit {found}: {err}")
        check(not (scratch.path / "o").exists(), f"{arguments}: something is left")


if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), prepared(test)) for test in (
        held_out_corpus, neither_if_ended, evaluated_while_training, rows_by_definition, formats, goes_on, wrong_use)])
