#!/usr/bin/env python3
"""Makes the figures of docs/performance.md that need no other system; tune_schedule.py has those of the growth schedule.

usage: bench/measure.py WHAT [--bin_dir=DIR] [--corpora=DIR] [--repeats=N]

WHAT is one or more of
  preprocess  speed and peak memory of lightlda-preprocess on JSON Lines
  quality     joint log-likelihood per token at given work
  heldout     held-out likelihood with growth and without, at convergence (takes a quarter of an hour)
  speed       tokens per second on one thread, and peak memory per token
  blocks      tokens per second by block size
  streamed    token state on disk, memory capped by a cgroup (needs root) at a quarter of what the run takes in memory
  large_k     K = 1,000, 100,000 and 1,000,000: tokens per second on one thread, and peak memory
  hashes      model_hash for threads 1, 2, 4 and a run that is interrupted and resumed

Peak memory is the largest resident set of the process, mapped files included.
"""
import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import split_uci  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Bench:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch

    def path(self, name):
        return os.path.join(self.scratch, name)

    def run(self, program, *args):
        """Runs a program; returns (wall seconds, stdout)."""
        command = [os.path.join(self.options.bin_dir, program), *args]
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.communicate()
        seconds = time.monotonic() - start
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{err}")
        return seconds, out

    def peak(self, program, *args):
        """Like run, in a child that reports its own child's peak memory."""
        reader, writer = os.pipe()
        if os.fork() == 0:
            result = self.run(program, *args)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
            os.write(writer, f"{result[0]} {peak}".encode())
            os._exit(0)
        os.wait()
        seconds, peak = os.read(reader, 100).split()
        os.close(reader)
        os.close(writer)
        return float(seconds), int(peak)

    def uci(self, folder, name):
        """A corpus directory made of a UCI corpus of the collection."""
        target = self.path(name)
        if not os.path.exists(target):
            source = os.path.join(self.options.corpora, folder)
            files = sorted(os.listdir(source))
            docword = next(f for f in files if f.startswith("docword"))
            vocab = next(f for f in files if f.startswith("vocab"))
            self.run("lightlda-preprocess", f"--input={source}/{docword}", f"--vocab={source}/{vocab}",
                     f"--output={target}")
        return target

    def train(self, corpus, topics, *flags, model="model"):
        """Returns the lines of metrics.jsonl and the manifest."""
        target = self.path(model)
        self.run("lightlda", f"--corpus={corpus}", f"--model={target}", f"--num_topics={topics}",
                 "--overwrite", "--preview_interval=0", *flags)
        return self.model(target)

    @staticmethod
    def model(target):
        with open(os.path.join(target, "metrics.jsonl"), encoding="utf-8") as lines:
            metrics = [json.loads(line) for line in lines]
        with open(os.path.join(target, "manifest.json"), encoding="utf-8") as manifest:
            return metrics, json.load(manifest)


def preprocess(bench):
    source = os.path.join(bench.options.corpora, "arxiv-abstracts-100k", "arxiv-abstracts-100k.jsonl.xz")
    text_bytes = int(subprocess.run(f"xz -dc '{source}' | wc -c", shell=True, check=True,
                                    capture_output=True).stdout)
    for times in (1, 10):
        runs = []
        for _ in range(bench.options.repeats if times == 1 else 1):
            runs.append(bench.peak("lightlda-preprocess", "--format=jsonl", "--overwrite",
                                   "--input=" + ",".join([source] * times), f"--output={bench.path('pre')}"))
        seconds = statistics.median(r[0] for r in runs)
        print(f"preprocess arxiv-abstracts-100k.jsonl.xz x {times}: {times * text_bytes / seconds / 1e6:.0f} MB/s, "
              f"{seconds:.1f} s, peak {max(r[1] for r in runs) / 1e6:.0f} MB")


def best_until(metrics, work):
    """The last likelihood at or before this much work."""
    return [m for m in metrics if m["work"] <= work and "log_likelihood_per_token" in m][-1]


def quality(bench):
    for folder, works in (("uci-nips-trimmed", (24, 40)), ("arxiv-abstracts-100k", (15, 25))):
        corpus = bench.uci(folder, folder)
        for steps in (2, 4):
            metrics, _ = bench.train(corpus, 1000, "--alpha=0.05", "--beta=0.01", f"--mh_steps={steps}",
                                     "--likelihood_interval=1", f"--num_iterations={works[-1]}")
            for work in works:
                at = best_until(metrics, work)
                print(f"quality {folder} K=1000 mh_steps={steps}: {at['log_likelihood_per_token']:.4f} "
                      f"at {at['work']:.1f} work")


