#!/usr/bin/env python3
"""What users get of a model: how well it predicts documents that were left out, how well its topics read, by seconds.

usage: bench/quality.py [--corpora=NAME,...] [--topics=100,...] [--seeds=1,2,3] [--variant=NAME:FLAGS ...]
                        [--iterations=N|auto] [--mallet=CLASSPATH] [--bin_dir=DIR] [--collection=DIR]
                        [--scratch=DIR] [--results=FILE]

Trains each variant of the flags of lightlda on each corpus, number of topics and seed, one thread each, and prints a
line of JSON for each model and at the end a table of means over seeds, as differences from the first variant.

  held-out    log-likelihood per token of held-out documents by completion (lightlda-evaluate completion)
  npmi, c_v   mean coherence of the topics in the training corpus, exact windows; "-" for bags of words
  worst c_v   mean of the worst tenth of the topics
  twins       share of topics that another seed has, too: Hellinger distance below 0.5 (lightlda-dump compare)
  seconds     CPU seconds of training, all in

--mallet adds a variant of that name: Mallet's TopicTrainer on the same tokens, one thread, alpha's sum 5, 1,000
iterations, priors learned every 10 from the 200th. Its model is imported and judged by the same programs.

--results keeps the lines and trains only what is not there yet. --scratch keeps the corpora.
"""
import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TEXT = ["--stopwords=en", "--min_df=5", "--max_df=0.5"]

# File, flags of lightlda-preprocess.
SOURCES = {
    "nips": ("uci-nips-trimmed/docword.nips-trimmed.txt.gz", ["--vocab={}/uci-nips-trimmed/vocab.nips-trimmed.txt"]),
    "kos": ("uci-kos/docword.kos.txt.gz", ["--vocab={}/uci-kos/vocab.kos.txt"]),
    "cora": ("cora-lda/cora.ldac.gz", ["--vocab={}/cora-lda/cora.vocab", "--format=ldac"]),
    "citeulike": ("citeulike-t/mult.dat.gz", ["--vocab={}/citeulike-t/vocabulary.dat", "--format=ldac"]),
    "arxiv100k": ("arxiv-abstracts-100k/arxiv-abstracts-100k.jsonl.xz", TEXT),
    "reuters": ("reuters21578/reuters21578.jsonl.xz", TEXT),
    "newsgroups": ("newsgroups20-raw/20news-bydate.jsonl.xz", TEXT),
    "debian": ("debian-descriptions/debian-descriptions.en.jsonl.xz", TEXT),
    "wikipedia-en": ("wikipedia-samples/wikipedia.en.jsonl.xz", TEXT),
    "wikipedia-vi": ("wikipedia-samples/wikipedia.vi.jsonl.xz", ["--min_df=5", "--max_df=0.5"]),
}


class Bench:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch

    def path(self, name):
        return os.path.join(self.scratch, name)

    def run(self, program, *args):
        return self.execute([os.path.join(self.options.bin_dir, program), *args])

    def execute(self, command):
        """Standard output and the CPU seconds that the program took."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{process.stderr}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return process.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def corpus(self, name):
        target = self.path(name)
        if not os.path.exists(target):
            source, flags = SOURCES[name]
            self.run("lightlda-preprocess", f"--input={os.path.join(self.options.collection, source)}", f"--output={target}",
                     "--holdout=0.1", *[flag.format(self.options.collection) for flag in flags])
        return target

    def coherence(self, model, corpus):
        topics = json.loads("[" + ",".join(
            self.run("lightlda-evaluate", "coherence", f"--model={model}", f"--corpus={corpus}", "--format=json",
                     "--num_threads=1")[0].splitlines()) + "]")
        topics = [topic for topic in topics if isinstance(topic.get("topic"), int)]
        if topics[0].get("c_v") is None:
            return {}
        c_v = sorted(topic["c_v"] for topic in topics)
        return {"npmi": statistics.mean(topic["c_npmi"] for topic in topics), "c_v": statistics.mean(c_v),
                "worst_c_v": statistics.mean(c_v[:max(1, len(c_v) // 10)])}

    def java(self, *args):
        # One thread of its own, so the collector without threads.
        return self.execute(["java", "-Xmx8g", "-XX:+UseSerialGC", "-Djava.awt.headless=true", "-cp", self.options.mallet,
                             *args])[1]

    def instances(self, name):
        """The corpus's documents for Mallet, words as w0, w1 ..., and what those stand for."""
        target = self.path(f"{name}.mallet")
        if not os.path.exists(f"{target}.bin"):
            model = self.path("model-tokens")
            self.run("lightlda", f"--corpus={self.corpus(name)}", f"--model={model}", "--num_topics=2",
                     "--num_iterations=1", "--growth_stages=0", "--overwrite")
            self.run("lightlda-dump", "mallet_state", f"--model={model}", f"--output={target}.gz")
            documents, words = {}, {}
            for document, _, _, word, spelling, _ in state_lines(f"{target}.gz"):
                documents.setdefault(document, []).append(f"w{word}")
                words[f"w{word}"] = spelling
            with open(f"{target}.txt", "w", encoding="ascii") as out:
                out.writelines(f"{document} X {' '.join(tokens)}\n" for document, tokens in documents.items())
            with open(f"{target}.words", "w", encoding="utf-8") as out:
                json.dump(words, out)
            self.java("cc.mallet.classify.tui.Csv2Vectors", "--input", f"{target}.txt", "--output", f"{target}.bin",
                      "--keep-sequence", "--preserve-case", "--token-regex", r"\S+")
        with open(f"{target}.words", encoding="utf-8") as words:
            return f"{target}.bin", json.load(words)

    def train_mallet(self, name, topics, seed, model):
        instances, words = self.instances(name)
        state = self.path("mallet-state.gz")
        seconds = self.java("cc.mallet.topics.tui.TopicTrainer", "--input", instances, "--num-topics", str(topics),
                            "--num-threads", "1", "--num-iterations", "1000", "--optimize-interval", "10",
                            "--optimize-burn-in", "200", "--alpha", "5", "--beta", "0.01", "--random-seed", str(seed),
                            "--show-topics-interval", "1000", "--output-state", state)
        with gzip.open(self.path("spelled-state.gz"), "wt", encoding="utf-8", compresslevel=1) as out, \
                gzip.open(state, "rt", encoding="utf-8") as lines:
            for line in lines:
                fields = line.split(" ")
                if not line.startswith("#"):
                    fields[4] = words[fields[4]]
                out.write(" ".join(fields))
        self.run("lightlda-import", "mallet_state", f"--input={self.path('spelled-state.gz')}", f"--output={model}",
                 "--overwrite")
        return seconds

    def train_ours(self, name, topics, flags, seed, model):
        corpus = self.corpus(name)
        return self.run("lightlda", f"--corpus={corpus}", f"--model={model}", f"--num_topics={topics}",
                        f"--num_iterations={self.options.iterations}", f"--seed={seed}", "--num_threads=1",
                        "--preview_interval=0", "--likelihood_interval=0", "--overwrite", *flags)[1]

    def train(self, name, topics, variant, flags, seed, model):
        if variant == "mallet" and self.options.mallet:
            seconds = self.train_mallet(name, topics, seed, model)
        else:
            seconds = self.train_ours(name, topics, flags, seed, model)
        corpus = self.corpus(name)
        score = json.loads(self.run("lightlda-evaluate", "completion", f"--model={model}", "--format=json",
                                    f"--corpus={corpus}.heldout", "--num_threads=1")[0])
        return {"seconds": seconds, "held_out": score["log_likelihood_per_token"],
                **self.coherence(model, corpus)}

    def twins(self, model, other):
        lines = self.run("lightlda-dump", "compare", f"--model={model}", f"--other={other}", "--format=json")[0]
        found = [json.loads(line) for line in lines.splitlines()]
        near = {pair["topic"] for pair in found if pair.get("hellinger") is not None and pair["hellinger"] < 0.5}
        return len(near) / len({pair["topic"] for pair in found if pair.get("topic") is not None})


