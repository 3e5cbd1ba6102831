#!/usr/bin/env python3
"""What checkpoints cost: paired runs on a corpus directory, with them and without.

usage: bench/checkpoint_cost.py --corpus=DIR [--num_topics=K] [--num_iterations=N] [--interval=MINUTES] [--flags="..."]

Checkpoints are made more often than by default, so that a short run has several. What one costs is the difference
of the two runs' times of sampling divided by their number, and the pauses, which those times leave out. Of the
default interval of 10 minutes that is the share of throughput that is lost. The first and the second run of a pair
change places from pair to pair.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEFAULT_MINUTES = 10
PAUSE = re.compile(r"^checkpoint of .*, training paused for ([0-9.]+)(ms|s)$", re.MULTILINE)
SAVED = re.compile(r"^checkpoint of .* saved in ([0-9.]+)(ms|s|m\d\ds),", re.MULTILINE)


def seconds(number, unit):
    if unit.startswith("m") and unit != "ms":
        return 60 * float(number) + float(unit[1:3])
    return float(number) / (1000 if unit == "ms" else 1)


def train(options, scratch, interval):
    """Returns the lines of metrics.jsonl and what was said."""
    model = os.path.join(scratch, "model")
    command = [os.path.join(options.bin_dir, "lightlda"), f"--corpus={options.corpus}", f"--model={model}", "--overwrite",
               f"--num_topics={options.num_topics}", f"--num_iterations={options.num_iterations}", "--growth_stages=0",
               "--likelihood_interval=0", "--preview_interval=0", f"--checkpoint_interval={interval}",
               *options.flags.split()]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    with open(os.path.join(model, "metrics.jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines], done.stderr


def pair(options, scratch, swapped):
    runs = {}
    for interval in (options.interval, 0) if swapped else (0, options.interval):
        runs[interval] = train(options, scratch, interval)
    (without, _), (with_them, said) = runs[0], runs[options.interval]
    pauses = [seconds(*found) for found in PAUSE.findall(said)]
    saves = [seconds(*found) for found in SAVED.findall(said)]
    if not pauses:
        sys.exit("no checkpoint within the run: give a smaller --interval or more --num_iterations")
    if "training pauses" in said:
        print("note: these checkpoints pause training (see the plan)")
    slower = with_them[-1]["seconds"] - without[-1]["seconds"]
    cost = slower / len(pauses) + statistics.mean(pauses)
    iteration = without[-1]["seconds"] / len(without)
    print(f"  {len(pauses)} checkpoints in {with_them[-1]['seconds']:.1f} s, without {without[-1]['seconds']:.1f} s; one costs "
          f"{cost:.2f} s, is saved in {statistics.median(saves):.2f} s; longest pause {max(pauses):.3f} s, "
          f"{max(pauses) / iteration:.3f} of an iteration of {iteration:.2f} s", flush=True)
    return cost, max(pauses), max(pauses) / iteration


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--num_topics", type=int, default=1000)
    parser.add_argument("--num_iterations", type=int, default=30)
    parser.add_argument("--interval", type=float, default=0.1, help="minutes between checkpoints")
    parser.add_argument("--flags", default="", help="more flags of both runs")
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build", "bench", "bin"))
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        results = [pair(options, scratch, repeat % 2 == 1) for repeat in range(options.repeats)]
    cost = statistics.median(result[0] for result in results)
    print(f"checkpoint: costs {cost:.2f} s (median of {len(results)} pairs, {min(r[0] for r in results):.2f} to "
          f"{max(r[0] for r in results):.2f}), {100 * cost / (60 * DEFAULT_MINUTES):.2f} % of throughput at one every "
          f"{DEFAULT_MINUTES} minutes; longest pause {max(r[1] for r in results):.3f} s, "
          f"{max(r[2] for r in results):.3f} of an iteration")


if __name__ == "__main__":
    main()