def split(bench, folder, every):
    """Corpus directories of the training and the held-out documents of a UCI corpus."""
    source = os.path.join(bench.options.corpora, folder)
    docword = next(f for f in sorted(os.listdir(source)) if f.startswith("docword"))
    vocab = next(f for f in sorted(os.listdir(source)) if f.startswith("vocab"))
    parts = [bench.path(f"{folder}.{part}") for part in ("train", "heldout")]
    split_uci.split(os.path.join(source, docword), every, *[f"{part}.txt" for part in parts])
    for part in parts:
        bench.run("lightlda-preprocess", f"--input={part}.txt", f"--vocab={source}/{vocab}", "--overwrite",
                  f"--output={part}")
    return parts


def train_and_complete(bench, folder, parts, *flags):
    """Trains on one part and scores the other by document completion."""
    metrics, _ = bench.train(parts[0], 1000, "--alpha=0.05", "--likelihood_interval=0", *flags)
    out = bench.run("lightlda-completion", f"--model={bench.path('model')}", f"--heldout={parts[1]}")[1]
    print(f"{folder} K=1000 {' '.join(flags)}: work {metrics[-1]['work']:.0f}, joint "
          f"{metrics[-1]['log_likelihood_per_token']:.4f}, {out.strip()}")


def heldout(bench):
    for folder, every, iterations, runs in (
            ("uci-nips-trimmed", 10, 600, (("auto", 1),)),
            ("arxiv-abstracts-100k", 50, 300, (("auto", 1), ("auto", 2), ("auto", 3), ("4", 1)))):
        parts = split(bench, folder, every)
        for steps, seed in runs:
            for stages in ("0", "auto"):
                train_and_complete(bench, folder, parts, f"--growth_stages={stages}", f"--mh_steps={steps}",
                                   f"--seed={seed}", f"--num_iterations={iterations}")


def speed(bench):
    for folder in ("uci-nips-trimmed", "arxiv-abstracts-100k"):
        corpus = bench.uci(folder, folder)
        for steps in (1, 2, 4):
            rates = []
            for _ in range(bench.options.repeats):
                metrics, _ = bench.train(corpus, 1000, "--alpha=0.05", f"--mh_steps={steps}", "--num_threads=1",
                                         "--growth_stages=0", "--num_iterations=20", "--likelihood_interval=0")
                rates.append(statistics.median(m["tokens_per_second"] for m in metrics[5:]))
            _, peak = bench.peak("lightlda", f"--corpus={corpus}", f"--model={bench.path('m')}", "--overwrite",
                                 "--num_topics=1000", f"--mh_steps={steps}", "--num_iterations=3",
                                 "--growth_stages=0")
            tokens = metrics[-1]["active_tokens"]
            print(f"speed {folder} K=1000 mh_steps={steps}, 1 thread: {statistics.median(rates) / 1e6:.1f} "
                  f"Mtokens/s (median of {len(rates)} runs, {min(rates) / 1e6:.1f} to {max(rates) / 1e6:.1f}); "
                  f"peak {peak / 1e6:.0f} MB, {peak / tokens:.1f} bytes per token all told")


def blocks(bench):
    folder = "arxiv-abstracts-527k"
    source = os.path.join(bench.options.corpora, folder)
    docword, vocab = (next(f for f in sorted(os.listdir(source)) if f.startswith(kind)) for kind in ("docword", "vocab"))
    sizes = [1 << shift for shift in (17, 18, 19, 20, 21, 22, 24)]
    for size in sizes:
        bench.run("lightlda-preprocess", f"--input={source}/{docword}", f"--vocab={source}/{vocab}",
                  f"--block_tokens={size}", f"--output={bench.path(f'blocks{size}')}")
    rates = {size: [] for size in sizes}
    for _ in range(bench.options.repeats):
        for size in sizes:
            metrics, _ = bench.train(bench.path(f"blocks{size}"), 1000, "--alpha=0.05", "--mh_steps=2", "--num_threads=1",
                                     "--growth_stages=0", "--num_iterations=8", "--likelihood_interval=0")
            rates[size].append(statistics.median(m["tokens_per_second"] for m in metrics[3:]))
    for size in sizes:
        print(f"blocks {folder} K=1000 mh_steps=2, 1 thread, blocks of {size} tokens: "
              f"{statistics.median(rates[size]) / 1e6:.1f} Mtokens/s")


def cgroup(limit):
    """A cgroup whose processes together get `limit` bytes of memory, page cache included; None where there are none."""
    for top, limit_file in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        path = f"{top}/lightlda-{os.getpid()}"
        try:
            os.mkdir(path)
            with open(f"{path}/{limit_file}", "w", encoding="ascii") as file:
                file.write(str(limit))
            return path
        except OSError:
            if os.path.isdir(path):
                os.rmdir(path)
    return None


