#!/usr/bin/env python3
"""From texts to a model: lightlda, gensim's LdaMulticore, scikit-learn's LatentDirichletAllocation and tomotopy.

  PYTHONPATH=build/release/python /usr/bin/python3 bench/python_compare.py --input=FILE.jsonl[.xz] [--documents=0]
      [--num_topics=100] [--iterations=100] [--passes=10] [--threads=2] [--repeats=3] [--only=lightlda,gensim,sklearn]
      [--tomotopy=PATH]

Each tool reads the same texts its own way, which is timed; then all are trained on the same documents and words, those
that lightlda has read. Prints a line of JSON per run, and a table of the medians over --repeats runs, which take turns.

Quality is of the first run, by one judge, lightlda: log-likelihood per token of a tenth of the documents, that no tool
has seen, by document completion, with the topics, alpha and beta of the tool; c_v and c_npmi of 10 words per topic, in
the training documents. Topics of tools that have expectations for counts keep six binary digits of their fractions.

--tomotopy: the program of bench/peers/tomotopy_run.cc, built as bench/peers/README.md says; one thread, its defaults.
Needs python3-gensim and python3-sklearn.
"""
import argparse
import json
import lzma
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np

import lightlda
from lightlda.gensim import to_bow

MIN_DF, MAX_DF = 5, 0.1
FRACTION = 64  # of a token


def read_texts(path, limit):
    opened = lzma.open if path.endswith(".xz") else open
    texts = []
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            texts.append(json.loads(line)["text"])
            if len(texts) == limit:
                break
    return texts


