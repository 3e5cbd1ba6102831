#!/usr/bin/env python3
"""Topics that begin with something: a general model adapted to few documents, and topics with seed words.

  bench/adapt.py --corpora=../shared/corpora [--bin_dir=build/release/bin] [--out=DIR] [--parts=adapt,seeds]

Held-out log-likelihood per token by document completion (lightlda-evaluate completion). `adapt`: a model of arXiv
abstracts, then for each corpus about 1,000 documents alone, and with --init_model; about as many are held out. `seeds`:
20 Newsgroups without and with six seeded topics, and how many of their ten words are among the first 20."""
import argparse
import gzip
import json
import lzma
import pathlib
import subprocess

DOCUMENTS = 2000  # half of them held out
ADAPTED = {  # path, flags of lightlda-preprocess
    "citeulike": ("citeulike-t/mult.dat.gz", "--format=ldac --vocab={}/citeulike-t/vocabulary.dat"),
    "cora": ("cora-lda/cora.ldac.gz", "--format=ldac --vocab={}/cora-lda/cora.vocab"),
    "debian": ("debian-descriptions/debian-descriptions.en.jsonl.xz", "--format=jsonl --stopwords=en --min_df=2"),
    "newsgroups": ("newsgroups20-raw/20news-bydate.jsonl.xz", "--format=jsonl --stopwords=en --min_df=2"),
    "reuters": ("reuters21578/reuters21578.jsonl.xz", "--format=jsonl --stopwords=en --min_df=2"),
    "wikipedia": ("wikipedia-samples/wikipedia.en.jsonl.xz", "--format=jsonl --stopwords=en --min_df=2"),
}
SEEDS = """space\tspace nasa orbit launch shuttle moon satellite lunar earth mission
hockey\thockey nhl team game players season goal play league teams
medicine\tmedical patients disease doctor treatment health pain cancer drug symptoms
guns\tgun guns firearms weapons crime police handgun criminals weapon firearm
crypto\tencryption key clipper chip keys security privacy algorithm nsa government
faith\tgod jesus christ bible faith church christian christians sin heaven
"""


class Bench:
    def __init__(self, options):
        self.corpora = pathlib.Path(options.corpora).resolve()
        self.bin_dir = pathlib.Path(options.bin_dir).resolve()
        self.out = pathlib.Path(options.out)
        self.seeds = [int(seed) for seed in options.seeds.split(",")]
        self.out.mkdir(parents=True, exist_ok=True)

    def run(self, command):
        done = subprocess.run(f"{self.bin_dir}/{command}", shell=True, cwd=self.out, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{command}\n{done.stderr[-2000:]}")
        return done.stdout, done.stderr

    def preprocess(self, name, source, flags):
        if not (self.out / name).exists():
            self.run(f"lightlda-preprocess --input={source} --output={name} {flags}")

    def train(self, corpus, model, topics, flags):
        """Trains; what it said of the model that it began with."""
        _, err = self.run(f"lightlda --corpus={corpus} --model={model} --num_topics={topics} --num_iterations=100 --num_threads=1 "
                          f"--likelihood_interval=0 --preview_interval=0 --overwrite {flags}")
        return next((line for line in err.splitlines() if "init_model" in line), "")

    def completion(self, model, held_out):
        out, _ = self.run(f"lightlda-evaluate completion --model={model} --corpus={held_out} --format=json")
        return json.loads(out)["log_likelihood_per_token"]

    def mean(self, corpus, topics, flags):
        """Over the seeds: held-out likelihood, and what the last run said."""
        found = []
        for seed in self.seeds:
            said = self.train(corpus, "model", topics, f"{flags} --seed={seed}")
            found.append(self.completion("model", f"{corpus}.heldout"))
        return sum(found) / len(found), said


def every_nth(path, count, target):
    opened = lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else gzip.open(path, "rt", encoding="utf-8")
    with opened as stream:
        lines = stream.readlines()
    step = max(1, len(lines) // count)
    target.write_text("".join(lines[::step][:count]), encoding="utf-8")


def adapt(bench):
    bench.preprocess("arxiv", bench.corpora / "arxiv-abstracts-100k/arxiv-abstracts-100k.jsonl.xz", "--stopwords=en")
    if not (bench.out / "arxiv-model").exists():
        bench.train("arxiv", "arxiv-model", 100, "--num_threads=0")
    print("| corpus | alone | adapted | gain | weight | words known |\n|---|---|---|---|---|---|")
    for name, (path, flags) in ADAPTED.items():
        documents = bench.out / f"{name}.in"
        every_nth(bench.corpora / path, DOCUMENTS, documents)
        bench.preprocess(name, documents.resolve(), f"--holdout=0.5 {flags.format(bench.corpora)}")
        alone, _ = bench.mean(name, 100, "")
        adapted, said = bench.mean(name, 100, "--init_model=arxiv-model")
        words = said.partition("the words of ")[2].partition(" of the tokens")[0]
        weight = said.partition("stands for ")[2].partition(" ")[0]
        print(f"| {name} | {alone:.3f} | {adapted:.3f} | {adapted - alone:+.3f} | {weight} | {words} |", flush=True)


def seeds(bench):
    bench.preprocess("20news", bench.corpora / "newsgroups20-raw/20news-bydate.jsonl.xz", "--stopwords=en --holdout=0.1")
    (bench.out / "seeds.tsv").write_text(SEEDS, encoding="utf-8")
    print("| K | seed | without | with | cost | seed words of 10 among the first 20 |\n|---|---|---|---|---|---|")
    for topics in (50, 100):
        for seed in bench.seeds:
            bench.train("20news", "plain", topics, f"--seed={seed}")
            bench.train("20news", "seeded", topics, f"--seed={seed} --seed_words=seeds.tsv")
            without, with_seeds = (bench.completion(model, "20news.heldout") for model in ("plain", "seeded"))
            out, _ = bench.run("lightlda-dump topics --model=seeded --top_words=20 --format=json")
            kept = []
            for topic, line in zip(json.loads(out), SEEDS.splitlines()):
                top = {word["word"] for word in topic["words"]}
                kept.append(len(top & set(line.split("\t")[1].split())))
            print(f"| {topics} | {seed} | {without:.3f} | {with_seeds:.3f} | {without - with_seeds:+.3f} | "
                  f"{' '.join(map(str, kept))} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", required=True)
    parser.add_argument("--bin_dir", default="build/release/bin")
    parser.add_argument("--out", default="adapt-bench")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--parts", default="adapt,seeds")
    options = parser.parse_args()
    bench = Bench(options)
    parts = {"adapt": adapt, "seeds": seeds}
    for part in options.parts.split(","):
        parts[part](bench)


if __name__ == "__main__":
    main()
