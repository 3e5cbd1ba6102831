#!/usr/bin/env python3
"""Makes the figures of docs/lab that need several processes; all of them run on this machine.

usage: bench/cluster.py WHAT [--bin_dir=DIR] [--corpora=DIR] [--scratch=DIR] [--repeats=N]

WHAT is one or more of
  hashes      model_hash for 1 to 4 processes x 1 and 2 threads x 0 to 2 server processes, over ipc and tcp
  lab         the same across network namespaces (needs root)
  staleness   likelihood after the same work at staleness 0, 1 and 4
  throughput  2 processes x 1 thread against 1 process x 2 threads, interleaved; and bytes on the wire
  straggler   one process stopped for 5 s: what the others lose at staleness 0 and 4
  cuts        100 TCP connections cut during training (needs root and `ss -K`)

--corpora has the raw corpora uci-kos and arxiv-abstracts-100k, -527k; prepared ones are kept in --scratch. --names and
--num_topics take some of those of hashes, lab and staleness.
"""
import argparse
import itertools
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

class Cluster:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.number = 0

    def corpus(self, name):
        """A prepared corpus directory, made on first use."""
        directory = os.path.join(self.options.scratch or self.scratch, name)
        if not os.path.exists(os.path.join(directory, "manifest.json")):
            source = os.path.join(self.options.corpora, name)
            docword, vocab = (next(f for f in sorted(os.listdir(source)) if f.startswith(part))
                              for part in ("docword", "vocab"))
            subprocess.run([os.path.join(self.options.bin_dir, "lightlda-preprocess"), f"--output={directory}",
                            f"--input={source}/{docword}", f"--vocab={source}/{vocab}"], check=True,
                           stderr=subprocess.DEVNULL)
        return directory

    def command(self, processes, threads, flags, lab=False):
        """(the command that trains, the model it writes)"""
        self.number += 1
        model = os.path.join(self.scratch, f"model{self.number}")
        program = os.path.join(self.options.bin_dir, "lightlda")
        own = [f"--model={model}", f"--num_threads={threads}", "--preview_interval=0", *flags]
        if processes == 1:
            return [program, *own], model
        if lab:
            return [os.path.join(ROOT, "scripts/lab.sh"), "run", "-np", str(processes), "--", program, *own], model
        return [os.path.join(ROOT, "scripts/run_local.sh"), "-n", str(processes), "--threads", str(threads),
                "--program", program, "--", *own], model

    def start(self, processes, threads, flags, lab=False):
        command, model = self.command(processes, threads, flags, lab)
        environment = dict(os.environ, LIGHTLDA_BENCH=model)
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment), model

    def train(self, processes, threads, flags, lab=False, look=None):
        """Trains; returns (manifest, lines of metrics). The model is removed, after look(model)."""
        process, model = self.start(processes, threads, flags, lab)
        return self.finish(process, model, look)

    def finish(self, process, model, look=None):
        _, err = process.communicate()
        if process.returncode != 0:
            sys.exit(f"{' '.join(process.args)}: exit {process.returncode}\n{err[-2000:]}")
        with open(os.path.join(model, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        with open(os.path.join(model, "metrics.jsonl"), encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        if look:
            look(model)
        shutil.rmtree(model)
        return manifest, lines


def flags(corpus, topics, iterations, *more):
    return [f"--corpus={corpus}", f"--num_topics={topics}", f"--num_iterations={iterations}", "--seed=1",
            "--likelihood_interval=0", *more]


def shapes():
    """(processes, server processes) that leave a worker."""
    return [(p, s) for p in (1, 2, 3, 4) for s in (0, 1, 2) if s < p]


def compare(cluster, name, topics, iterations, runs):
    """runs: (processes, threads, flags, lab)"""
    corpus = cluster.corpus(name)
    expected = cluster.train(1, 1, flags(corpus, topics, iterations))[0]["model_hash"]
    different = []
    for processes, threads, more, lab in runs:
        found = cluster.train(processes, threads, flags(corpus, topics, iterations, *more), lab)[0]["model_hash"]
        if found != expected:
            different.append((processes, threads, more, found))
    print(f"{name} K={topics}: {expected} in {len(runs) + 1 - len(different)} of {len(runs) + 1} runs"
          + "".join(f"\n  differs: {run}" for run in different), flush=True)


def cases(cluster, iterations):
    """(corpus, K, iterations) of those asked for; iterations: {corpus: iterations}"""
    for name, count in iterations.items():
        if not cluster.options.names or name in cluster.options.names.split(","):
            for topics in map(int, cluster.options.num_topics.split(",")):
                yield name, topics, count


def hashes(cluster):
    runs = [(p, t, [f"--server_processes={s}", f"--transport={transport}"], False)
            for p, s in shapes() for t in (1, 2) for transport in ("ipc", "tcp")
            if p > 1 or (t, transport) == (2, "ipc")]
    for name, topics, iterations in cases(cluster, {"uci-kos": 10, "arxiv-abstracts-100k": 3}):
        compare(cluster, name, topics, iterations, runs)


def lab(cluster):
    script = os.path.join(ROOT, "scripts/lab.sh")
    runs = [(p, t, [f"--server_processes={s}"], True) for p, s in shapes() if p > 1 for t in (1, 2)]
    subprocess.run([script, "up", "4"], check=True)
    try:
        for name, topics, iterations in cases(cluster, {"uci-kos": 10, "arxiv-abstracts-100k": 3}):
            compare(cluster, name, topics, iterations, runs)
    finally:
        subprocess.run([script, "down"], check=True)


def staleness(cluster):
    iterations = {"uci-kos": 50, "arxiv-abstracts-100k": 20, "arxiv-abstracts-527k": 10}
    for (name, topics, count), processes in itertools.product(cases(cluster, iterations), (2, 4)):
        exact, found = 0, []
        for stale in (0, 1, 4):
            common = flags(cluster.corpus(name), topics, count, f"--staleness={stale}")
            manifest, lines = cluster.train(processes, 1, common)
            value = lines[-1]["log_likelihood_per_token"]
            exact = exact or value
            used = manifest["settings"]["staleness"]  # none where topics have few tokens
            # Log-likelihoods are negative: a plus is a better model.
            found.append(f"staleness {stale}{'' if used == stale else f' (used: {used})'}: {value:.4f} "
                         f"({100 * (1 - value / exact):+.2f} %)")
        print(f"{name} K={topics}, {processes} processes: " + ", ".join(found), flush=True)


def steady_rate(lines):
    """Tokens per second over the iterations on all documents, but the first."""
    full = [line for line in lines if line["active_tokens"] == lines[-1]["active_tokens"]]
    tokens = (len(full) - 1) * full[-1]["active_tokens"]
    return tokens / (full[-1]["seconds"] - full[0]["seconds"])


def throughput(cluster):
    common = flags(cluster.corpus("arxiv-abstracts-527k"), 1000, 15)
    kinds = {"1 process x 2 threads": (1, 2, []), "2 x 1, staleness 1": (2, 1, ["--staleness=1"]),
             "2 x 1, staleness 0": (2, 1, ["--staleness=0"])}
    rates = {kind: [] for kind in kinds}
    last, sizes = {}, {}
    for _ in range(cluster.options.repeats):
        for kind, (processes, threads, more) in kinds.items():
            _, lines = cluster.train(processes, threads, common + more, look=lambda path: sizes.update(summary(cluster, path)))
            rates[kind].append(steady_rate(lines))
            last[kind] = lines[-1]
    base = rates["1 process x 2 threads"]
    for kind, values in rates.items():
        ratios = [value / one for value, one in zip(values, base)]
        line = last[kind]
        wire = f", {line['exchanged_bytes_per_token']:.3f} bytes per token, waiting {line['waiting_share']:.2f}" \
            if "exchanged_bytes_per_token" in line else ""
        print(f"{kind}: {statistics.median(values) / 1e6:.1f} Mtok/s, ratio {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f}){wire}", flush=True)
    # What other encodings of the rows would take, if each of two processes pulled once per iteration the half that the
    # other has, and pushed nothing.
    for what, size in (("dense, 4 bytes per count", 4 * sizes["num_words"] * sizes["num_topics"]),
                       ("plain, 4 + 4 bytes per non-zero count", 8 * sizes["non_zero_counts"]),
                       ("as they are packed", sizes["packed_bytes"])):
        print(f"rows {what}, pulled alone: {size / sizes['num_tokens']:.3f} bytes per token", flush=True)


def summary(cluster, model):
    program = os.path.join(cluster.options.bin_dir, "lightlda-dump")
    out = subprocess.run([program, "summary", f"--model={model}", "--format=json"], check=True, capture_output=True)
    return json.loads(out.stdout)


def pids(model):
    """The lightlda processes of a run, by rank."""
    found = {}
    for pid in os.listdir("/proc"):
        try:
            with open(f"/proc/{pid}/environ", encoding="utf-8", errors="replace") as file:
                environment = dict(pair.split("=", 1) for pair in file.read().split("\0") if "=" in pair)
            with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
                name = file.read().strip()
        except (OSError, ValueError):
            continue
        if name == "lightlda" and environment.get("LIGHTLDA_BENCH") == model:
            found[int(environment.get("OMPI_COMM_WORLD_RANK", 0))] = int(pid)
    return [found[rank] for rank in sorted(found)]


def wait_for_iteration(process, model, iteration):
    log = os.path.join(model, "metrics.jsonl")
    while process.poll() is None:
        if os.path.exists(log):
            with open(log, encoding="utf-8") as file:
                if sum(1 for _ in file) >= iteration:
                    return
        time.sleep(0.02)


def straggler(cluster):
    """Of two workers, with a dedicated server, one is stopped for 5 s after iteration 5, when rows have just become stale and
    neither has run ahead of the other yet. What the other loses up to iteration 14, against a run without a stop, is the figure: the run's end has to
    wait for the first in any case, and a process that hosts a shard holds up everybody who wants rows of it, whatever the
    staleness."""
    stopped_at, until = 5, 14
    for stale in (0, 4):
        common = flags(cluster.corpus("arxiv-abstracts-527k"), 1000, until + 2, f"--staleness={stale}", "--growth_stages=0",
                       "--server_processes=1")
        lost = []
        for _ in range(cluster.options.repeats):
            seconds = {}
            for stop in (False, True):
                process, model = cluster.start(3, 1, common)
                if stop:
                    wait_for_iteration(process, model, stopped_at)
                    victim = pids(model)[1]
                    os.kill(victim, signal.SIGSTOP)
                    time.sleep(5)
                    os.kill(victim, signal.SIGCONT)
                ends = [line["seconds"] for line in cluster.finish(process, model)[1]]
                seconds[stop] = ends[until - 1] - ends[stopped_at - 1]
            lost.append(seconds[True] - seconds[False])
        print(f"2 workers, one stopped for 5 s, staleness {stale}: the other loses {statistics.median(lost):.1f} s "
              f"({min(lost):.1f} to {max(lost):.1f}); counts add up", flush=True)


def connections(processes):
    """TCP connections between the processes, as (source port, destination port)."""
    out = subprocess.run(["ss", "-tnpH", "state", "established"], capture_output=True, text=True, check=True).stdout
    ends = re.findall(r"\S+:(\d+)\s+\S+:(\d+)\s+users:\(\(\"lightlda\",pid=(\d+)", out)
    ours = {(source, target) for source, target, pid in ends if int(pid) in processes}
    return sorted((source, target) for source, target in ours if (target, source) in ours)


def cuts(cluster):
    common = flags(cluster.corpus("arxiv-abstracts-100k"), 100, 150, "--transport=tcp")
    expected = cluster.train(1, 2, common)[0]["model_hash"]
    process, model = cluster.start(2, 1, common)
    wait_for_iteration(process, model, 3)
    processes = pids(model)
    done = 0
    while process.poll() is None and done < 100:
        found = connections(processes)
        if found:
            source, target = found[done % len(found)]
            subprocess.run(["ss", "-K", "-tn", f"sport = :{source} and dport = :{target}"], capture_output=True,
                           check=True)
            done += 1
        time.sleep(0.05)
    manifest, _ = cluster.finish(process, model)
    same = "equal" if manifest["model_hash"] == expected else "DIFFERENT"
    print(f"arxiv-abstracts-100k K=100: {done} connections cut, model {same}", flush=True)


WHAT = {function.__name__: function for function in (hashes, lab, staleness, throughput, straggler, cuts)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="+", choices=WHAT)
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build/bench/bin"))
    parser.add_argument("--corpora", default=os.path.join(ROOT, "../shared/corpora"))
    parser.add_argument("--scratch", default="", help="where prepared corpora are kept; default: nowhere")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--names", default="", help="of corpora; default: all")
    parser.add_argument("--num_topics", default="100,1000")
    options = parser.parse_args()
    if options.scratch:
        os.makedirs(options.scratch, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lightlda-cluster-") as scratch:
        for what in options.what:
            print(f"-- {what}", flush=True)
            WHAT[what](Cluster(options, scratch))


if __name__ == "__main__":
    main()
