#!/usr/bin/env python3
"""Splits a UCI docword file in two: every n-th document to the held-out file, the others to the other.

usage: split_uci.py DOCWORD[.gz|.xz] N TRAIN HELDOUT
"""
import gzip
import lzma
import sys


def open_text(path):
    opener = {"gz": gzip.open, "xz": lzma.open}.get(path.rsplit(".", 1)[-1], open)
    return opener(path, "rt", encoding="ascii")


def split(source, every, train, heldout):
    """Documents whose number is a multiple of `every` go to `heldout`, the others to `train`."""
    with open_text(source) as lines:
        num_documents, num_words, _ = (int(next(lines)) for _ in range(3))
        parts = {train: [], heldout: []}
        for line in lines:
            document, rest = line.split(" ", 1)
            parts[heldout if int(document) % every == 0 else train].append((int(document), rest))
    for path, entries in parts.items():
        kept = [d for d in range(1, num_documents + 1) if (d % every == 0) == (path == heldout)]
        numbers = {document: i + 1 for i, document in enumerate(kept)}
        with open(path, "w", encoding="ascii") as out:
            out.write(f"{len(kept)}\n{num_words}\n{len(entries)}\n")
            out.writelines(f"{numbers[d]} {rest}" for d, rest in entries)


if __name__ == "__main__":
    split(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
