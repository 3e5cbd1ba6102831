#!/usr/bin/env python3
"""Labels of topics: set, shown, bound to their model, carried over, and never lost."""
import csv
import json
import os
import shutil

import models
from cli_test import DATA_DIR, check, main

SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"
NUM_TOPICS = 8


def trained(test):
    def run(scratch):
        scratch.must(f"xz -dc {SAMPLE} | head -n 400 > train.jsonl")
        scratch.must("lightlda-preprocess --input=train.jsonl --output=corpus --stopwords=en")
        models.train(scratch, f"--num_topics={NUM_TOPICS} --num_iterations=30")
        return test(scratch)
    return run


def labels(scratch, arguments="", model="model"):
    lines = scratch.must(f"lightlda-dump labels {arguments} --model={model} --format=json").splitlines()
    rows = [json.loads(line) for line in lines]
    check(all(list(row) == ["topic", "label", "hidden", "automatic"] for row in rows), f"fields: {rows[0]}")
    return rows


def own(rows):
    return {row["topic"]: row["label"] for row in rows if not row["automatic"]}


def stored(scratch, model="model"):
    return json.loads((scratch.path / model / "labels.json").read_text(encoding="utf-8"))


def content(scratch, path="model/labels.json"):
    return (scratch.path / path).read_bytes() if (scratch.path / path).exists() else b"nothing"


def columns(scratch, what, model="model"):
    return scratch.must(f"lightlda-dump {what} --model={model} --format=csv").splitlines()[0].split(",")


def set_and_shown(scratch):
    automatic = [row["label"] for row in labels(scratch)]
    relevant = json.loads(scratch.must(
        "lightlda-dump topics --weight=relevance --lambda=0.6 --top_words=3 --model=model --format=json"))
    check(automatic == [", ".join(word["word"] for word in topic["words"]) for topic in relevant],
          f"automatic labels: {automatic}")
    check(not (scratch.path / "model/labels.json").exists(), "listing wrote a file")
    tables = ("topics", "diagnostics", "similar", "compare --other=model")
    check(not any("label" in columns(scratch, what) for what in tables), "a field `label` without labels")
    rows = labels(scratch, r"--set='1:galaxies,2:stars\, dust and \\,3:größer ☃' --hide=3,4")
    expected = {1: "galaxies", 2: "stars, dust and \\", 3: "größer ☃"}
    check(own(rows) == expected, f"labels: {own(rows)}")
    check([row["topic"] for row in rows if row["hidden"]] == [3, 4], f"hidden: {rows}")
    check(rows[0]["label"] == automatic[0] and rows[0]["automatic"] == 1, f"{rows[0]}")
    file = stored(scratch)
    check(file == {"model_hash": models.model_hash(scratch), "labels": {str(k): v for k, v in expected.items()},
                   "hidden": [3, 4], "notes": {}}, f"labels.json: {file}")
    for what in tables:
        check(columns(scratch, what)[1] == "label", f"{what}: no label after the topic: {columns(scratch, what)}")
        found = scratch.must(f"lightlda-dump {what} --model=model --format=csv").splitlines()
        shown = {int(row["topic"]): row["label"] for row in csv.DictReader(found) if row["topic"]}
        check(shown == {k: expected.get(k, "") for k in range(NUM_TOPICS)}, f"{what}: {shown}")
    text = scratch.must("lightlda-dump topics --model=model").splitlines()
    check(text[1].split("\t")[1] == "galaxies" and text[0].split("\t")[1] == "-", f"text: {text[:2]}")
    rows = labels(scratch, "--set=1:,2:dust --show=3")
    check(own(rows) == {2: "dust", 3: "größer ☃"} and [r["topic"] for r in rows if r["hidden"]] == [4], f"{rows}")
    scratch.must("lightlda-dump labels --model=model > all; test -z \"$(find model -name '*.tmp')\"")


def wrong_use(scratch):
    labels(scratch, "--set=1:one")
    before = content(scratch)
    for arguments in ("--set=galaxies", "--set=8:eight", "--set=1:a,b", "--set=:x", "--hide=x", "--hide=8", "--show=-1",
                      "--keep_labels --match_labels=model", "--sort=beauty --set=1:x"):
        code, out, err = scratch.run(f"lightlda-dump labels --model=model {arguments}")
        check(code == 64 and not out and arguments.split("=")[0].split(" ")[0][2:] in err, f"{arguments}: exit {code}: {err}")
        check(content(scratch) == before, f"{arguments}: the file has changed")
    code, _, err = scratch.run("lightlda-dump labels --model=model --set=$'1:\\xff'")
    check(code == 65 and "UTF-8" in err, f"not UTF-8: exit {code}: {err}")
    good = json.loads(before)
    for change, text in (({"labels": {"x": "a"}}, "labels"), ({"labels": ["a"]}, "labels"), ({"hidden": "3"}, "hidden"),
                         ({"hidden": [-1]}, "hidden"), ({"labels": {"1": 2}}, "labels"), ({"labels": {"01": "a"}}, "labels"),
                         ({"color": "red"}, "color"), ({"labels": {"8": "a"}}, "topic 8"), ({"model_hash": 1}, "model_hash")):
        (scratch.path / "model/labels.json").write_text(json.dumps({**good, **change}), encoding="utf-8")
        for what in ("labels", "topics"):
            code, out, err = scratch.run(f"lightlda-dump {what} --model=model")
            check(code == 65 and not out and text in err and err.count("\n") == 1, f"{what}, {change}: {code}: {err}")
    (scratch.path / "model/labels.json").write_text("{", encoding="utf-8")
    code, _, err = scratch.run("lightlda-dump labels --model=model")
    check(code == 65 and "model/labels.json" in err, f"not JSON: exit {code}: {err}")


