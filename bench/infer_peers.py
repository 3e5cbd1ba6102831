#!/usr/bin/python3
"""Topics of new documents by lightlda-infer, gensim and Mallet, with the same topics: CPU seconds, held-out likelihood.

usage: bench/infer_peers.py --model=MODEL --held_out=CORPUS [--mallet=CLASSPATH] [--bin_dir=DIR] [--repeats=3]

MODEL was trained by lightlda; CORPUS holds documents that it was not trained on (lightlda-preprocess --holdout). Each
token of a document goes to either half with equal chance. theta is inferred from the first halves; the score is the
mean of log sum_k theta_k phi_wk over the second. gensim is given the model's word-topic counts and priors
(lightlda-dump gensim) and its own defaults; so is Mallet, if there is a class path that has it and
bench/peers/MalletInfer.java. One thread each. The time of lightlda-infer is that of the whole program, loading
included, that of the others of inference alone. Prints a row of a table for each. Needs python3-gensim.
"""
import argparse
import os
import resource
import statistics
import subprocess
import tempfile

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run(options, program, *args):
    subprocess.run([os.path.join(options.bin_dir, program), *args], check=True, stderr=subprocess.DEVNULL)


def read_held_out(options, path):
    """Documents as arrays of words, by the numbers of the model's vocabulary."""
    # A model of next to nothing, because models are what is dumped.
    run(options, "lightlda", f"--corpus={options.held_out}", f"--model={path}/tiny", "--num_topics=2", "--num_iterations=1",
        "--growth_stages=0", "--preview_interval=0")
    run(options, "lightlda-dump", "ldac", f"--model={path}/tiny", f"--output={path}/tiny.ldac")
    documents = []
    with open(f"{path}/tiny.ldac/corpus.dat", encoding="ascii") as lines:
        for line in lines:
            pairs = [tuple(map(int, pair.split(":"))) for pair in line.split()[1:]]
            documents.append(np.repeat([word for word, _ in pairs], [count for _, count in pairs]).astype(int))
    return documents


def halves(documents, seed=1):
    draw = np.random.default_rng(seed)
    masks = [draw.random(len(document)) < 0.5 for document in documents]
    return [d[m] for d, m in zip(documents, masks)], [d[~m] for d, m in zip(documents, masks)]


def bags(documents):
    return [list(zip(*(column.tolist() for column in np.unique(document, return_counts=True)))) for document in documents]


def score(theta, phi, seconds):
    total = sum(np.log(theta[d] @ phi[:, words]).sum() for d, words in enumerate(seconds) if len(words))
    return total / sum(map(len, seconds))


def ours(options, path, first):
    with open(f"{path}/first.ldac", "w", encoding="ascii") as out:
        for bag in bags(first):
            out.write(" ".join([str(len(bag)), *(f"{word}:{count}" for word, count in bag)]) + "\n")
    flags = [f"--model={options.model}", f"--input={path}/first.ldac", "--input_format=ldac", f"--vocab={path}/words.txt",
             "--num_threads=1"]
    times = []
    for _ in range(options.repeats):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(options, "lightlda-infer", *flags, f"--output={path}/theta.txt", "--overwrite")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    run(options, "lightlda-infer", *flags, "--format=tsv", "--dense", f"--output={path}/theta.tsv")
    with open(f"{path}/theta.tsv", encoding="utf-8") as lines:
        next(lines)
        theta = np.array([list(map(float, line.rstrip("\n").split("\t")[1:])) for line in lines])
    return times, theta


def gensims(options, path, first):
    from gensim.models import LdaModel
    run(options, "lightlda-dump", "gensim", f"--model={options.model}", f"--output={path}/gensim")
    load = {name: np.load(f"{path}/gensim/{name}.npy") for name in ("sstats", "expElogbeta", "alpha", "eta")}
    with open(f"{path}/gensim/vocab.txt", encoding="utf-8") as words:
        names = dict(enumerate(words.read().split("\n")[:-1]))
    model = LdaModel(num_topics=len(load["alpha"]), id2word=names, alpha=load["alpha"], eta=float(load["eta"][0]), dtype=np.float64)
    model.state.sstats, model.expElogbeta = load["sstats"], load["expElogbeta"]
    chunk, times = bags(first), []
    for _ in range(options.repeats):
        before = resource.getrusage(resource.RUSAGE_SELF)
        gamma, _ = model.inference(chunk)
        after = resource.getrusage(resource.RUSAGE_SELF)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return times, gamma / gamma.sum(axis=1, keepdims=True)


def mallets(options, path, first):
    run(options, "lightlda-dump", "word_topic", f"--model={options.model}", f"--output={path}/word_topic.txt")
    np.savetxt(f"{path}/alpha.txt", np.load(f"{path}/gensim/alpha.npy"))
    beta = float(np.load(f"{path}/gensim/eta.npy")[0])
    with open(f"{path}/first.txt", "w", encoding="ascii") as out:
        out.writelines(" ".join(map(str, document)) + "\n" for document in first)
    command = ["java", "-Xmx8g", "-XX:+UseSerialGC", "-cp", options.mallet, "MalletInfer", f"{path}/word_topic.txt",
               f"{path}/alpha.txt", str(beta), f"{path}/first.txt", f"{path}/theta.mallet"]
    times = [float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])
             for _ in range(options.repeats)]
    return times, np.loadtxt(f"{path}/theta.mallet")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--held_out", required=True)
    parser.add_argument("--mallet", default="")
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build", "release", "bin"))
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as path:
        first, second = halves(read_held_out(options, path))
        run(options, "lightlda-dump", "npy", "--of=phi", f"--model={options.model}", f"--output={path}/phi.npy", "--dtype=float64")
        run(options, "lightlda-dump", "names", "--of=words", f"--model={options.model}", f"--output={path}/words.txt")
        phi, tokens = np.load(f"{path}/phi.npy"), sum(map(len, first))
        print(f"{len(first)} documents, {tokens} tokens to infer from, K = {len(phi)}\n")
        print("| | CPU s | tokens/s | log-likelihood/token |\n|---|---|---|---|")
        systems = [("lightlda-infer", ours), ("gensim, LdaModel.inference", gensims)]
        if options.mallet:
            systems.append(("Mallet, TopicInferencer", mallets))
        for name, infer in systems:
            times, theta = infer(options, path, first)
            middle = statistics.median(times)
            print(f"| {name} | {middle:.2f} | {tokens / middle:,.0f} | {score(theta, phi, second):.4f} |", flush=True)


if __name__ == "__main__":
    main()
