#!/usr/bin/env python3
"""Compares two builds of lightlda, run in turn on this machine: what a change costs, and whether its models are as good.

usage: bench/builds.py WHAT --before=BIN_DIR --after=BIN_DIR [--corpora=DIR] [--scratch=DIR] [--repeats=N] [--only=TEXT]

WHAT is one or more of
  speed    million tokens sampled per second, growth off, by corpus, K, threads and processes; ratios are of pairs
  quality  work, joint and held-out likelihood of default runs, three seeds; held-out by document completion

Each build reads the corpora with its own lightlda-preprocess, since formats may differ. Prepared corpora are kept in
--scratch. --only takes the rows whose name contains TEXT.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tune_schedule  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# (corpus, K, iterations, of which so many do not count)
SPEED = (("nips", 100, 40, 5), ("nips", 1000, 40, 5), ("arxiv527k", 1000, 10, 3))
SHAPES = (("1 thread", 1, 1), ("2 threads", 1, 2), ("2 processes", 2, 1))  # (name, processes, threads of each)
QUALITY = [(corpus, topics) for corpus in ("nips", "reuters", "arxiv100k") for topics in (100, 1000)]
QUALITY_ITERATIONS = 50


class Build:
    """The programs of one build, and what they made of the corpora."""

    def __init__(self, name, bin_dir, options, scratch):
        self.name, self.bin_dir = name, bin_dir
        self.scratch = os.path.join(scratch, name)
        os.makedirs(self.scratch, exist_ok=True)
        self.corpora = tune_schedule.Tuner(
            argparse.Namespace(bin_dir=bin_dir, corpora=options.corpora, run_with=""), self.scratch)

    def train(self, corpus, topics, processes, *flags):
        """The lines of metrics.jsonl of a model that stays until the next one."""
        model = os.path.join(self.scratch, "model")
        program = os.path.join(self.bin_dir, "lightlda")
        command = [program] if processes == 1 else [os.path.join(ROOT, "scripts/run_local.sh"), "-n", str(processes),
                                                    "--program", program, "--"]
        command += [f"--corpus={corpus}", f"--model={model}", f"--num_topics={topics}", "--overwrite",
                    "--preview_interval=0", "--likelihood_interval=0", "--memory_budget=16G", *flags]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
        with open(os.path.join(model, "metrics.jsonl"), encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def completion(self, heldout):
        model = os.path.join(self.scratch, "model")
        score = self.corpora.run("lightlda-completion", f"--model={model}", f"--heldout={heldout}")
        return json.loads(score)["completion_log_likelihood_per_token"]


def speed(options, builds):
    print("| Mtokens/s | before | after | median ratio | least | most |\n|---|---|---|---|---|---|")
    for corpus, topics, iterations, skipped in SPEED:
        for shape, processes, threads in SHAPES:
            name = f"{corpus}, K = {topics}, {shape}"
            if options.only not in name:
                continue
            rates = {build.name: [] for build in builds}
            for _ in range(options.repeats):
                for build in builds:
                    lines = build.train(build.corpora.whole(corpus), topics, processes, "--growth_stages=0",
                                        f"--num_threads={threads}", f"--num_iterations={iterations}")
                    rates[build.name].append(statistics.median(m["tokens_per_second"] for m in lines[skipped:]) / 1e6)
            ratios = [after / before for before, after in zip(rates["before"], rates["after"])]
            print(f"| {name} | {statistics.median(rates['before']):.2f} | {statistics.median(rates['after']):.2f} | "
                  f"{statistics.median(ratios):.3f} | {min(ratios):.3f} | {max(ratios):.3f} |", flush=True)


def quality(options, builds):
    print("| seed by seed: joint / held-out at work | before | after | held-out gain, mean |\n|---|---|---|---|")
    for corpus, topics in QUALITY:
        name = f"{corpus}, K = {topics}"
        if options.only not in name:
            continue
        cells, heldout = {}, {}
        for build in builds:
            train, rest = build.corpora.parts(corpus)
            cells[build.name], heldout[build.name] = [], []
            for seed in (1, 2, 3):
                last = build.train(train, topics, 1, f"--seed={seed}", f"--num_iterations={QUALITY_ITERATIONS}")[-1]
                heldout[build.name].append(build.completion(rest))
                cells[build.name].append(f"{last['log_likelihood_per_token']:.3f} / {heldout[build.name][-1]:.3f} at "
                                         f"{last['work']:.1f}")
        gain = statistics.mean(heldout["after"]) - statistics.mean(heldout["before"])
        print(f"| {name} | {'; '.join(cells['before'])} | {'; '.join(cells['after'])} | {gain:+.4f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = {"speed": speed, "quality": quality}
    parser.add_argument("what", nargs="+", choices=known)
    parser.add_argument("--before", required=True, metavar="BIN_DIR")
    parser.add_argument("--after", required=True, metavar="BIN_DIR")
    parser.add_argument("--corpora", default=os.path.join(ROOT, "..", "shared", "corpora"))
    parser.add_argument("--scratch", default="")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="", metavar="TEXT")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        builds = [Build(name, os.path.abspath(getattr(options, name)), options, options.scratch or scratch)
                  for name in ("before", "after")]
        for what in options.what:
            known[what](options, builds)


if __name__ == "__main__":
    main()
