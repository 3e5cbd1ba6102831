#!/usr/bin/env python3
"""How text becomes words: stop words of many languages, and what the summary says of them; recomputed here."""
import re

import corpora
from cli_test import DATA_DIR, SOURCE_DIR, check, main

SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"
KEEP = "--min_df=1 --max_df=1.0 --min_token_length=1"


def preprocess(scratch, arguments, output="corpus"):
    """Returns what it tells and the corpus."""
    told = scratch.must(f"lightlda-preprocess --output={output} --overwrite {arguments} 2>&1")
    return told, corpora.Corpus(scratch.path / output)


def sample(scratch, documents=600):
    scratch.must(f"xz -dc {SAMPLE} | head -n {documents} > in.jsonl")


def vendored(language):
    path = SOURCE_DIR / "third_party/stopwords-iso" / f"{language}.txt"
    return path.read_text(encoding="utf-8").split()


def lists_by_any_name(scratch):
    sample(scratch)
    _, plain = preprocess(scratch, f"--input=in.jsonl {KEEP}")
    _, short = preprocess(scratch, f"--input=in.jsonl {KEEP} --stopwords=en")
    _, full = preprocess(scratch, f"--input=in.jsonl {KEEP} --stopwords=english")
    gone = set(plain.words) - set(short.words)
    check({"the", "of", "and"} <= gone and len(gone) > 100, f"gone: {sorted(gone)[:20]}")
    check(full.words == short.words and full.documents == short.documents, "english is not en")
    check(short.documents == [[w for w in d if w not in gone] for d in plain.documents], "more than stop words went")
    stop = short.pipeline["stop_words"]
    check(gone <= set(stop), "a word went that the model does not keep as a stop word")


def every_vendored_list(scratch):
    languages = sorted(p.stem for p in (SOURCE_DIR / "third_party/stopwords-iso").glob("*.txt"))
    check(len(languages) == 21, f"{languages}")
    (scratch.path / "in.txt").write_text("xyzzy " * 20 + "\n", encoding="utf-8")
    for language in languages:
        _, corpus = preprocess(scratch, f"--input=in.txt --format=text {KEEP} --stopwords={language}")
        missing = [w for w in vendored(language) if w.isascii() and w not in corpus.pipeline["stop_words"]]
        size = len(corpus.pipeline["stop_words"])
        check(not missing and size >= 0.9 * len(vendored(language)), f"{language}: {size} words, without {missing}")


def picked_and_noted(scratch):
    """The share that is told is that of the list's words among the tokens."""
    sample(scratch)
    told, plain = preprocess(scratch, f"--input=in.jsonl {KEEP}")
    _, english = preprocess(scratch, f"--input=in.jsonl {KEEP} --stopwords=en", "english")
    stop = set(english.pipeline["stop_words"])
    taken = sum(n for w, n in zip(plain.words, plain.tokens) if w in stop)
    amount = f"{taken:,} of {sum(plain.tokens):,}"
    check(re.search(rf"note: no stop words were removed, and \d+ % of the tokens \({amount}\) are in the list "
                    r"en \(English\); --stopwords=en removes them", told), told)
    told, picked = preprocess(scratch, f"--input=in.jsonl {KEEP} --stopwords=auto")
    check(f"note: --stopwords=auto took the list en (English), which has" in told and amount in told, told)
    check("no stop words were removed" not in told, told)
    check(picked.words == english.words and picked.documents == english.documents, "picked and named lists differ")
    check(picked.pipeline == english.pipeline, "the models read text differently")
    check(picked.manifest["settings"]["picked_stopwords"] == "en", f"{picked.manifest['settings']}")
    told, _ = preprocess(scratch, f"--input=in.jsonl {KEEP} --stopwords=de")
    check("note" not in told, told)


TESTS = [
    ("stop words have the names of stemmers", lists_by_any_name),
    ("every vendored list can be taken", every_vendored_list),
    ("a list is picked, or the lack of one noted", picked_and_noted),
]

if __name__ == "__main__":
    main(TESTS)
