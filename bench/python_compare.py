#!/usr/bin/env python3
"""lightlda, gensim's LdaMulticore and scikit-learn's LatentDirichletAllocation on the same documents.

  PYTHONPATH=build/release/python /usr/bin/python3 bench/python_compare.py --input=FILE.jsonl[.xz] [--documents=20000]
      [--num_topics=100] [--iterations=50] [--passes=5] [--threads=2] [--only=lightlda,gensim,sklearn]

Prints a line of JSON per tool: seconds and CPU seconds of making counts of the texts and of training, perplexity of
held-out documents (a tenth), and c_npmi. One judge scores all three: document completion and coherence by lightlda, with the
topics, alpha and beta of each tool. Needs python3-gensim and python3-sklearn.
"""
import argparse
import json
import lzma
import os
import time

import numpy as np

import lightlda
from lightlda.gensim import from_gensim, to_bow


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

    def read(self):
        return {"seconds": round(time.perf_counter() - self.wall, 2), "cpu_seconds": round(self._cpu() - self.cpu, 2)}


def train_lightlda(corpus, arguments):
    return lightlda.train(corpus, arguments.num_topics, arguments.iterations, num_threads=arguments.threads)


def train_gensim(corpus, arguments):
    from gensim.models import LdaMulticore

    words = dict(enumerate(corpus.vocabulary))
    return from_gensim(LdaMulticore(to_bow(corpus), arguments.num_topics, words, passes=arguments.passes,
                                    workers=max(1, arguments.threads - 1), random_state=1))


def train_sklearn(corpus, arguments):
    from sklearn.decomposition import LatentDirichletAllocation

    lda = LatentDirichletAllocation(arguments.num_topics, max_iter=arguments.passes, learning_method="online",
                                    n_jobs=arguments.threads, random_state=1)
    lda.fit(corpus.to_csr())
    share = 1 / arguments.num_topics
    counts = np.rint(np.maximum(lda.components_ - share, 0)).astype(np.int64)
    return lightlda.Model.from_counts(counts, corpus.vocabulary, share, share)


TOOLS = {"lightlda": train_lightlda, "gensim": train_gensim, "sklearn": train_sklearn}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True)
    parser.add_argument("--documents", type=int, default=20000)
    parser.add_argument("--num_topics", type=int, default=100)
    parser.add_argument("--iterations", type=int, default=50, help="of lightlda, over all documents")
    parser.add_argument("--passes", type=int, default=5, help="of the others")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", default=",".join(TOOLS))
    arguments = parser.parse_args()
    texts = read_texts(arguments.input, arguments.documents)
    held_out = [text for d, text in enumerate(texts) if d % 10 == 0]
    clock = Clock()
    corpus = lightlda.Corpus.from_texts((text for d, text in enumerate(texts) if d % 10), stopwords="en", max_df=0.1)
    print(json.dumps({"corpus": repr(corpus), **clock.read()}), flush=True)
    for name in arguments.only.split(","):
        clock = Clock()
        model = TOOLS[name](corpus, arguments)
        spent = clock.read()
        # Texts are read by a model of the same words that knows how.
        reader = lightlda.train(corpus, 2, 1) if name != "lightlda" else model
        begins, words, _ = reader._tokens(held_out, 0)
        lists = [[corpus.vocabulary[w] for w in words[a:b]] for a, b in zip(begins[:-1].tolist(), begins[1:].tolist())]
        score = {"held_out_perplexity": round(model.perplexity(lists), 1),
                 "c_npmi": round(model.coherence("c_npmi", corpus), 4)}
        print(json.dumps({"tool": name, "num_topics": arguments.num_topics, **spent, **score}), flush=True)


if __name__ == "__main__":
    main()