def capped_run(bench, limit, *command):
    """Runs a program with all its memory capped."""
    group = cgroup(limit)
    if group is None:
        sys.exit("streamed: cannot make a memory cgroup here")

    def enter():
        with open(f"{group}/cgroup.procs", "w", encoding="ascii") as file:
            file.write(str(os.getpid()))

    subprocess.run([os.path.join(bench.options.bin_dir, command[0]), *command[1:]], check=True, preexec_fn=enter,
                   stderr=subprocess.DEVNULL)
    os.rmdir(group)


def streamed(bench):
    folder = "arxiv-abstracts-527k"
    corpus = bench.uci(folder, folder)
    flags = (f"--corpus={corpus}", "--num_topics=1000", "--alpha=0.05", "--mh_steps=2", "--num_threads=1",
             "--growth_stages=0", "--num_iterations=10", "--likelihood_interval=0", "--preview_interval=0",
             "--overwrite")
    rates = {"memory": [], "disk": []}
    found = set()
    for _ in range(bench.options.repeats):
        _, peak = bench.peak("lightlda", *flags, f"--model={bench.path('memory')}")
        limit = peak // 4
        capped_run(bench, limit, "lightlda", *flags, f"--memory_budget={limit // 1024}K", f"--model={bench.path('disk')}")
        for name, values in rates.items():
            metrics, manifest = bench.model(bench.path(name))
            values.append(statistics.median(m["tokens_per_second"] for m in metrics[3:]))
            found.add(manifest["model_hash"])
    memory, disk = (statistics.median(rates[name]) for name in ("memory", "disk"))
    print(f"streamed {folder} K=1000 mh_steps=2, 1 thread: in memory {memory / 1e6:.1f} Mtokens/s at {peak / 1e6:.0f} MB; "
          f"capped at {limit / 1e6:.0f} MB {disk / 1e6:.1f} Mtokens/s, {disk / memory:.2f} of it; "
          f"{'the same model' if len(found) == 1 else 'DIFFERENT MODELS'}")


def large_k(bench):
    folder = "arxiv-abstracts-527k"
    corpus = bench.uci(folder, folder)
    for topics, iterations in ((1000, 20), (100_000, 20), (1_000_000, 12)):
        flags = (f"--corpus={corpus}", f"--num_topics={topics}", f"--alpha={50 / topics}", "--mh_steps=1",
                 "--num_threads=1", "--growth_stages=0", f"--num_iterations={iterations}", "--likelihood_interval=0",
                 "--preview_interval=0", "--overwrite", "--memory_budget=20G", f"--model={bench.path('m')}")
        _, peak = bench.peak("lightlda", *flags)
        metrics, _ = bench.model(bench.path("m"))
        rate = statistics.median(m["tokens_per_second"] for m in metrics[5:])
        print(f"large_k {folder} K={topics} mh_steps=1, 1 thread: {rate / 1e6:.1f} Mtokens/s, peak {peak / 1e6:.0f} MB")


def hashes(bench):
    corpus = bench.uci("uci-nips-trimmed", "uci-nips-trimmed")
    flags = ("--alpha=0.05", "--num_iterations=60")
    found = {}
    for threads in (1, 2, 4):
        found[f"{threads} threads"] = bench.train(corpus, 1000, *flags, f"--num_threads={threads}")[1]["model_hash"]
    target = bench.path("stopped")
    command = [os.path.join(bench.options.bin_dir, "lightlda"), f"--corpus={corpus}", f"--model={target}",
               "--num_topics=1000", "--resume=auto", *flags]
    process = subprocess.Popen([*command, "--num_threads=2"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    print(f"interrupted run: exit {process.wait()}, after iteration {bench.model(target)[0][-1]['iteration']}")
    subprocess.run([*command, "--num_threads=1"], stderr=subprocess.DEVNULL, check=True)
    found["interrupted with 2 threads, resumed with 1"] = bench.model(target)[1]["model_hash"]
    for name, value in found.items():
        print(f"model_hash {name}: {value}")
    if len(set(found.values())) != 1:
        sys.exit("the hashes differ")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = {f.__name__: f for f in (preprocess, quality, heldout, speed, blocks, streamed, large_k, hashes)}
    parser.add_argument("what", nargs="+", choices=known)
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build", "bench", "bin"))
    parser.add_argument("--corpora", default=os.path.join(ROOT, "..", "shared", "corpora"))
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for what in options.what:
            known[what](Bench(options, scratch))


if __name__ == "__main__":
    main()
