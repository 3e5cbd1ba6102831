#!/usr/bin/env python3
"""Sets lightlda side by side with other systems: same corpus, same priors (alpha 50/K a topic, beta 0.01), one
thread, runs in turn.

usage: bench/compare.py WHAT... --peers=DIR --corpora=DIR [--workloads=NAME,...] [--repeats=N] [flags]

WHAT is one or more of
  throughput  tokens per second, one proposal of each kind per token and iteration, no growth
  targets     seconds of training to joint log-likelihoods per token, lightlda as it trains by default
  heldout     both trained on a part of the documents up to the same likelihood; the rest is scored by document
              completion
  plots       likelihood against seconds as SVG, of what targets has measured
  report      the tables of all that was measured so far
Medians over the repeats go to standard output as tables, everything to WORK/results/*.json.

--peers has the programs of the other systems (bench/peers/README.md), --corpora a folder of UCI corpora (docs/lab/README.md
names them), --wrap a command to put before training runs, such as "taskset -c 0". Inputs and likelihoods of the other
systems are made once and kept in --work.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

from peers.inputs import Inputs, count_topics
from peers.systems import Ours, Run, all_peers, fail

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Workload:
    """A corpus, K, and per target the likelihood and the system it is known from. peers: iterations of each."""

    def __init__(self, title, corpus, topics, our_iterations, targets, peers):
        self.title, self.corpus, self.topics = title, corpus, topics
        self.our_iterations, self.targets, self.peers = our_iterations, targets, peers


WORKLOADS = {
    "nips-k100": Workload("UCI NIPS, K = 100", "nips", 100, 100, [(-8.33, "tomotopy"), (-8.20, "Mallet")],
                          {"WarpLDA": 300, "Mallet": 120, "tomotopy": 80}),
    "nips-k1000": Workload("UCI NIPS, K = 1,000", "nips", 1000, 100,
                           [(-8.43, "WarpLDA"), (-8.35, "Mallet"), (-8.10, "Mallet")],
                           {"WarpLDA": 300, "Mallet": 100, "tomotopy": 32}),
    "nips-k10000": Workload("UCI NIPS, K = 10,000", "nips", 10000, 100, [(-8.96, "WarpLDA"), (-8.77, "Mallet")],
                            {"WarpLDA": 400, "Mallet": 40}),
    "arxiv100k-k1000": Workload("arXiv 100k, K = 1,000", "arxiv100k", 1000, 100, [(-9.531, "WarpLDA")],
                                {"WarpLDA": 200}),
    "arxiv527k-k1000": Workload("arXiv 527k, K = 1,000", "arxiv527k", 1000, 20, [(-9.593, "WarpLDA")],
                                {"WarpLDA": 200}),
}
# Likelihoods of others are quoted to three decimals: the half of the last one is theirs.
ROUNDING = 0.0005
SEEDS = (1, 2, 3)  # of lightlda's runs for held-out likelihoods
CONTENDER = 1.5  # times the best one's seconds
PLOTTED = 2.0  # below the lowest target
# Workloads of `throughput`: iterations, and how many of them come before those that are timed.
THROUGHPUT = {"nips-k100": (40, 20), "nips-k1000": (40, 20), "nips-k10000": (40, 20), "arxiv527k-k1000": (10, 5)}


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    print("\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n", flush=True)


def say(message):
    print(message, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, options):
        self.options = options
        self.ours = Ours(options.bin_dir)
        self.peers = all_peers(options.peers)
        self.inputs = Inputs(options.work, options.corpora, self.ours, self.peers)
        for folder in ("", "traces", "results", "curves", "plots"):
            os.makedirs(self.path(folder), exist_ok=True)

    def path(self, *names):
        return os.path.join(self.options.work, *names)

    def keep(self, what, name, result):
        with open(self.path("results", f"{what}-{name}.json"), "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
        return result

    def once(self, name, make):
        """The JSON of traces/name.json, made by `make` if there is none."""
        path = self.path("traces", name + ".json")
        if not os.path.exists(path):
            result = make()
            with open(path + ".part", "w", encoding="utf-8") as file:
                json.dump(result, file)
            os.rename(path + ".part", path)
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def trace(self, peer, folder, workload):
        """The likelihoods of a peer's run by iteration, kept for good: the run takes the same steps every time."""
        iterations = workload.peers[peer]

        def make():
            say(f"{workload.title}: likelihoods of {peer}")
            return self.peers[peer].run(folder, workload.topics, iterations, self.options.wrap,
                                        likelihoods=True).__dict__
        run = Run()
        run.__dict__.update(self.once(f"{peer}-{os.path.basename(folder)}-k{workload.topics}-{iterations}", make))
        return run

    def train(self, folder, workload, iterations, likelihoods=False, **more):
        return self.ours.run(f"{folder}/ours", workload.topics, iterations, self.options.wrap, self.path("model"),
                             likelihoods, **more)


