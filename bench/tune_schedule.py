#!/usr/bin/env python3
"""What the growth schedule was chosen from: seconds to given likelihoods, and held-out likelihood, over a grid.

usage: bench/tune_schedule.py [GRID...] [--bin_dir=DIR] [--corpora=DIR] [--scratch=DIR] [--seeds=1,2,3] [--run_with=COMMAND]

Prints, as rows of the tables of docs/benchmarks.md, for every schedule of a grid (default: all grids) the seconds of
training on one thread until each target, and joint and held-out log-likelihood per token after some numbers of full
iterations. A held-out figure is that of a run of so many iterations on the training part of the corpus. --run_with
goes before the training programs (e.g. "taskset -c 0"); --scratch keeps the corpora prepared.
"""
import argparse
import collections
import dataclasses
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import split_uci  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclasses.dataclass(frozen=True)
class Source:
    """A corpus of the collection. Every `every`-th document is held out."""
    documents: str
    vocabulary: str = ""
    every: int = 20
    format: str = "auto"


SOURCES = {
    "nips": Source("uci-nips-trimmed/docword.nips-trimmed.txt.gz", "uci-nips-trimmed/vocab.nips-trimmed.txt", 10),
    "arxiv100k": Source("arxiv-abstracts-100k/docword.arxiv100k.txt.gz",
                        "arxiv-abstracts-100k/vocab.arxiv100k.txt", 50),
    "arxiv527k": Source("arxiv-abstracts-527k/docword.arxiv527k.txt.xz",
                        "arxiv-abstracts-527k/vocab.arxiv527k.txt.xz", 200),
    "kos": Source("uci-kos/docword.kos.txt.gz", "uci-kos/vocab.kos.txt"),
    "cora": Source("cora-lda/cora.ldac.gz", "cora-lda/cora.vocab", 10),
    "citeulike": Source("citeulike-t/mult.dat.gz", "citeulike-t/vocabulary.dat", format="ldac"),
    "reuters": Source("reuters21578/reuters21578.jsonl.xz"),
    "newsgroups": Source("newsgroups20-raw/20news-bydate.jsonl.xz"),
    "debian": Source("debian-descriptions/debian-descriptions.en.jsonl.xz", every=30),
}


@dataclasses.dataclass(frozen=True)
class Grid:
    """Schedules to compare: (growth_stages, growth_iterations, mh_steps), as the flags of lightlda take them."""
    corpus: str
    topics: int
    schedules: tuple
    iterations: tuple  # full ones, ascending; a likelihood after each
    alpha: float = 0  # 0: 50 / topics
    targets: tuple = ()  # joint likelihoods on the whole corpus


def deeper(*stages):
    """Eight iterations a stage, two proposals; only the depth differs."""
    return tuple((depth, 8, 2) for depth in stages)


GRIDS = {
    # depth, iterations and proposals on long and on short documents
    "nips-k1000": Grid("nips", 1000,
                       (*deeper(3, 4, 5, 6, 7, 8), (5, 5, 2), (5, 12, 2), (5, 16, 2), (5, 8, 4), (5, 8, 1)), (20, 60),
                       targets=(-8.43, -8.35, -8.20, -8.10)),
    "arxiv100k-k1000": Grid("arxiv100k", 1000,
                            (*deeper(0, 5, 6, 7, 9, 11), (7, 4, 2), (7, 6, 2), (7, 12, 2), (7, 8, 4)), (15, 60),
                            targets=(-9.65, -9.60, -9.531)),
    # iterations of large stages: auto has fewer
    "arxiv527k-k1000": Grid("arxiv527k", 1000, ((9, "auto", 2), (9, 8, 2), (9, 6, 2), (8, 8, 2)), (10,),
                            targets=(-9.65, -9.593)),
    # depth by the number of topics
    "nips-k100": Grid("nips", 100, deeper(0, 3, 5, 6, 8), (60, 200), targets=(-8.33, -8.20)),
    "nips-k10000": Grid("nips", 10_000, deeper(0, 3, 4, 5, 6), (30, 120), targets=(-8.96, -8.77)),
    "arxiv100k-k100": Grid("arxiv100k", 100, deeper(5, 7, 9, 11), (20,)),
    "arxiv100k-k10000": Grid("arxiv100k", 10_000, deeper(3, 5, 6, 7), (20,)),
    # the program's own alpha
    "nips-k100-alpha0.1": Grid("nips", 100, deeper(0, 3, 5), (20, 60), alpha=0.1),
    # depth on other kinds of text
    "reuters-k100": Grid("reuters", 100, deeper(0, 3, 5, 7), (10, 60)),
    "reuters-k1000": Grid("reuters", 1000, deeper(0, 3, 5, 7), (10, 60)),
    "reuters-k10000": Grid("reuters", 10_000, deeper(0, 2, 5, 7), (10, 40)),
    "newsgroups-k100": Grid("newsgroups", 100, deeper(0, 4, 6, 8), (10, 60)),
    "newsgroups-k1000": Grid("newsgroups", 1000, deeper(0, 4, 6, 8), (10, 60)),
    "debian-k1000": Grid("debian", 1000, deeper(0, 3, 5, 7), (10, 60)),
    "citeulike-k100": Grid("citeulike", 100, deeper(0, 1, 3, 5), (10, 60)),
    "citeulike-k1000": Grid("citeulike", 1000, deeper(0, 1, 3, 5), (10, 60)),
    # the ends: hardly any tokens a topic
    "kos-k1000": Grid("kos", 1000, deeper(0, 1, 3, 5), (10, 60)),
    "cora-k100": Grid("cora", 100, deeper(0, 1, 3), (10, 60)),
    "cora-k1000": Grid("cora", 1000, deeper(0, 1, 3), (10, 60)),
}


