#!/usr/bin/python3
"""Reports of models: bytes, CPU seconds, and how many neighbours the map keeps.

usage: bench/report.py --input=FILE [--topics=200,1000] [--iterations=30] [--bin_dir=DIR] [--keep=DIR]

Reads FILE, JSON Lines with the members of the arXiv abstracts, trains a model for each number of topics, writes its
report, and prints a table. Neighbours kept: of the 10 nearest topics of each by the distance of lightlda-dump hierarchy
--on=documents, computed here with NumPy from lightlda-dump doc_topic, how many are among its 10 nearest on the map.
--keep: where the reports stay, for bench/report_page.mjs. Needs Debian's python3-numpy and python3-scipy.
"""
import argparse
import base64
import csv
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import zlib

import numpy as np
import scipy.sparse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIELDS = "created:date,primary:category,title:text,text:text"
NEIGHBOURS = 10
LEAST_SHARE = 0.05  # of a topic in a document, for its distances
LEAST_DOCUMENTS = 3


def run(bin_dir, program, *flags):
    """CPU seconds that the program took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([os.path.join(bin_dir, program), *flags], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} {' '.join(flags)}: exit {done.returncode}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def distances(bin_dir, model, num_topics):
    """[K, K], by the documents that topics share."""
    command = [os.path.join(bin_dir, "lightlda-dump"), "doc_topic", f"--model={model}", "--format=csv", "--min_probability=0"]
    documents, topics, numbers = [], [], {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for row in csv.DictReader(process.stdout):
            number = numbers.setdefault(row["document"], len(numbers))
            if float(row["share"]) >= LEAST_SHARE:
                documents.append(number)
                topics.append(int(row["topic"]))
    has = scipy.sparse.csr_matrix((np.ones(len(topics)), (documents, topics)), shape=(len(numbers), num_topics))
    together = (has.T @ has).toarray()
    alone = np.diag(together).copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.log(together * len(numbers) / np.outer(alone, alone))
    information[~np.isfinite(information) | (together < LEAST_DOCUMENTS)] = 0
    np.fill_diagonal(information, 0)
    information = np.maximum(information, 0)
    np.fill_diagonal(information, information.max(axis=1))
    lengths = np.linalg.norm(information, axis=1)
    rows = information / np.where(lengths == 0, 1, lengths)[:, None]
    return np.sqrt(np.maximum(0, 1 - rows @ rows.T))


def nearest(matrix):
    np.fill_diagonal(matrix, np.inf)
    return np.argsort(matrix, axis=1, kind="stable")[:, :NEIGHBOURS]


def share_kept(page, by_documents):
    block = re.search(r'id="?header"?>([^<]*)<', page).group(1)
    header = json.loads(zlib.decompress(base64.b64decode(block)))
    places = np.c_[header["map"]["x"], header["map"]["y"]].astype(float)
    on_map = np.linalg.norm(places[:, None] - places[None], axis=2)
    return np.mean([len(set(a) & set(b)) / NEIGHBOURS for a, b in zip(nearest(by_documents), nearest(on_map))])


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("--input", required=True)
    parser.add_argument("--topics", default="200,1000")
    parser.add_argument("--iterations", type=int, default=30)
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build/release/bin"))
    parser.add_argument("--keep", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        keep = options.keep or scratch
        os.makedirs(keep, exist_ok=True)
        corpus = os.path.join(scratch, "corpus")
        run(options.bin_dir, "lightlda-preprocess", f"--input={options.input}", f"--output={corpus}", "--stopwords=en",
            f"--metadata_fields={FIELDS}", "--snippet_bytes=0")
        print("| topics | file | CPU seconds | neighbours kept |\n|---|---|---|---|")
        for topics in map(int, options.topics.split(",")):
            model = os.path.join(scratch, f"model{topics}")
            report = os.path.join(keep, f"report{topics}.html")
            run(options.bin_dir, "lightlda", f"--corpus={corpus}", f"--model={model}", f"--num_topics={topics}",
                f"--num_iterations={options.iterations}", "--likelihood_interval=0", "--preview_interval=0")
            seconds = run(options.bin_dir, "lightlda-dump", "report", f"--model={model}", f"--output={report}", "--overwrite")
            with open(report, encoding="utf-8") as file:
                kept = share_kept(file.read(), distances(options.bin_dir, model, topics))
            print(f"| {topics:,} | {os.path.getsize(report) / 1e6:.2f} MB | {seconds:.1f} | {100 * kept:.0f} % |", flush=True)


if __name__ == "__main__":
    main()
