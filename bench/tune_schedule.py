#!/usr/bin/env python3
"""What the growth schedule was chosen from: seconds to given likelihoods, and held-out likelihood, over a grid.

usage: bench/tune_schedule.py [GRID...] [--bin_dir=DIR] [--corpora=DIR] [--scratch=DIR] [--seeds=1,2,3] [--run_with=COMMAND]

Prints, as rows of the tables of docs/lab/001-growth-schedule.md, for every schedule of a grid (default: all grids) the seconds of
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
    "wikipedia-en": Source("wikipedia-samples/wikipedia.en.jsonl.xz"),
    "wikipedia-vi": Source("wikipedia-samples/wikipedia.vi.jsonl.xz", every=10),
}


@dataclasses.dataclass(frozen=True)
class Schedule:
    """As the flags of lightlda take them."""
    growth_stages: object = "auto"
    growth_iterations: object = "auto"
    growth_beta: object = "auto"
    mh_steps: object = "auto"

    def __str__(self):
        changed = [f"{field.name} {getattr(self, field.name)}" for field in dataclasses.fields(self)
                   if getattr(self, field.name) != "auto"]
        return ", ".join(changed) or "**auto**"

    def flags(self):
        return [f"--{field.name}={getattr(self, field.name)}" for field in dataclasses.fields(self)]


AUTO = Schedule()
NO_GROWTH = Schedule(growth_stages=0)


@dataclasses.dataclass(frozen=True)
class Grid:
    """Schedules to compare."""
    corpus: str
    topics: int
    schedules: tuple
    iterations: tuple = (20, 60)  # full ones, ascending; a likelihood after each
    alpha: float = 0  # 0: 50 / topics
    targets: tuple = ()  # joint likelihoods on the whole corpus


def constant(stages):
    """Growth with the prior of words that training ends with."""
    return Schedule(growth_stages=stages, growth_iterations=8, growth_beta=0.01)


def around(*stages):
    """auto and what differs from it in one way."""
    return (AUTO, *(Schedule(growth_stages=n) for n in stages), *(Schedule(growth_iterations=n) for n in (5, 12, 16)),
            *(Schedule(growth_beta=beta) for beta in (0.003, 0.01, 0.03, 0.1)), Schedule(mh_steps=4))


GRIDS = {
    # no growth, growth with a constant prior and a first stage of 50,000 tokens, auto
    "nips-k100": Grid("nips", 100, (NO_GROWTH, constant(5), AUTO), targets=(-8.33, -8.20)),
    "nips-k1000": Grid("nips", 1000, (NO_GROWTH, constant(5), AUTO), targets=(-8.43, -8.35, -8.20, -8.10)),
    "nips-k10000": Grid("nips", 10_000, (NO_GROWTH, constant(5), AUTO), targets=(-8.96, -8.77)),
    "arxiv100k-k100": Grid("arxiv100k", 100, (NO_GROWTH, constant(7), AUTO)),
    "arxiv100k-k1000": Grid("arxiv100k", 1000, (NO_GROWTH, constant(7), AUTO), targets=(-9.65, -9.60, -9.531)),
    "reuters-k100": Grid("reuters", 100, (NO_GROWTH, constant(5), AUTO)),
    "reuters-k1000": Grid("reuters", 1000, (NO_GROWTH, constant(5), AUTO)),
    "newsgroups-k100": Grid("newsgroups", 100, (NO_GROWTH, constant(6), AUTO)),
    "newsgroups-k1000": Grid("newsgroups", 1000, (NO_GROWTH, constant(6), AUTO)),
    "wikipedia-en-k100": Grid("wikipedia-en", 100, (NO_GROWTH, constant(5), AUTO)),
    "wikipedia-vi-k100": Grid("wikipedia-vi", 100, (NO_GROWTH, constant(3), AUTO)),
    "debian-k1000": Grid("debian", 1000, (NO_GROWTH, constant(5), AUTO)),
    "citeulike-k100": Grid("citeulike", 100, (NO_GROWTH, constant(3), AUTO)),
    "citeulike-k1000": Grid("citeulike", 1000, (NO_GROWTH, constant(3), AUTO)),
    "kos-k1000": Grid("kos", 1000, (NO_GROWTH, constant(3), AUTO)),
    "cora-k100": Grid("cora", 100, (NO_GROWTH, constant(1), AUTO)),
    "cora-k1000": Grid("cora", 1000, (NO_GROWTH, constant(1), AUTO)),
    # the program's own alpha
    "nips-k100-alpha0.1": Grid("nips", 100, (NO_GROWTH, constant(5), AUTO), alpha=0.1),
    # what auto is made of
    "nips-k100-around": Grid("nips", 100, around(5, 6, 7), (13,)),
    "nips-k1000-around": Grid("nips", 1000, around(5, 6, 7), (13,)),
    "arxiv100k-k1000-around": Grid("arxiv100k", 1000, around(5, 7, 9, 11), (12,)),
    "debian-k1000-around": Grid("debian", 1000, around(5, 6, 7), (13,)),
    "arxiv527k-k1000": Grid("arxiv527k", 1000, (AUTO, Schedule(growth_iterations=8), Schedule(growth_iterations=6)), (10,),
                            targets=(-9.65, -9.593)),
    # full conditionals (0) and proposals: to be compared at about the same seconds
    **{f"{corpus}-k{topics}-steps": Grid(corpus, topics, tuple(Schedule(mh_steps=m) for m in steps), (10, 30, 90))
       for corpus in ("nips", "reuters", "newsgroups", "debian", "citeulike", "arxiv100k")
       for topics, steps in ((100, (0, 2)), (200, (0, 2, 3)), (1000, ("auto", 2, 3, 4)))},
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
        self.run("lightlda", f"--corpus={corpus}", f"--model={self.path('model')}", f"--num_topics={grid.topics}",
                 f"--alpha={grid.alpha or 50 / grid.topics}", "--beta=0.01", *schedule.flags(), "--num_threads=1",
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
        print("| schedule | seed | " + "".join(f"{target} | " for target in grid.targets) +
              " | ".join(f"after {n}" for n in grid.iterations) + " |")
        print("|" + "---|" * (2 + len(grid.targets) + len(grid.iterations)))
        for schedule in grid.schedules:
            for seed in self.options.seeds.split(","):
                cells = self.seconds_to_targets(grid, schedule, seed) if grid.targets else []
                cells += self.qualities(grid, schedule, seed)
                print(f"| {schedule} | {seed} | " + " | ".join(cells) + " |", flush=True)


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
