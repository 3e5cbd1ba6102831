#!/usr/bin/env python3
"""Where runs end by themselves: how well they predict their own sample, beside documents that were held out.

usage: bench/when_to_stop.py [--corpora=NAME:TOPICS,...] [--seed=1] [--bin_dir=DIR] [--collection=DIR] [--scratch=DIR]

Trains with --num_iterations=auto, a tenth of the documents held out (corpora as in bench/quality.py), and prints both
log-likelihoods per token after each doubling of the iterations, what the doubling gained, and where the run ended.
"""
import argparse
import json
import os
import sys
import tempfile

import quality

OWN, HELD_OUT = "sample_log_likelihood_per_token", "held_out_log_likelihood_per_token"


def judged(bench, corpus, topics, seed):
    """{full iteration: metrics} of the iterations at which the run judged itself."""
    model = bench.path("model")
    bench.run("lightlda", f"--corpus={bench.corpus(corpus)}", f"--model={model}", f"--num_topics={topics}", f"--seed={seed}",
              "--num_threads=1", "--num_iterations=auto", f"--evaluate={bench.path(corpus)}.heldout", "--likelihood_interval=1",
              "--preview_interval=0", "--overwrite")
    with open(os.path.join(model, "metrics.jsonl"), encoding="utf-8") as lines:
        metrics = [json.loads(line) for line in lines]
    return {line["full_iteration"]: line for line in metrics if OWN in line}


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("--corpora", default="reuters:100,newsgroups:100,wikipedia-en:50,cora:50")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bin_dir", default=os.path.join(quality.ROOT, "build/release/bin"))
    parser.add_argument("--collection", default=os.path.join(quality.ROOT, "../shared/corpora"))
    parser.add_argument("--scratch", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = quality.Bench(options, options.scratch or scratch)
        print("| corpus | K | iterations | own | held out | gain of the doubling, own | held out |\n|---|---|---|---|---|---|---|")
        for name in options.corpora.split(","):
            corpus, topics = name.split(":")
            lines = judged(bench, corpus, topics, options.seed)
            at = sorted(lines)
            for i in range(len(at) - 1, 2, -3):
                now, before = lines[at[i]], lines[at[i - 3]]
                gains = [now[which] - before[which] for which in (OWN, HELD_OUT)]
                print(f"| {corpus} | {topics} | {at[i]} | {now[OWN]:.3f} | {now[HELD_OUT]:.3f} | {gains[0]:+.3f} | {gains[1]:+.3f} |")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