def rate(run, first):
    """Tokens per second over the corpus's tokens: the reciprocal of the median time of iterations after `first`."""
    times = [b - a for a, b in zip(run.seconds[first - 1:], run.seconds[first:])]
    return 1 / statistics.median(times)


def throughput(bench, name, workload):
    if name not in THROUGHPUT:
        return
    iterations, first = THROUGHPUT[name]
    folder = bench.inputs.whole(workload.corpus, ["WarpLDA"])
    warplda, wrap = bench.peers["WarpLDA"], bench.options.wrap
    rates = {"lightlda": [], "WarpLDA": [], "WarpLDA without likelihood": []}
    for repeat in range(bench.options.repeats):
        say(f"{workload.title}: throughput, run {repeat + 1}")
        run, metrics = bench.train(folder, workload, iterations, flags=("--mh_steps=1", "--growth_stages=0"))
        tokens = metrics[-1]["active_tokens"]
        rates["lightlda"].append(tokens * rate(run, first))
        for label, likelihoods in (("WarpLDA", True), ("WarpLDA without likelihood", False)):
            run = warplda.run(folder, workload.topics, iterations, wrap, likelihoods)
            rates[label].append(tokens * rate(run, first))
    bench.keep("throughput", name, {"workload": name, "tokens_per_second": rates})


def report_throughput(results):
    rows = []
    for result in results:
        rates = result["tokens_per_second"]
        ours = statistics.median(rates["lightlda"])
        row = [WORKLOADS[result["workload"]].title, f"{ours / 1e6:.1f}"]
        for label in list(rates)[1:]:
            ratios = [a / b for a, b in zip(rates["lightlda"], rates[label])]
            row += [f"{statistics.median(rates[label]) / 1e6:.1f}", f"{statistics.median(ratios):.2f}"]
        rows.append(row + [len(rates["lightlda"])])
    markdown(["Mtokens/s, one proposal of each kind", "lightlda", "WarpLDA", "ratio", "without likelihood", "ratio",
              "runs"], rows)


def our_trace(bench, folder, workload, **more):
    """Likelihoods by full iteration, the metrics, and the full iterations that each target takes."""
    say(f"{workload.title}: likelihoods of lightlda")
    run, metrics = bench.train(folder, workload, workload.our_iterations, True, **more)
    counts = [run.first_at(target) for target, _ in workload.targets]
    if None in counts:
        fail(f"{workload.title}: lightlda has not reached every target after {workload.our_iterations} iterations")
    return run, metrics, counts


