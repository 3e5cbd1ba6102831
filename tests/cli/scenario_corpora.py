#!/usr/bin/env python3
"""Public corpora, if they lie beside the source tree in ../shared/corpora: what goes in comes out.

Word ids, words, frequencies, documents and their order are computed here from the input files and compared
with what the programs give back; then the likelihood is recomputed."""
import collections
import gzip

import models
from cli_test import SOURCE_DIR, check, main

CORPORA = SOURCE_DIR.parent / "shared" / "corpora"


def read_ldac(path):
    with gzip.open(path, "rt", encoding="ascii") as lines:
        return [{int(w): int(c) for w, c in (pair.split(":") for pair in line.split()[1:])}
                for line in lines]


def read_uci(path):
    with gzip.open(path, "rt", encoding="ascii") as lines:
        documents = [{} for _ in range(int(next(lines)))]
        next(lines)
        next(lines)
        for line in lines:
            document, word, count = map(int, line.split())
            documents[document - 1][word - 1] = count
    return documents


def test(read, file_format, file, vocabulary_file):
    def run(scratch):
        if not (CORPORA / file).exists():
            return "no ../shared/corpora"
        models.preprocess(scratch, f"--input={CORPORA / file} --format={file_format} "
                                   f"--vocab={CORPORA / vocabulary_file}")
        models.train(scratch, "--num_topics=20 --num_iterations=3 --alpha=0.1 --beta=0.01")
        expected = read(CORPORA / file)
        documents = models.check_consistent(scratch, 0.01)
        check(len(documents) == len(expected), f"{len(documents)} documents, expected {len(expected)}")
        for (name, tokens), bag in zip(documents, expected):
            found = collections.Counter(word for word, _ in tokens)
            check(found == bag, f"document {name}: {found}, expected {bag}")
        vocabulary = (CORPORA / vocabulary_file).read_text(encoding="utf-8").split("\n")
        if vocabulary[-1] == "":
            vocabulary.pop()
        # A word that nobody could see in a list is shown by its code point, and keeps its id.
        vocabulary = ["<U+00A0>" if word == "\u00a0" else word for word in vocabulary]
        check(models.words(scratch) == vocabulary, "the words or their ids differ from the vocabulary file")
        return None
    return run


if __name__ == "__main__":
    main([
        ("uci-kos", test(read_uci, "uci", "uci-kos/docword.kos.txt.gz", "uci-kos/vocab.kos.txt")),
        ("citeulike-t, 31 empty documents and a word that is a no-break space",
         test(read_ldac, "ldac", "citeulike-t/mult.dat.gz", "citeulike-t/vocabulary.dat")),
        ("cora", test(read_ldac, "ldac", "cora-lda/cora.ldac.gz", "cora-lda/cora.vocab")),
    ])
