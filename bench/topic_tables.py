#!/usr/bin/env python3
"""CPU seconds of each table of topics that lightlda-dump has, of one model: topic_tables.py --bin_dir=DIR
--corpus=DIR [--num_topics=1000] [--iterations=5] [--model=DIR]

A model is trained for a few iterations, unless --model is there. Prints a Markdown table: wall and CPU seconds of the
whole program, and the most memory it had.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

TABLES = ("topics", "topics --weight=relevance", "topics --weight=frex", "topics --weight=lift", "topics --weight=score",
          "topics --sort=coherence", "diagnostics", "similar", "compare --other={model}", "compare --other={other}", "words --word=a --prefix",
          "labels", "merge_topics --topics=1,2 --output={scratch}/merged --overwrite")


def measure(command):
    """(wall seconds, CPU seconds, most memory in MB) of a command."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)}: {errors.decode()}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin_dir", type=pathlib.Path, required=True)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--num_topics", type=int, default=1000)
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--model", help="a model that is there, or is made and kept")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        model = arguments.model or f"{scratch}/model"
        for seed, path in ((1, model), (2, f"{scratch}/other")):
            if not os.path.exists(path):
                subprocess.run([arguments.bin_dir / "lightlda", f"--corpus={arguments.corpus}", f"--model={path}", f"--seed={seed}",
                                f"--num_topics={arguments.num_topics}", f"--num_iterations={arguments.iterations}"], check=True)
        print("| table | wall, s | CPU, s | memory, MB |\n|---|---|---|---|")
        for table in TABLES:
            what = table.format(model=model, other=f"{scratch}/other", scratch=scratch).split()
            wall, cpu, memory = measure([str(arguments.bin_dir / "lightlda-dump"), *what, f"--model={model}", "--format=csv"])
            name = table.replace("={model}", " (itself)").replace("={other}", " (another seed)").split(" --output")[0]
            print(f"| `{name}` | {wall:.2f} | {cpu:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