def by_hand(scratch):
    """What people write into the file stays, also what no table shows."""
    file = {"model_hash": models.model_hash(scratch), "notes": {"2": "see the paper"}, "labels": {"2": "two", "3": ""}}
    (scratch.path / "model/labels.json").write_text(json.dumps(file), encoding="utf-8")
    check(own(labels(scratch, "--set=4:four")) == {2: "two", 4: "four"}, "labels of a file written by hand")
    check(stored(scratch)["notes"] == {"2": "see the paper"}, f"notes: {stored(scratch)}")


def refused(scratch, what="lightlda-dump labels --model=model"):
    code, out, err = scratch.run(what)
    check(code == 65 and not out and "--match_labels" in err and "--keep_labels" in err, f"{what}: exit {code}: {err}")


def kept(scratch):
    """Training on and replacing the model leave the file; its labels are not those of the new model."""
    labels(scratch, "--set=1:one")
    before = content(scratch)
    old_hash = models.model_hash(scratch)
    models.train(scratch, f"--num_topics={NUM_TOPICS} --num_iterations=45 --resume=yes")
    check(models.model_hash(scratch) != old_hash, "the test needs another model")
    check(content(scratch) == before, "training on has changed the labels")
    refused(scratch)
    refused(scratch, "lightlda-dump labels --model=model --set=2:two")
    code, out, err = scratch.run("lightlda-dump topics --model=model --format=csv")
    check(code == 0 and "label" not in out.splitlines()[0] and "labels.json" in err, f"exit {code}: {err}")
    check(own(labels(scratch, "--keep_labels --set=2:two")) == {1: "one", 2: "two"}, "--keep_labels")
    check(own(labels(scratch)) == {1: "one", 2: "two"}, "--keep_labels has not written the file")
    before = content(scratch)
    models.train(scratch, f"--num_topics={NUM_TOPICS} --num_iterations=5 --seed=9 --overwrite")
    check(content(scratch) == before, "--overwrite has lost the labels")
    check(models.model_hash(scratch) not in before.decode(), "the test needs another model")
    check(sorted(os.listdir(scratch.path)) == ["corpus", "model", "train.jsonl"], f"left: {os.listdir(scratch.path)}")
    refused(scratch)
    scratch.must("lightlda-dump merge_topics --model=model --topics=1,2 --output=small")
    shutil.copy(scratch.path / "model/labels.json", scratch.path / "small/labels.json")
    scratch.must("lightlda-dump merge_topics --model=model --topics=3,4 --output=small --overwrite")
    check(content(scratch, "small/labels.json") == before, "saving over a model has lost the labels")
    # Only a file of that name, and only beside a model.
    os.rename(scratch.path / "small/labels.json", scratch.path / "elsewhere")
    os.symlink("../elsewhere", scratch.path / "small/labels.json")
    code, _, err = scratch.run("lightlda-dump merge_topics --model=model --topics=1,2 --output=small --overwrite")
    check(code == 73 and "labels.json" in err, f"a link: exit {code}: {err}")
    (scratch.path / "other").mkdir()
    (scratch.path / "other/labels.json").write_bytes(before)
    for arguments in ("--overwrite", "--resume=auto"):
        code, _, err = scratch.run(f"lightlda --corpus=corpus --model=other --num_topics=2 --num_iterations=1 {arguments}")
        check(code == 73 and os.listdir(scratch.path / "other") == ["labels.json"], f"{arguments}: exit {code}: {err}")


def matched(scratch):
    """Labels of another model go to the topics that compare says are the same."""
    labels(scratch, "--set='" + ",".join(f"{k}:topic {k}" for k in range(NUM_TOPICS)) + "' --hide=2,5")
    models.train(scratch, "--num_topics=6 --num_iterations=30 --seed=7", model="other")
    found = scratch.must("lightlda-dump compare --model=other --other=model --max_distance=0.8 --format=json").splitlines()
    counterpart = {row["topic"]: row["other_topic"] for row in map(json.loads, found) if row["kind"] == "matched"}
    check(counterpart, "the test needs topics that match")
    expected = {k: f"topic {other}" for k, other in counterpart.items()}
    rows = labels(scratch, "--match_labels=model --max_distance=0.8", "other")
    check(own(rows) == expected, f"labels: {own(rows)}, expected {expected}")
    check([r["topic"] for r in rows if r["hidden"]] == sorted(k for k, other in counterpart.items() if other in (2, 5)),
          f"hidden: {rows}")
    file = stored(scratch, "other")
    check((file["model_hash"], file["carried_from"]) == (models.model_hash(scratch, "other"), models.model_hash(scratch)),
          f"the file does not say whose labels they were: {file}")
    # Labels that the model has are not replaced.
    first = min(counterpart)
    os.remove(scratch.path / "other/labels.json")
    labels(scratch, f"--set={first}:mine", "other")
    check(own(labels(scratch, "--match_labels=model --max_distance=0.8", "other")) == {**expected, first: "mine"},
          "its own labels are replaced")
    # A copy of the file beside the new model is as good.
    shutil.move(scratch.path / "model/labels.json", scratch.path / "other/labels.json")
    refused(scratch, "lightlda-dump labels --model=other")
    check(own(labels(scratch, "--match_labels=model --max_distance=0.8", "other")) == expected, "a copied file")
    code, _, err = scratch.run("lightlda-dump labels --model=other --match_labels=none")
    check(code == 65 and "none" in err, f"exit {code}: {err}")


if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), trained(test)) for test in (
        set_and_shown, wrong_use, by_hand, kept, matched)])
