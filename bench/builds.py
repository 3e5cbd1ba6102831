#!/usr/bin/env python3
"""Compares two builds of lightlda, run in turn on this machine: what a change costs, and whether its models are as good.

usage: bench/builds.py WHAT --before=BIN_DIR --after=BIN_DIR [--corpora=DIR] [--scratch=DIR] [--repeats=N] [--seeds=1,2,3]
    [--only=TEXT] [--no_growth]

WHAT is one or more of
  speed    million tokens sampled per second, growth off, by corpus, K, threads and processes; ratios are of --repeats pairs
  quality  work, joint and held-out likelihood of default runs, --seeds; held-out by document completion
  hashes   model_hash of both builds: K, both draws, threads, processes, streamed, stopped and resumed. Exits 1 if one
           differs. Where the levels of growth changed between the builds, --no_growth takes it off

Each build reads the corpora with its own lightlda-preprocess, since formats may differ. Prepared corpora are kept in
--scratch. --only takes the rows whose name contains TEXT.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tune_schedule  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# (corpus, K, iterations, of which so many do not count)
SPEED = (("nips", 100, 40, 5), ("nips", 1000, 40, 5), ("arxiv527k", 1000, 10, 3))
SHAPES = (("1 thread", 1, 1), ("2 threads", 1, 2), ("2 processes", 2, 1))  # (name, processes, threads of each)
QUALITY = [(corpus, topics) for corpus in ("nips", "reuters", "arxiv100k") for topics in (100, 1000)]
QUALITY_ITERATIONS = 50
# (name, corpus, K, processes, flags), of models that are a function of those alone.
HASHES = (
    ("proposals", "kos", 50, 1, ("--mh_steps=2", "--num_threads=1")),
    ("full conditionals", "kos", 50, 1, ("--mh_steps=0", "--num_threads=2")),
    ("full conditionals", "nips", 100, 1, ("--mh_steps=0", "--num_threads=1")),
    ("5 proposals", "nips", 100, 1, ("--mh_steps=5", "--num_threads=2")),
    ("auto", "nips", 1000, 1, ("--num_threads=1",)),
    ("auto", "nips", 1000, 1, ("--num_threads=2",)),
    ("auto", "kos", 70_000, 1, ("--num_threads=2",)),
    ("proposals", "kos", 1000, 2, ("--mh_steps=2", "--num_threads=1")),
    ("full conditionals", "kos", 100, 2, ("--mh_steps=0", "--num_threads=2")),
    ("proposals", "kos", 100, 3, ("--mh_steps=1", "--num_threads=1")),
    ("full conditionals", "kos", 50, 4, ("--mh_steps=0", "--num_threads=1")),
    ("auto, a server of its own", "kos", 70_000, 3, ("--server_processes=1", "--num_threads=1")),
    ("staleness 1 of one worker", "kos", 10, 2, ("--staleness=1", "--server_processes=1", "--num_threads=1")),
    ("the same, proposals", "kos", 10, 2,
     ("--staleness=1", "--server_processes=1", "--num_threads=1", "--mh_steps=2")),
    ("proposals, streamed", "nips", 1000, 1, ("--mh_steps=4", "--num_threads=2", "--memory_budget=45M")),
    ("full conditionals, streamed", "nips", 100, 1, ("--mh_steps=0", "--num_threads=2", "--memory_budget=30M")),
    ("proposals, streamed", "nips", 100, 2, ("--mh_steps=2", "--num_threads=1", "--memory_budget=155M")),
    ("proposals, stopped and resumed", "nips", 1000, 1, ("--mh_steps=2", "--num_threads=2", "STOP")),
    ("full conditionals, stopped and resumed", "kos", 100, 2, ("--mh_steps=0", "--num_threads=1", "STOP")),
)
HASH_ITERATIONS = 14  # more than exchange twice at the beginning of a stage
STOP_SECONDS = 1.5


class Build:
    """The programs of one build, and what they made of the corpora."""

    def __init__(self, name, bin_dir, options, scratch):
        self.name, self.bin_dir = name, bin_dir
        self.scratch = os.path.join(scratch, name)
        os.makedirs(self.scratch, exist_ok=True)
        self.corpora = tune_schedule.Tuner(
            argparse.Namespace(bin_dir=bin_dir, corpora=options.corpora, run_with=""), self.scratch)

    def train(self, corpus, topics, processes, *flags, stop=False):
        """The lines of metrics.jsonl of a model that stays until the next one. stop: interrupts the run, and resumes."""
        model = self.model
        program = os.path.join(self.bin_dir, "lightlda")
        command = [program] if processes == 1 else [os.path.join(ROOT, "scripts/run_local.sh"), "-n", str(processes),
                                                    "--program", program, "--"]
        command += [f"--corpus={corpus}", f"--model={model}", f"--num_topics={topics}", "--overwrite",
                    "--preview_interval=0", "--likelihood_interval=0", "--memory_budget=16G", *flags]
        if stop:
            running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            time.sleep(STOP_SECONDS)
            running.send_signal(signal.SIGINT)
            if running.wait() != 75:
                sys.exit(f"{' '.join(command)}: not stopped but exit {running.returncode}")
            command += ["--resume=yes"]
            command.remove("--overwrite")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
        with open(os.path.join(model, "metrics.jsonl"), encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    @property
    def model(self):
        return os.path.join(self.scratch, "model")

    def manifest(self):
        with open(os.path.join(self.model, "manifest.json"), encoding="utf-8") as file:
            return json.load(file)

    def completion(self, heldout):
        score = self.corpora.run("lightlda-completion", f"--model={self.model}", f"--heldout={heldout}")
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
            for seed in map(int, options.seeds.split(",")):
                last = build.train(train, topics, 1, f"--seed={seed}", f"--num_iterations={QUALITY_ITERATIONS}")[-1]
                heldout[build.name].append(build.completion(rest))
                cells[build.name].append(f"{last['log_likelihood_per_token']:.3f} / {heldout[build.name][-1]:.3f} at "
                                         f"{last['work']:.1f}")
        gain = statistics.mean(heldout["after"]) - statistics.mean(heldout["before"])
        print(f"| {name} | {'; '.join(cells['before'])} | {'; '.join(cells['after'])} | {gain:+.4f} |", flush=True)


def hashes(options, builds):
    print("| model | growth | before | after | |\n|---|---|---|---|---|")
    different = 0
    for what, corpus, topics, processes, flags in HASHES:
        name = f"{corpus}, K = {topics}, {processes} processes, {what}: {' '.join(f for f in flags if f != 'STOP')}"
        if options.only not in name:
            continue
        found = []
        for build in builds:
            more = [f for f in flags if f != "STOP"] + (["--growth_stages=0"] if options.no_growth else [])
            build.train(build.corpora.whole(corpus), topics, processes, f"--num_iterations={HASH_ITERATIONS}", *more,
                        stop="STOP" in flags)
            found.append(build.manifest()["model_hash"])
        same = found[0] == found[1]
        different += 0 if same else 1
        print(f"| {name} | {'off' if options.no_growth else 'auto'} | {found[0]} | {found[1]} | "
              f"{'same' if same else 'DIFFERENT'} |", flush=True)
    if different > 0:
        sys.exit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = {"speed": speed, "quality": quality, "hashes": hashes}
    parser.add_argument("what", nargs="+", choices=known)
    parser.add_argument("--before", required=True, metavar="BIN_DIR")
    parser.add_argument("--after", required=True, metavar="BIN_DIR")
    parser.add_argument("--corpora", default=os.path.join(ROOT, "..", "shared", "corpora"))
    parser.add_argument("--scratch", default="")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--no_growth", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        builds = [Build(name, os.path.abspath(getattr(options, name)), options, options.scratch or scratch)
                  for name in ("before", "after")]
        for what in options.what:
            known[what](options, builds)


if __name__ == "__main__":
    main()