def state_lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                yield line.rstrip("\n").split(" ")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", default=",".join(SOURCES))
    parser.add_argument("--topics", default="100")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--variant", action="append", help="NAME:FLAGS, e.g. learned:--optimize_interval=10")
    parser.add_argument("--iterations", default="auto")
    parser.add_argument("--mallet", default="")
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build", "release", "bin"))
    parser.add_argument("--collection", default=os.path.join(ROOT, "..", "shared", "corpora"))
    parser.add_argument("--scratch", default="")
    parser.add_argument("--results", default="")
    options = parser.parse_args()
    options.variants = dict(text.split(":", 1) for text in options.variant or ["defaults:"])
    if options.mallet:
        options.variants["mallet"] = ""
    return options


def read_results(path):
    if not path or not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(bench, options, records):
    def key(record):
        return tuple(record[field] for field in ("corpus", "topics", "variant", "flags", "iterations", "seed"))

    done = {key(record) for record in records}
    for name in options.corpora.split(","):
        for topics in map(int, options.topics.split(",")):
            for seed in map(int, options.seeds.split(",")):
                for variant, flags in options.variants.items():
                    record = {"corpus": name, "topics": topics, "variant": variant, "flags": flags,
                              "iterations": options.iterations, "seed": seed}
                    if key(record) in done:
                        continue
                    model = bench.path(f"model-{variant}-{seed}")
                    record.update(bench.train(name, topics, variant, flags.split(), seed, model))
                    first = bench.path(f"model-{variant}-{options.seeds.split(',')[0]}")
                    if model != first and os.path.exists(first):
                        record["twins"] = bench.twins(model, first)
                    records.append(record)
                    print(json.dumps(record), flush=True)
                    if options.results:
                        with open(options.results, "a", encoding="utf-8") as out:
                            out.write(json.dumps(record) + "\n")


FIELDS = {"held_out": "held-out", "npmi": "npmi", "c_v": "c_v", "worst_c_v": "worst c_v", "twins": "twins",
          "seconds": "seconds"}


def table(options, records):
    """Means over seeds: of the first variant, and what the others have more; seconds as ratios."""
    print("\n| corpus | K | variant | seeds | " + " | ".join(FIELDS.values()) + " |\n|" + "---|" * (4 + len(FIELDS)))
    for name in options.corpora.split(","):
        for topics in map(int, options.topics.split(",")):
            base = {}
            for variant in options.variants:
                rows = [r for r in records if r["corpus"] == name and r["topics"] == topics and r["variant"] == variant and
                        r["iterations"] == options.iterations]
                cells = []
                for field in FIELDS:
                    values = [row[field] for row in rows if field in row]
                    mean = statistics.mean(values) if values else None
                    if mean is None:
                        cells.append("-")
                    elif base.setdefault(field, mean) is mean or variant == next(iter(options.variants)):
                        cells.append(f"{mean:.1f}" if field == "seconds" else f"{mean:.3f}")
                    elif field == "seconds":
                        cells.append(f"x {mean / base[field]:.2f}")
                    else:
                        cells.append(f"{mean - base[field]:+.3f}")
                print(f"| {name} | {topics} | {variant} | {len(rows)} | " + " | ".join(cells) + " |")


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as scratch:
        if options.scratch:
            os.makedirs(options.scratch, exist_ok=True)
        records = read_results(options.results)
        measure(Bench(options, options.scratch or scratch), options, records)
        table(options, records)


if __name__ == "__main__":
    main()
