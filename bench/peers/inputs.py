"""Corpora in the form every system of bench/compare.py reads, and models in the form one program scores."""
import math
import os
import sys
from collections import defaultdict
from itertools import groupby

from peers.systems import BETA, execute, fail

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import split_uci  # noqa: E402

# Folder of the collection, held-out documents: every n-th.
FOLDERS = {"nips": ("uci-nips-trimmed", 10), "arxiv100k": ("arxiv-abstracts-100k", 50),
           "arxiv527k": ("arxiv-abstracts-527k", 50)}


def write_text(docword, path):
    """A UCI docword file as lines "d<DOCUMENT> X w<WORD> w<WORD> ...", numbers from 1."""
    with split_uci.open_text(docword) as lines, open(path + ".part", "w", encoding="ascii") as out:
        for _ in range(3):
            next(lines)
        entries = (line.split() for line in lines)
        for document, words in groupby(entries, key=lambda entry: entry[0]):
            out.write(f"d{document} X " + "".join(f"w{word} " * int(count) for _, word, count in words) + "\n")
    os.rename(path + ".part", path)


class Inputs:
    """Makes what is asked for once, under `work`, and keeps it."""

    def __init__(self, work, collection, ours, peers):
        self.work, self.collection, self.ours, self.peers = work, collection, ours, peers

    def find(self, corpus, beginning):
        folder = os.path.join(self.collection, FOLDERS[corpus][0])
        names = [name for name in sorted(os.listdir(folder)) if name.startswith(beginning)]
        if not names:
            fail(f"{folder}: expected a file {beginning}*")
        return os.path.join(folder, names[0])

    def make(self, name, docword, vocab, peers):
        """work/name/ours for lightlda and, for each peer named, its form of work/name/text.txt."""
        folder = os.path.join(self.work, name)
        os.makedirs(folder, exist_ok=True)
        if not os.path.exists(f"{folder}/ours"):
            execute([self.ours.program("lightlda-preprocess"), f"--input={docword}", f"--vocab={vocab}",
                     f"--output={folder}/ours"])
        if peers and not os.path.exists(f"{folder}/text.txt"):
            write_text(docword, f"{folder}/text.txt")
        for peer in peers:
            self.peers[peer].prepare(folder)
        return folder

    def whole(self, corpus, peers):
        return self.make(corpus, self.find(corpus, "docword"), self.find(corpus, "vocab"), peers)

    def split(self, corpus, peers):
        """Folders of the training and of the held-out documents."""
        folders = [os.path.join(self.work, f"{corpus}-{part}") for part in ("train", "heldout")]
        files = [folder + ".docword" for folder in folders]
        if not all(os.path.exists(file) for file in files):
            split_uci.split(self.find(corpus, "docword"), FOLDERS[corpus][1], *files)
        vocab = self.find(corpus, "vocab")
        return (self.make(f"{corpus}-train", files[0], vocab, peers),
                self.make(f"{corpus}-heldout", files[1], vocab, []))


def count_topics(documents, topics, words, alpha, table_path):
    """Writes the word-topic table of a dump as lightlda-dump word_topic --format=text does, and returns the
    dump's joint log-likelihood per token, computed as docs/sampler.md#the-likelihood has it."""
    rows = defaultdict(lambda: defaultdict(int))
    totals, tokens, likelihood = [0] * topics, 0, 0.0
    gammas = {}

    def rise(base, count):
        """lgamma(base + count) - lgamma(base)."""
        if (base, count) not in gammas:
            gammas[base, count] = math.lgamma(base + count) - math.lgamma(base)
        return gammas[base, count]

    for pairs in documents:
        of_document = defaultdict(int)
        for word, topic in pairs:
            rows[word][topic] += 1
            of_document[topic] += 1
            totals[topic] += 1
        tokens += len(pairs)
        likelihood += sum(rise(alpha, count) for count in of_document.values()) - rise(alpha * topics, len(pairs))
    likelihood += sum(rise(BETA, count) for row in rows.values() for count in row.values())
    likelihood -= sum(rise(BETA * words, total) for total in totals)
    with open(table_path, "w", encoding="ascii") as out:
        for word in sorted(rows):
            out.write(f"{word} " + " ".join(f"{k}:{n}" for k, n in sorted(rows[word].items())) + "\n")
    return likelihood / tokens
