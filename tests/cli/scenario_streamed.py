#!/usr/bin/env python3
"""A run whose token state does not fit the memory budget keeps it on disk and learns the same model."""
import random

import models
from cli_test import check, main

BASE = "--num_topics=20 --num_iterations=3 --growth_stages=2 --growth_iterations=2 --num_threads=2"
FLAGS = f"{BASE} --mh_steps=2"
# Less than the token state, more than the least that a run of blocks this small needs.
BUDGET = "--memory_budget=500K"


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
    code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {flags} {BUDGET}")
    check(code == 64, f"exit code {code}, expected 64\n{err}")
    check("--mh_steps=2" in err, f"does not say what would need less:\n{err}")
    compare(scratch, flags, "--memory_budget=1M")
    # A token's word takes the place of two proposals.
    sizes = [scratch.must(f"lightlda --corpus=corpus --model=x --dry_run {more}").split("on disk")[1]
             for more in (f"{flags} --memory_budget=1M", f"{FLAGS} {BUDGET}")]
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
        ("too small a disk is said", too_small_a_disk_is_said),
    ])
