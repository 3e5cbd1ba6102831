#!/usr/bin/env python3
"""The model is a function of corpus, settings and seed: threads do not change it, a seed does."""
import models
from cli_test import check, main

SAMPLE = "--input=$DATA/debian-descriptions-sample.jsonl.xz --stopwords=en"
FLAGS = "--num_topics=50 --num_iterations=3"


def threads_do_not_matter(scratch):
    models.preprocess(scratch, f"{SAMPLE} --num_threads=1", "corpus1")
    models.preprocess(scratch, f"{SAMPLE} --num_threads=4", "corpus4")
    scratch.must("diff -r corpus1 corpus4")
    for steps in ("0", "auto --num_topics=250"):  # full conditionals, and proposals
        hashes = set()
        for threads in (1, 2, 4):
            models.train(scratch, f"{FLAGS} --mh_steps={steps} --num_threads={threads} --overwrite", "corpus1", "model")
            hashes.add(models.model_hash(scratch, "model"))
        check(len(hashes) == 1, f"mh_steps {steps}: model_hash differs between 1, 2 and 4 threads: {hashes}")


def the_seed_matters(scratch):
    models.preprocess_tiny(scratch)
    for seed in (1, 2):
        models.train(scratch, f"--num_topics=5 --num_iterations=5 --seed={seed}", model=f"model{seed}")
    check(models.model_hash(scratch, "model1") != models.model_hash(scratch, "model2"),
          "seeds 1 and 2 give the same model")


if __name__ == "__main__":
    main([
        ("threads do not matter, real text", threads_do_not_matter),
        ("the seed matters", the_seed_matters),
    ])