def targets(bench, name, workload):
    folder = bench.inputs.whole(workload.corpus, workload.peers)
    traces = {peer: bench.trace(peer, folder, workload) for peer in workload.peers}
    our_run, metrics, our_counts = our_trace(bench, folder, workload)
    with open(bench.path("curves", f"{name}-lightlda.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in metrics)
    work = [line["work"] for line in metrics[-len(our_run.seconds):]]
    points = [{"target": target, "known_from": known_from,
               "lightlda": {"iterations": count, "work": work[count - 1], "seconds": []},
               "peers": {peer: {"iterations": trace.first_at(target - ROUNDING), "seconds": []}
                         for peer, trace in traces.items() if trace.first_at(target - ROUNDING)}}
              for (target, known_from), count in zip(workload.targets, our_counts)]
    for repeat in range(bench.options.repeats):
        say(f"{workload.title}: seconds, run {repeat + 1}")
        time_ours(bench, folder, workload, points)
        for peer in workload.peers if repeat == 0 else contenders(points):
            curve = bench.path("curves", f"{name}-{peer}.log")
            whole = not os.path.exists(curve)
            run = time_peer(bench, peer, folder, workload, points, whole)
            if whole:
                write_curve(curve, run, traces[peer])
    bench.keep("targets", name, {"workload": name, "points": points})


def time_ours(bench, folder, workload, points):
    run, metrics = bench.train(folder, workload, max(point["lightlda"]["iterations"] for point in points))
    if metrics[-1]["log_likelihood_per_token"] < max(point["target"] for point in points):
        fail(f"{workload.title}: lightlda took other steps when timed than when its likelihoods were computed")
    for point in points:
        point["lightlda"]["seconds"].append(run.seconds[point["lightlda"]["iterations"] - 1])


def time_peer(bench, peer, folder, workload, points, whole):
    """Runs a peer up to the last target it reaches, or, for its curve, for all its iterations."""
    reached = [point["peers"][peer] for point in points if peer in point["peers"]]
    iterations = workload.peers[peer] if whole or not reached else max(at["iterations"] for at in reached)
    run = bench.peers[peer].run(folder, workload.topics, iterations, bench.options.wrap)
    for at in reached:
        at["seconds"].append(run.seconds[at["iterations"] - 1])
    return run


def contenders(points):
    """Who was the best, or not far behind it, at some target in the first run. Others are timed once."""
    close = set()
    for point in points:
        first = {peer: at["seconds"][0] for peer, at in point["peers"].items()}
        close |= {peer for peer, seconds in first.items() if seconds <= CONTENDER * min(first.values())}
    return sorted(close)


def write_curve(path, run, trace):
    """Seconds of a timed run with the likelihoods of the trace."""
    with open(path, "w", encoding="utf-8") as file:
        for i, (seconds, likelihood) in enumerate(zip(run.seconds, trace.likelihoods)):
            file.write(f"iter {i + 1} train_s {seconds:.6f} ll {likelihood:.6f}\n")


def report_targets(results):
    rows = []
    for result in results:
        for point in result["points"]:
            ours = point["lightlda"]
            seconds = {peer: statistics.median(at["seconds"]) for peer, at in point["peers"].items()}
            best = min(seconds, key=seconds.get)
            ratios = [theirs / mine for theirs, mine in zip(point["peers"][best]["seconds"], ours["seconds"])]
            cells = [f"{seconds[p]:.1f} ({point['peers'][p]['iterations']})" if p in seconds else ""
                     for p in ("WarpLDA", "Mallet", "tomotopy")]
            rows.append([WORKLOADS[result["workload"]].title, point["target"], *cells,
                         f"{statistics.median(ours['seconds']):.2f} ({ours['work']:.1f})", best,
                         f"{statistics.median(ratios):.1f}", len(ours["seconds"])])
    markdown(["seconds to a joint log-likelihood per token", "target", "WarpLDA (iterations)", "Mallet", "tomotopy",
              "lightlda (work)", "best other", "ratio", "runs"], rows)


def heldout(bench, name, workload):
    folder, rest = bench.inputs.split(workload.corpus, {peer for _, peer in workload.targets})
    ours = [our_heldout(bench, folder, rest, workload, seed) for seed in SEEDS]
    points = [{"target": target, "peer": peer, "ours": [runs[index] for runs in ours],
               "theirs": peer_heldout(bench, peer, folder, rest, workload, target)}
              for index, (target, peer) in enumerate(workload.targets)]
    bench.keep("heldout", name, {"workload": name, "end": [runs[-1] for runs in ours], "points": points})


def our_heldout(bench, folder, rest, workload, seed):
    """Full iterations, joint and held-out likelihood at each target and at the end of the whole run."""
    def score(iterations, joint):
        return {"seed": seed, "iterations": iterations, "joint": joint,
                "heldout": bench.ours.complete(f"{rest}/ours", f"--model={bench.path('model')}")}

    run, _, counts = our_trace(bench, folder, workload, seed=seed)
    end = score(workload.our_iterations, run.likelihoods[-1])
    results = []
    for count in counts:
        _, metrics = bench.train(folder, workload, count, seed=seed)
        results.append(score(count, metrics[-1]["log_likelihood_per_token"]))
    return results + [end]


def peer_heldout(bench, peer, folder, rest, workload, target):
    """Trains a peer up to the target, or as far as its iterations go, and scores its table. Kept for good."""
    trace = bench.trace(peer, folder, workload)
    count = trace.first_at(target - ROUNDING) or workload.peers[peer]
    alpha = 50 / workload.topics
    dump, table = bench.path("dump"), bench.path("table.txt")

    def make():
        say(f"{workload.title}: {peer}, {count} iterations")
        bench.peers[peer].run(folder, workload.topics, count, bench.options.wrap, dump=dump)
        with open(f"{folder}/ours/manifest.json", encoding="utf-8") as file:
            words = json.load(file)["num_words"]
        joint = count_topics(bench.peers[peer].documents(dump, folder), workload.topics, words, alpha, table)
        return {"iterations": count, "joint": joint, "joint_printed": trace.likelihoods[count - 1],
                "heldout": bench.ours.complete(f"{rest}/ours", f"--word_topic={table}", f"--alpha={alpha}",
                                               f"--num_topics={workload.topics}")}
    return bench.once(f"{peer}-{os.path.basename(folder)}-k{workload.topics}-heldout-{count}", make)


def report_heldout(results):
    def scores(runs):
        values = sorted(run["heldout"] for run in runs)
        joint = statistics.median(run["joint"] for run in runs)
        return [f"{joint:.3f}", f"{statistics.median(values):.4f} ({values[0]:.4f} to {values[-1]:.4f})"]

    rows = []
    for result in results:
        for point in result["points"]:
            theirs = point["theirs"]
            rows.append([WORKLOADS[result["workload"]].title, point["target"],
                         f"{point['peer']} ({theirs['iterations']})", f"{theirs['joint']:.3f}",
                         f"{theirs['heldout']:.4f}", *scores(point["ours"]), *scores(result["end"])])
    markdown(["held-out log-likelihood per token", "target", "system (iterations)", "joint", "held-out",
              "lightlda: joint", "held-out (lowest to highest seed)", "at its end: joint", "held-out"], rows)


def plots(bench, name, workload):
    curves = []
    for label in ("lightlda", *workload.peers):
        path = bench.path("curves", f"{name}-{label}.{'jsonl' if label == 'lightlda' else 'log'}")
        if os.path.exists(path):
            curves.append(f"{label}={path}")
    if not curves:
        fail(f"{workload.title}: nothing to plot; run targets first")
    output = bench.path("plots", f"{name}.svg")
    likelihoods = [target for target, _ in workload.targets]
    subprocess.run([sys.executable, os.path.join(ROOT, "bench", "plot.py"), f"--output={output}",
                    f"--title={workload.title}", f"--min_y={min(likelihoods) - PLOTTED}",
                    *[f"--target={target}" for target in likelihoods], *curves], check=True)
    print(output)


REPORTS = {"throughput": report_throughput, "targets": report_targets, "heldout": report_heldout}


def report(bench, what):
    results = []
    for name in WORKLOADS:
        path = bench.path("results", f"{what}-{name}.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                results.append(json.load(file))
    if results:
        REPORTS[what](results)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = {f.__name__: f for f in (throughput, targets, heldout, plots)}
    parser.add_argument("what", nargs="+", choices=[*known, "report"])
    parser.add_argument("--peers", required=True)
    parser.add_argument("--corpora", required=True)
    parser.add_argument("--workloads", default=",".join(WORKLOADS))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build", "bench", "bin"))
    parser.add_argument("--work", default=os.path.join(ROOT, "build", "compare"))
    parser.add_argument("--wrap", default="")
    options = parser.parse_args()
    names = options.workloads.split(",")
    for name in names:
        if name not in WORKLOADS:
            parser.error(f"--workloads: expected some of {', '.join(WORKLOADS)}, found {name}")
    bench = Bench(options)
    for what in options.what:
        for name in names if what in known else []:
            known[what](bench, name, WORKLOADS[name])
        for measured in REPORTS if what == "report" else {what} & set(REPORTS):
            report(bench, measured)


if __name__ == "__main__":
    main()