class Clock:
    """Wall and CPU seconds, of the process and of its children that have ended."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), self._cpu()

    @staticmethod
    def _cpu():
        return sum(os.times()[:4])

    def read(self, what):
        return {f"{what}_seconds": time.perf_counter() - self.wall, f"{what}_cpu_seconds": self._cpu() - self.cpu}


def of_expectations(counts, words, alpha, beta):
    """A model of counts that are no whole numbers: phi is the same if counts and beta are multiplied alike."""
    return lightlda.Model.from_counts(np.rint(np.maximum(counts, 0) * FRACTION).astype(np.int64), words, alpha, beta * FRACTION)


class LightLda:
    def read(self, texts):
        return lightlda.Corpus.from_texts(texts, stopwords="en", min_df=MIN_DF, max_df=MAX_DF)

    def train(self, corpus, arguments):
        return lightlda.train(corpus, arguments.num_topics, arguments.iterations, num_threads=arguments.threads)

    def model(self, trained, corpus):
        return trained


class Gensim:
    def read(self, texts):
        from gensim.corpora import Dictionary
        from gensim.parsing.preprocessing import STOPWORDS
        from gensim.utils import simple_preprocess

        tokens = [[word for word in simple_preprocess(text) if word not in STOPWORDS] for text in texts]
        words = Dictionary(tokens)
        words.filter_extremes(no_below=MIN_DF, no_above=MAX_DF, keep_n=None)
        return [words.doc2bow(document) for document in tokens]

    def train(self, corpus, arguments):
        from gensim.models import LdaMulticore

        return LdaMulticore(to_bow(corpus), arguments.num_topics, dict(enumerate(corpus.vocabulary)),
                            passes=arguments.passes, workers=max(1, arguments.threads - 1), random_state=1)

    def model(self, trained, corpus):
        return of_expectations(trained.state.sstats, corpus.vocabulary, np.asarray(trained.alpha, float),
                               float(np.mean(trained.eta)))


class Sklearn:
    def read(self, texts):
        from sklearn.feature_extraction.text import CountVectorizer

        return CountVectorizer(stop_words="english", min_df=MIN_DF, max_df=MAX_DF).fit_transform(texts)

    def train(self, corpus, arguments):
        from joblib.externals.loky import get_reusable_executor
        from sklearn.decomposition import LatentDirichletAllocation

        trained = LatentDirichletAllocation(arguments.num_topics, max_iter=arguments.passes, learning_method="online",
                                            n_jobs=arguments.threads, random_state=1).fit(corpus.to_csr())
        get_reusable_executor().shutdown(wait=True)  # processes that have ended have their CPU seconds counted
        return trained

    def model(self, trained, corpus):
        share = 1 / trained.n_components
        return of_expectations(trained.components_ - share, corpus.vocabulary, share, share)


class Tomotopy:
    """Words are numbers in its files; reading them is in its seconds, those of reading texts are not measured."""

    def __init__(self, program):
        self.program = program

    def read(self, texts):
        return None

    def train(self, corpus, arguments):
        self.alpha, self.beta = 0.1, 0.01  # as tomotopy.LDAModel has them
        with tempfile.TemporaryDirectory() as scratch:
            rows = corpus.to_csr()
            with open(f"{scratch}/text.txt", "w", encoding="ascii") as out:
                for d in range(rows.shape[0]):
                    part = slice(rows.indptr[d], rows.indptr[d + 1])
                    out.write(f"{d} x {' '.join(map(str, np.repeat(rows.indices[part], rows.data[part])))}\n")
            subprocess.run([self.program, f"{scratch}/text.txt", str(arguments.num_topics), str(arguments.iterations),
                            str(self.alpha), str(self.beta), "1", "0", f"{scratch}/dump.txt"], check=True,
                           stdout=subprocess.DEVNULL)
            counts = np.zeros((arguments.num_topics, corpus.num_words), np.int64)
            with open(f"{scratch}/dump.txt", encoding="ascii") as lines:
                for line in lines:
                    if line.strip():
                        pairs = np.array([token.split(":") for token in line.split()], int)
                        np.add.at(counts, (pairs[:, 1], pairs[:, 0]), 1)
        return counts

    def model(self, trained, corpus):
        return lightlda.Model.from_counts(trained, corpus.vocabulary, self.alpha, self.beta)


def score(model, corpus, held_out):
    predicted = model.predict(held_out)
    return {"held_out_log_likelihood": predicted["log_likelihood_per_token"], "c_v": model.coherence("c_v", corpus),
            "c_npmi": model.coherence("c_npmi", corpus)}


def show_table(runs, scores):
    """Medians, in Markdown; the ratio is of seconds from texts to a model."""
    def median(name, key):
        return statistics.median(run[key] for run in runs[name])

    totals = {name: median(name, "text_seconds") + median(name, "train_seconds") for name in runs}
    print("\n| tool | texts, s | training, s | CPU, s | times | held-out | c_v | c_npmi |\n|---|---|---|---|---|---|---|---|")
    for name in runs:
        cpu = median(name, "text_cpu_seconds") + median(name, "train_cpu_seconds")
        found = scores[name]
        print(f"| {name} | {median(name, 'text_seconds'):.1f} | {median(name, 'train_seconds'):.1f} | {cpu:.1f} | "
              f"{totals[name] / totals['lightlda'] if 'lightlda' in totals else float('nan'):.1f} | "
              f"{found['held_out_log_likelihood']:.3f} | {found['c_v']:.3f} | {found['c_npmi']:.3f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True)
    parser.add_argument("--documents", type=int, default=0, help="0: all")
    parser.add_argument("--num_topics", type=int, default=100)
    parser.add_argument("--iterations", type=int, default=100, help="of lightlda and tomotopy, over all documents")
    parser.add_argument("--passes", type=int, default=10, help="of gensim and scikit-learn")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default="lightlda,gensim,sklearn")
    parser.add_argument("--tomotopy", type=pathlib.Path)
    arguments = parser.parse_args()
    tools = {"lightlda": LightLda(), "gensim": Gensim(), "sklearn": Sklearn()}
    tools = {name: tools[name] for name in arguments.only.split(",")}
    if arguments.tomotopy:
        tools["tomotopy"] = Tomotopy(arguments.tomotopy.resolve())
    texts = read_texts(arguments.input, arguments.documents)
    known, held_out = [text for d, text in enumerate(texts) if d % 10], texts[::10]
    corpus = LightLda().read(known)
    reader = lightlda.train(corpus, 2, 1)  # knows how texts are read
    begins, words, _ = reader._tokens(held_out, 0)
    held_out = [[corpus.vocabulary[w] for w in words[a:b]] for a, b in zip(begins[:-1].tolist(), begins[1:].tolist())]
    print(json.dumps({"corpus": repr(corpus), "held_out": len(held_out)}), flush=True)
    runs, scores = {name: [] for name in tools}, {}
    for repeat in range(arguments.repeats):
        for name, tool in tools.items():
            clock = Clock()
            tool.read(known)
            spent, clock = clock.read("text"), Clock()
            trained = tool.train(corpus, arguments)
            spent.update(clock.read("train"))
            runs[name].append(spent)
            if repeat == 0:
                scores[name] = score(tool.model(trained, corpus), corpus, held_out)
            print(json.dumps({"tool": name, "num_topics": arguments.num_topics,
                              **{key: round(value, 4) for key, value in {**spent, **(scores[name] if repeat == 0 else {})}.items()}}),
                  flush=True)
    show_table(runs, scores)


if __name__ == "__main__":
    main()
