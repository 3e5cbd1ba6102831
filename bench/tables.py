#!/usr/bin/env python3
"""CPU seconds of the tables of lightlda-dump, and how they are shared out between threads: the table in docs/performance.md.

usage: bench/tables.py [WHAT ...] [--bin_dir=DIR] [--corpora=DIR] [--topics=100,1000] [--threads=1,2] [--repeats=3]

arXiv abstracts as JSON Lines, with titles, dates and categories; models of a few iterations, whose documents have more topics than those of a
finished one, so that the figures are no better than what is seen later. WHAT: parts of PARTS, all if none is given. Each is written to a file;
what is printed is the least of the repeats. The CPU seconds of the busiest thread are what it takes at least, on a machine with nothing else to do.
"""
import argparse
import glob
import os
import resource
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Name to arguments of lightlda-dump.
PARTS = {
    "doc_topic": "doc_topic",
    "doc_topic, csv": "doc_topic --format=csv",
    "doc_topic, metadata": "doc_topic --format=tsv --metadata=auto",
    "assignments": "assignments",
    "assignments, json": "assignments --format=json",
    "top_documents": "top_documents --format=tsv",
    "correlation": "correlation --format=tsv",
    "hierarchy of documents": "hierarchy --format=tsv",
    "hierarchy of words": "hierarchy --format=tsv --on=words",
    "clusters": "hierarchy --format=tsv --clusters=24",
    "groups by year": "groups --format=tsv --by=created --bin=year",
    "groups by day": "groups --format=tsv --by=created --bin=day",
    "groups by category": "groups --format=tsv --by=primary",
    "groups by category and year": "groups --format=tsv --by=primary,created --bin=year",
    "document, html": "document --index=777 --format=html",
}


def seconds(command):
    """CPU seconds in all, and of the busiest thread."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    threads = {}
    while process.poll() is None:
        for path in glob.glob(f"/proc/{process.pid}/task/*/schedstat"):
            try:
                with open(path, encoding="ascii") as file:
                    threads[path] = int(file.read().split()[0]) / 1e9
            except (OSError, IndexError):  # it has ended
                pass
        time.sleep(0.002)
    if process.returncode != 0:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, max(threads.values(), default=cpu)


def prepare(options, scratch):
    """The corpus, and a model per number of topics."""
    def program(name):
        return os.path.join(options.bin_dir, name)
    text = os.path.join(options.corpora, "arxiv-abstracts-100k", "arxiv-abstracts-100k.jsonl.xz")
    corpus = os.path.join(scratch, "corpus")
    subprocess.run([program("lightlda-preprocess"), f"--input={text}", f"--output={corpus}", "--stopwords=en", "--max_df=0.1",
                    "--metadata_fields=title,created,primary"], check=True, stderr=subprocess.DEVNULL)
    for topics in options.topics.split(","):
        subprocess.run([program("lightlda"), f"--corpus={corpus}", f"--model={scratch}/model-{topics}", f"--num_topics={topics}",
                        "--alpha=0.1", "--beta=0.01", "--num_iterations=5"], check=True, stderr=subprocess.DEVNULL)


def measure(options, scratch):
    dump = os.path.join(options.bin_dir, "lightlda-dump")
    print("| part | K | threads | CPU s | busiest thread, s | MB written |\n|---|---|---|---|---|---|")
    for name in options.what or PARTS:
        for topics in options.topics.split(","):
            for threads in options.threads.split(","):
                output = os.path.join(scratch, "output")
                command = [dump, *PARTS[name].split(), f"--model={scratch}/model-{topics}", f"--num_threads={threads}",
                           f"--output={output}", "--overwrite"]
                runs = [seconds(command) for _ in range(options.repeats)]
                cpu, busiest = (min(run[i] for run in runs) for i in (0, 1))
                print(f"| {name} | {topics} | {threads} | {cpu:.2f} | {busiest:.2f} | {os.path.getsize(output) / 1e6:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="parts, by their names here")
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build", "release", "bin"))
    parser.add_argument("--corpora", default=os.path.join(ROOT, "..", "shared", "corpora"))
    parser.add_argument("--topics", default="100,1000")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    unknown = set(options.what) - set(PARTS)
    if unknown:
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="lightlda-tables-") as scratch:
        prepare(options, scratch)
        measure(options, scratch)


if __name__ == "__main__":
    main()
