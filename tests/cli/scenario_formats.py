#!/usr/bin/env python3
"""Every input format gives the same documents: the tiny corpus goes in, the same bags of words come out."""
import collections

import models
from cli_test import DATA_DIR, check, main


def expected_documents():
    lines = (DATA_DIR / "tiny" / "tiny.txt").read_text(encoding="utf-8").splitlines()
    return [collections.Counter(line.split()) for line in lines]


def test(arguments, sorted_vocabulary, names=None):
    """`sorted_vocabulary`: word ids are those of vocab.txt, as for every bag of words."""
    def run(scratch):
        models.preprocess(scratch, arguments)
        models.train(scratch, "--num_topics=2 --num_iterations=1")
        words = models.words(scratch)
        vocabulary = (DATA_DIR / "tiny" / "vocab.txt").read_text(encoding="utf-8").split()
        check(words == vocabulary if sorted_vocabulary else sorted(words) == vocabulary,
              f"the vocabulary is {words}")
        documents = models.assignments(scratch)
        found = [collections.Counter(words[word] for word, _ in tokens) for _, tokens in documents]
        check(found == expected_documents(), "the documents are not those of tiny.txt")
        if names is not None:
            check([name for name, _ in documents][:3] == names, f"names: {documents[0][0]}, ...")
        if sorted_vocabulary:
            for name, tokens in documents:
                ids = [word for word, _ in tokens]
                check(ids == sorted(ids), f"document {name}: tokens are not in id order: {ids}")
    return run


TEXT = "--min_df=1 --max_df=1.0"
WORDS = "--vocab=$DATA/tiny/vocab.txt"

if __name__ == "__main__":
    main([
        ("text", test(f"--input=$DATA/tiny/tiny.txt --format=text {TEXT}", False)),
        ("jsonl", test(f"--input=$DATA/tiny/tiny.jsonl --format=jsonl {TEXT}", False,
                       ["kitchen-01", "sea-01", "sky-01"])),
        ("jsonl.zst", test(f"--input=$DATA/tiny/tiny.jsonl.zst --format=jsonl {TEXT}", False)),
        ("uci", test(f"--input=$DATA/tiny/tiny.docword.txt --format=uci {WORDS}", True)),
        ("ldac", test(f"--input=$DATA/tiny/tiny.ldac --format=ldac {WORDS}", True)),
        ("libsvm", test(f"--input=$DATA/tiny/tiny.libsvm --format=libsvm {WORDS}", True)),
        ("libsvm of LightLDA", test(f"--input=$DATA/tiny/tiny.lightlda.libsvm --format=libsvm {WORDS}", True)),
    ])
