#!/usr/bin/env python3
"""A disk that fills up ends a program with exit code 73, the file named, and nothing half-written left.

The full disk is a limit on file sizes (ulimit -f, in KiB), which makes writes fail in the same way."""
import models
from cli_test import check, main


def preprocess_leaves_nothing(scratch):
    code, _, err = scratch.run(
        "ulimit -f 64; lightlda-preprocess --input=$DATA/debian-descriptions-sample.jsonl.xz --output=corpus")
    check(code == 73, f"exit code {code}, expected 73\n{err}")
    check("File too large" in err, f"does not say why:\n{err}")
    found = sorted(path.name for path in scratch.path.iterdir())
    check(found == [], f"left behind: {found}")


def training_cannot_save(scratch):
    models.preprocess(scratch, "--input=$DATA/debian-descriptions-sample.jsonl.xz --stopwords=en")
    code, _, err = scratch.run(
        "ulimit -f 64; lightlda --corpus=corpus --model=model --num_topics=50 --num_iterations=2 --save_wait=0")
    check(code == 73, f"exit code {code}, expected 73\n{err}")
    check("File too large" in err, f"does not say why:\n{err}")
    check(not scratch.leftovers(), f"left behind: {scratch.leftovers()}")


def dump_to_a_full_device(scratch):
    models.preprocess_tiny(scratch)
    models.train(scratch, "--num_topics=3 --num_iterations=2")
    for what in ("topics", "word_topic", "doc_topic", "assignments", "summary"):
        code, _, err = scratch.run(f"lightlda-dump {what} --model=model > /dev/full")
        check(code == 73, f"{what}: exit code {code}, expected 73\n{err}")
        check("No space left" in err, f"{what}: does not say why:\n{err}")


if __name__ == "__main__":
    main([
        ("preprocess leaves nothing", preprocess_leaves_nothing),
        ("training that cannot save", training_cannot_save),
        ("dump to a full device", dump_to_a_full_device),
    ])