class Tuner:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch

    def path(self, name):
        return os.path.join(self.scratch, name)

    def run(self, program, *args, prefix=()):
        command = [*prefix, os.path.join(self.options.bin_dir, program), *args]
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{process.stderr}")
        return process.stdout

    def whole(self, name):
        """The corpus directory of all documents."""
        source, target = SOURCES[name], self.path(name)
        if not os.path.exists(target):
            flags = [f"--vocab={os.path.join(self.options.corpora, source.vocabulary)}"] if source.vocabulary else []
            self.run("lightlda-preprocess", f"--input={os.path.join(self.options.corpora, source.documents)}",
                     f"--format={source.format}", f"--output={target}", *flags)
        return target

    def bags(self, name):
        """The whole corpus as a docword file and its words, so that both parts have one vocabulary."""
        corpus, model = self.whole(name), self.path("bags-model")
        self.run("lightlda", f"--corpus={corpus}", f"--model={model}", "--num_topics=2", "--num_iterations=1",
                 "--growth_stages=0", "--overwrite")
        documents = self.run("lightlda-dump", "assignments", f"--model={model}").splitlines()
        counts = [collections.Counter(int(entry.split(":")[0]) + 1 for entry in line.split("\t")[1].split())
                  for line in documents]
        with open(os.path.join(corpus, "manifest.json"), encoding="utf-8") as manifest:
            num_words = json.load(manifest)["num_words"]
        with open(self.path(f"{name}.docword"), "w", encoding="ascii") as out:
            out.write(f"{len(counts)}\n{num_words}\n{sum(map(len, counts))}\n")
            for number, bag in enumerate(counts, 1):
                out.writelines(f"{number} {word} {count}\n" for word, count in sorted(bag.items()))
        return self.path(f"{name}.docword")

    def parts(self, name):
        """Corpus directories of the training and the held-out documents."""
        parts = [self.path(f"{name}.{part}") for part in ("train", "heldout")]
        if not all(map(os.path.exists, parts)):
            split_uci.split(self.bags(name), SOURCES[name].every, *[f"{part}.docword" for part in parts])
            for part in parts:
                self.run("lightlda-preprocess", f"--input={part}.docword", "--format=uci", "--overwrite",
                         f"--output={part}")
        return parts

    def train(self, corpus, grid, schedule, iterations, seed, interval):
        stages, growth_iterations, mh_steps = schedule
        self.run("lightlda", f"--corpus={corpus}", f"--model={self.path('model')}", f"--num_topics={grid.topics}",
                 f"--alpha={grid.alpha or 50 / grid.topics}", "--beta=0.01", f"--growth_stages={stages}",
                 f"--growth_iterations={growth_iterations}", f"--mh_steps={mh_steps}", "--num_threads=1",
                 f"--num_iterations={iterations}", f"--seed={seed}", f"--likelihood_interval={interval}",
                 "--preview_interval=0", "--memory_budget=0", "--overwrite", prefix=self.options.run_with.split())
        with open(os.path.join(self.path("model"), "metrics.jsonl"), encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def seconds_to_targets(self, grid, schedule, seed):
        """Seconds when the likelihood over all documents first reached each target, as text."""
        metrics = self.train(self.whole(grid.corpus), grid, schedule, grid.iterations[-1], seed, 1)
        full = [m for m in metrics if m["active_documents"] == metrics[-1]["active_documents"]]
        reached = (next((m["seconds"] for m in full if m["log_likelihood_per_token"] >= target), None)
                   for target in grid.targets)
        return [f"{seconds:.2f}" if seconds else "-" for seconds in reached]

    def qualities(self, grid, schedule, seed):
        """Seconds, joint and held-out likelihood after each number of iterations, as text."""
        train, heldout = self.parts(grid.corpus)
        found = []
        for iterations in grid.iterations:
            last = self.train(train, grid, schedule, iterations, seed, 0)[-1]
            score = json.loads(self.run("lightlda-completion", f"--model={self.path('model')}",
                                        f"--heldout={heldout}"))
            found.append(f"{last['seconds']:.1f} s: {last['log_likelihood_per_token']:.3f} / "
                         f"{score['completion_log_likelihood_per_token']:.3f}")
        return found

    def table(self, name):
        grid = GRIDS[name]
        print(f"\n{name}: {grid.corpus}, K = {grid.topics}, alpha = {grid.alpha or 50 / grid.topics}\n")
        print("| stages, iterations, mh_steps | seed | " + "".join(f"{target} | " for target in grid.targets) +
              " | ".join(f"after {n}" for n in grid.iterations) + " |")
        print("|" + "---|" * (2 + len(grid.targets) + len(grid.iterations)))
        for schedule in grid.schedules:
            for seed in self.options.seeds.split(","):
                cells = self.seconds_to_targets(grid, schedule, seed) if grid.targets else []
                cells += self.qualities(grid, schedule, seed)
                print(f"| {', '.join(map(str, schedule))} | {seed} | " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("grids", nargs="*", choices=[*GRIDS, []], metavar="GRID", help=", ".join(GRIDS))
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build", "bench", "bin"))
    parser.add_argument("--corpora", default=os.path.join(ROOT, "..", "shared", "corpora"))
    parser.add_argument("--scratch", default="")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--run_with", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if options.scratch:
            os.makedirs(options.scratch, exist_ok=True)
        tuner = Tuner(options, options.scratch or scratch)
        for name in options.grids or GRIDS:
            tuner.table(name)


if __name__ == "__main__":
    main()
