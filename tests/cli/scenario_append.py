#!/usr/bin/env python3
"""Documents added to a corpus: the same as at once, whole after a kill, and models that go on; metadata of tables."""
import json
import random
import signal
import time

import corpora
from cli_test import DATA_DIR, check, main

SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"
FLAGS = "--stopwords=en --max_df=0.1"


def halves(scratch, documents=2000):
    scratch.must(f"xz -dc {SAMPLE} | head -n {documents} > all.jsonl")
    scratch.must(f"head -n {documents // 2} all.jsonl > first.jsonl; tail -n {documents // 2} all.jsonl > second.jsonl")


def same_as_at_once(scratch):
    halves(scratch)
    scratch.must(f"lightlda-preprocess all.jsonl --output=whole {FLAGS}")
    whole = corpora.Corpus(scratch.path / "whole")
    (scratch.path / "vocab.txt").write_text("".join(f"{word}\n" for word in whole.words), encoding="utf-8")
    for name, text in (("whole", "all.jsonl"), ("corpus", "first.jsonl")):
        scratch.must(f"lightlda-preprocess {text} --output={name} --overwrite --vocab=vocab.txt --stopwords=en")
    told = scratch.must("lightlda-preprocess --append second.jsonl --output=corpus 2>&1")
    whole, corpus = corpora.Corpus(scratch.path / "whole"), corpora.Corpus(scratch.path / "corpus")
    check(corpus.words == whole.words and corpus.tokens == whole.tokens, "other words or numbers of tokens")
    check(corpus.documents == whole.documents, "other documents")
    check(corpus.names == whole.names, "other names")
    check(f"2,000 documents, {sum(whole.tokens):,} tokens by now" in told, told)
    check("--init_model=" in told and "not in the vocabulary:" in told, told)
    check(corpus.manifest["levels"] == whole.manifest["levels"], "other levels")
    check(len(corpus.manifest["earlier"]) == 1, f"{corpus.manifest['earlier']}")


def whole_after_a_kill(scratch):
    """Whenever an append is killed, the corpus is the old or the new one, and the next append works."""
    halves(scratch)
    scratch.must(f"lightlda-preprocess first.jsonl --output=start {FLAGS}")
    began = time.monotonic()
    scratch.must("cp -r start done; lightlda-preprocess second.jsonl --append --output=done")
    took = time.monotonic() - began
    old = corpora.Corpus(scratch.path / "start").manifest["checksum"]
    new = corpora.Corpus(scratch.path / "done").manifest["checksum"]
    random.seed(1)
    killed = 0
    for _ in range(12):
        scratch.must("rm -rf corpus corpus.tmp-*; cp -r start corpus")
        process = scratch.start("exec lightlda-preprocess second.jsonl --append --output=corpus")
        time.sleep(random.uniform(0, took))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        found = corpora.Corpus(scratch.path / "corpus").manifest["checksum"]
        check(found in (old, new), f"the corpus is {found}")
        if found == old:
            scratch.must("lightlda-preprocess second.jsonl --append --output=corpus")
            check(corpora.Corpus(scratch.path / "corpus").manifest["checksum"] == new, "another corpus after a kill")
    check(killed >= 4, f"only {killed} of 12 were killed")


def models_go_on(scratch):
    halves(scratch)
    scratch.must(f"lightlda-preprocess first.jsonl --output=corpus {FLAGS}")
    scratch.must("lightlda --corpus=corpus --model=old --num_topics=10 --num_iterations=10")
    scratch.must("lightlda-preprocess second.jsonl --append --output=corpus")
    for flags in ("--resume=yes --num_iterations=20", "--resume=auto --num_iterations=20", "--resume=auto"):
        code, _, err = scratch.run(f"lightlda --corpus=corpus --model=old --num_topics=10 {flags}")
        check(code == 65 and err.count("error:") == 1, f"{flags}: {code} {err}")
        check("documents were added to corpus" in err and "--init_model=old" in err, f"{flags}: {err}")
    scratch.must("lightlda --corpus=corpus --model=new --num_topics=10 --num_iterations=10 --init_model=old")
    matched = scratch.must("lightlda-dump compare --model=new --other=old --format=json")
    pairs = [json.loads(line) for line in matched.splitlines()]
    kept = sum(pair.get("topic") == pair.get("other_topic") for pair in pairs)
    check(kept >= 7, f"{kept} of 10 topics are the old ones: {matched[:500]}")


def tables_have_metadata(scratch):
    """The same documents with the same metadata as csv, tsv and JSON Lines make one corpus but for the format."""
    rows = [("a", "tide and sail", "Sea", "2020", "A; B"), ("b", "flour and dough", "Bread", "2021-05", ""),
            ("c", "tide, flour", "Both", "", "B")]
    names = ("id", "text", "title", "date", "authors")
    for separator, name in ((",", "t.csv"), ("\t", "t.tsv"), (";", "s.csv")):
        lines = [names] + [[f'"{cell}"' if "," in cell or ";" in cell else cell for cell in row] for row in rows]
        (scratch.path / name).write_text("".join(separator.join(line) + "\n" for line in lines), encoding="utf-8")
    objects = [dict(zip(names, row)) for row in rows]
    (scratch.path / "t.jsonl").write_text("".join(json.dumps(o) + "\n" for o in objects), encoding="utf-8")
    (scratch.path / "t.json").write_text(json.dumps(objects, indent=1), encoding="utf-8")
    keep = "--min_df=1 --max_df=1.0"
    manifests = {}
    for name in ("t.csv", "t.tsv", "s.csv", "t.jsonl", "t.json"):
        scratch.must(f"lightlda-preprocess {name} --output=c-{name} {keep}")
        manifests[name] = corpora.Corpus(scratch.path / f"c-{name}").manifest
    for name, manifest in manifests.items():
        fields = [field["name"] for field in manifest["metadata"]["fields"]]
        check(fields == ["title", "date", "authors"], f"{name}: {fields}")
        check(manifest["metadata"] == manifests["t.csv"]["metadata"], f"{name}: other metadata")
        check(manifest["blocks"] == manifests["t.csv"]["blocks"], f"{name}: other blocks")
    code, _, err = scratch.run(f"lightlda-preprocess t.csv --output=x {keep} --metadata_fields=titel")
    check(code == 65 and "--metadata_fields: expected a column \"titel\", found \"id\"" in err, f"{code} {err}")
    scratch.must("printf 'id\\ttext\\na\\ttide sail\\nb\\tflour tide\\n' > bare.tsv")
    told = scratch.must(f"lightlda-preprocess bare.tsv --metadata=t.csv --output=joined {keep} 2>&1")
    check("title (text)" in told and "date (date)" in told, told)


if __name__ == "__main__":
    main([
        ("the same as at once", same_as_at_once),
        ("whole after a kill", whole_after_a_kill),
        ("models go on", models_go_on),
        ("tables have metadata", tables_have_metadata),
    ])
