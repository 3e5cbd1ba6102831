#!/usr/bin/env python3
"""A run whose token state does not fit the memory budget keeps it on disk and learns the same model."""
import os
import random

import models
from cli_test import check, main

BASE = "--num_topics=20 --num_iterations=3 --growth_stages=2 --growth_iterations=2 --num_threads=2"
FLAGS = f"{BASE} --mh_steps=2"
# Less than the token state, more than the least that a run of blocks this small needs.
BUDGET = "--memory_budget=1400K"


def prepare(scratch):
    """A corpus of about 160,000 tokens in 16 blocks."""
    rng = random.Random(5)
    lines = []
    for document in range(3000):
        topic = rng.randrange(10)
        words = (f"w{(topic * 30 + int(rng.random() ** 2 * 60)) % 300}" for _ in range(53))
        lines.append(" ".join(words))
    (scratch.path / "docs.txt").write_text("\n".join(lines) + "\n", encoding="ascii")
    models.preprocess(scratch, "--input=docs.txt --format=text --block_tokens=10000 --min_df=1 --stopwords=none "
                               "--min_token_length=1")


def the_model_is_the_same(scratch):
    prepare(scratch)
    compare(scratch, FLAGS, BUDGET)


def the_model_of_full_conditionals_is_the_same(scratch):
    prepare(scratch)
    flags = f"{BASE} --mh_steps=0"
    code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {flags} --memory_budget=500K")
    check(code == 64, f"exit code {code}, expected 64\n{err}")
    check("--mh_steps=2" in err, f"does not say what would need less:\n{err}")
    compare(scratch, flags, "--memory_budget=1300K")
    # A token's word takes the place of two proposals.
    sizes = [scratch.must(f"lightlda --corpus=corpus --model=x --dry_run {more}").split("short: ")[1].split(" on disk")[0]
             for more in (f"{flags} --memory_budget=1300K", f"{FLAGS} {BUDGET}")]
    check(sizes[0] == sizes[1], f"token state on disk: {sizes}")


def compare(scratch, flags, budget):
    models.train(scratch, flags, model="in_memory")
    plan = scratch.must(f"lightlda --corpus=corpus --model=x --dry_run {flags} {budget}")
    check("on disk" in plan, f"the plan does not say that state is on disk:\n{plan}")
    models.train(scratch, f"{flags} {budget}", model="streamed")
    check(models.model_hash(scratch, "in_memory") == models.model_hash(scratch, "streamed"),
          "the model depends on the memory budget")
    scratch.must("cmp in_memory/gen-*/word_topic.bin streamed/gen-*/word_topic.bin")
    left = [p.name for p in (scratch.path / "streamed").iterdir() if "scratch" in p.name]
    check(not left, f"left behind: {left}")


def a_stopped_run_goes_on_within_another_budget(scratch):
    prepare(scratch)
    models.train(scratch, FLAGS, model="whole")
    # A run of fewer full iterations is the same run, stopped.
    models.train(scratch, FLAGS.replace("--num_iterations=3", "--num_iterations=1") + f" {BUDGET}", model="parts")
    models.train(scratch, f"{FLAGS} {BUDGET} --resume=yes", model="parts")
    check(models.model_hash(scratch, "whole") == models.model_hash(scratch, "parts"),
          "a resumed streamed run differs from one that was never stopped")


PEAK = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL); " \
       "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


def a_giant_document_takes_no_more_than_many_small_ones(scratch):
    """Two million tokens, in one document and in 20,000."""
    words = 2500
    giant = "a\t" + " ".join(f"{word}:800" for word in range(words))
    rng = random.Random(7)
    small = ["b\t" + " ".join(f"{word}:1" for word in sorted(rng.sample(range(words), 100))) for _ in range(20000)]
    for name, lines in (("giant", [giant]), ("small", small)):
        (scratch.path / f"{name}.libsvm").write_text("\n".join(lines) + "\n", encoding="ascii")
        scratch.must(f"lightlda-preprocess --input={name}.libsvm --output={name}")
    # From full conditionals, and from proposals.
    for topics in (100, 1000):
        flags = f"--num_topics={topics} --num_iterations=2 --num_threads=2 --memory_budget=60M"
        peak = {name: int(scratch.must(f"python3 -c '{PEAK}' lightlda --corpus={name} --model={name}-{topics} {flags}"))
                for name in ("giant", "small")}
        # Of blocks, of which it is one and they are several, two arrays of 4 bytes per token are in memory.
        # Under a sanitizer most of it is the sanitizer's.
        sanitized = os.environ.get("LIGHTLDA_SANITIZE")
        check(sanitized or peak["giant"] < peak["small"] + 25_000, f"{topics} topics: peaks in kB {peak}")
    flags = "--num_topics=1000 --memory_budget=20M --dry_run"
    code, _, err = scratch.run(f"lightlda --corpus=giant --model=x {flags}")
    check(code == 64 and 'split document "a", whose 2,000,000 tokens' in err, f"exit code {code}\n{err}")


def too_small_a_disk_is_said(scratch):
    prepare(scratch)
    code, _, err = scratch.run(f"ulimit -f 128; lightlda --corpus=corpus --model=model {FLAGS} {BUDGET}")
    check(code == 73, f"exit code {code}, expected 73\n{err}")
    check("token state" in err, f"does not say what for:\n{err}")
    check(not (scratch.path / "model").exists(), "a model directory is left behind")
    code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {FLAGS} {BUDGET} --scratch=absent")
    check(code == 73, f"exit code {code}, expected 73\n{err}")
    check("absent" in err, f"does not name the directory:\n{err}")


if __name__ == "__main__":
    main([
        ("the model is the same", the_model_is_the_same),
        ("the model of full conditionals is the same", the_model_of_full_conditionals_is_the_same),
        ("a stopped run goes on within another budget", a_stopped_run_goes_on_within_another_budget),
        ("a giant document takes no more than many small ones", a_giant_document_takes_no_more_than_many_small_ones),
        ("too small a disk is said", too_small_a_disk_is_said),
    ])
