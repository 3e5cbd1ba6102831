#!/usr/bin/env python3
"""What Python adds: the seconds of a training there beside those of the program, and the memory of a matrix.

  PYTHONPATH=build/release/python /usr/bin/python3 bench/python_overhead.py --input=FILE.jsonl[.xz] --bin_dir=build/release/bin
      [--num_topics=100] [--iterations=50] [--threads=1] [--repeats=5]

Seconds: both train the same corpus into a directory, in turns, and must give the same model. CPU seconds of the call
of train(), and of the whole program; seconds of the whole process of Python, which has NumPy to load, are shown beside
them. The ratio is the median of the pairs'.

Memory: peaks of two processes that train the same documents in memory, from a CSR matrix in Python and by the program
from its corpus; what Python has more than the interpreter with its modules and the program's peak, divided by the matrix.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

import numpy as np
import scipy.sparse

import lightlda
from python_compare import MAX_DF, MIN_DF, read_texts

TRAIN = """
import sys, time, lightlda
start = time.process_time()
lightlda.train(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), num_threads=int(sys.argv[4]), directory=sys.argv[5])
print(time.process_time() - start, time.process_time())
"""
MATRIX = """
import sys, resource, scipy.sparse, lightlda
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
lightlda.train(lightlda.Corpus.from_csr([[1, 2], [2, 1]]), 2, 2)
before = peak()
matrix = scipy.sparse.load_npz(sys.argv[1])
corpus = lightlda.Corpus.from_csr(matrix)
made = peak()
lightlda.train(corpus, int(sys.argv[2]), int(sys.argv[3]), num_threads=int(sys.argv[4]))
print(before, made, peak())
"""


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak_bytes(command):
    """Of the process, which is waited for alone."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed")
    return usage.ru_maxrss << 10


def compare_seconds(arguments, corpus, scratch):
    pairs = []
    for i in range(arguments.repeats):
        ours, theirs = scratch / f"python-{i}", scratch / f"program-{i}"
        done = subprocess.run([sys.executable, "-B", "-c", TRAIN, corpus, str(arguments.num_topics), str(arguments.iterations),
                               str(arguments.threads), ours], check=True, capture_output=True, text=True)
        call, process = map(float, done.stdout.split())
        program = cpu_seconds([arguments.bin_dir / "lightlda", f"--corpus={corpus}", f"--model={theirs}",
                               f"--num_topics={arguments.num_topics}", f"--num_iterations={arguments.iterations}",
                               f"--num_threads={arguments.threads}"])
        if lightlda.Model.load(ours).hash != lightlda.Model.load(theirs).hash:
            sys.exit("the models differ")
        pairs.append((call, program))
        print(json.dumps({"train_call": round(call, 3), "python": round(process, 3), "program": round(program, 3)}), flush=True)
    print(f"train() beside the program, CPU seconds, median of {len(pairs)}: "
          f"{statistics.median(call / program for call, program in pairs):.3f}", flush=True)


def compare_memory(arguments, corpus, scratch):
    counts = lightlda.Corpus.open(corpus).to_csr()
    matrix = scipy.sparse.csr_matrix((counts.data.astype(np.int64), counts.indices, counts.indptr), counts.shape)
    size = matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes
    scipy.sparse.save_npz(scratch / "matrix.npz", matrix, compressed=False)
    settings = (arguments.num_topics, arguments.iterations, arguments.threads)
    done = subprocess.run([sys.executable, "-B", "-c", MATRIX, scratch / "matrix.npz", *map(str, settings)], check=True,
                          capture_output=True, text=True)
    before, made, trained = (int(number) << 10 for number in done.stdout.split())
    program = peak_bytes([arguments.bin_dir / "lightlda", f"--corpus={corpus}", f"--model={scratch / 'memory'}",
                          *(f"--{name}={value}" for name, value in zip(("num_topics", "num_iterations", "num_threads"), settings))])
    print(json.dumps({"matrix_mb": size / 1e6, "interpreter_mb": before / 1e6, "corpus_made_mb": made / 1e6,
                      "trained_mb": trained / 1e6, "program_mb": program / 1e6}))
    print(f"Python beyond the interpreter and the program, in matrices: {(trained - before - program) / size:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True)
    parser.add_argument("--bin_dir", type=pathlib.Path, required=True)
    parser.add_argument("--num_topics", type=int, default=100)
    parser.add_argument("--iterations", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    arguments.bin_dir = arguments.bin_dir.resolve()
    with tempfile.TemporaryDirectory(prefix="python-overhead-") as scratch:
        scratch = pathlib.Path(scratch)
        corpus = scratch / "corpus"
        lightlda.Corpus.from_texts(read_texts(arguments.input, 0), stopwords="en", min_df=MIN_DF, max_df=MAX_DF, directory=corpus)
        compare_seconds(arguments, corpus, scratch)
        compare_memory(arguments, corpus, scratch)


if __name__ == "__main__":
    main()
