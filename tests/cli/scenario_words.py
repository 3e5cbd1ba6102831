#!/usr/bin/env python3
"""How text becomes words: stop words of many languages, phrases, stems, what the summary says; recomputed here."""
import collections
import json
import math
import re

import corpora
import models
import readers
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


def dropped_words_are_named(scratch):
    sample(scratch)
    told, plain = preprocess(scratch, f"--input=in.jsonl {KEEP}")
    stop = set(preprocess(scratch, f"--input=in.jsonl {KEEP} --stopwords=en")[1].pipeline["stop_words"])
    told, kept = preprocess(scratch, "--input=in.jsonl --min_df=3 --max_df=0.05 --stopwords=en")
    reasons = collections.defaultdict(dict)
    for word, tokens, documents in zip(plain.words, plain.tokens, plain.documents_with):
        if len(word) < 2:
            reason = "too short"
        elif word in stop:
            reason = "stop word"
        elif documents < 3:
            reason = "below min_df"
        elif documents > 0.05 * len(plain.documents):
            reason = "above max_df"
        else:
            continue
        reasons[reason][word] = tokens
    check(set(reasons) == {"too short", "stop word", "below min_df", "above max_df"}, f"{set(reasons)}")
    for reason, words in reasons.items():
        first = sorted(words, key=lambda w: (-words[w], w.encode()))[:10]
        more = " ..." if len(words) > len(first) else ""
        line = f"  dropped      {reason}: {len(words):,} words, {sum(words.values()):,} tokens: {' '.join(first)}{more}"
        check(line in told.splitlines(), f"expected {line!r} in {told}")
    check(kept.manifest["summary"]["dropped_words"] == {r: len(w) for r, w in reasons.items()}, "the manifest")


def npmi_phrases(documents, min_count, threshold):
    """Bouma 2009, with the counts of gensim's Phrases."""
    words = collections.Counter(word for d in documents for word in d)
    pairs = collections.Counter(pair for d in documents for pair in zip(d, d[1:]))
    total = sum(words.values())

    def npmi(pair, count):
        p_pair = count / total
        return math.log(p_pair / ((words[pair[0]] / total) * (words[pair[1]] / total))) / -math.log(p_pair)
    return {pair for pair, count in pairs.items() if count >= min_count and npmi(pair, count) > threshold}


def joined(document, phrases):
    words, begin = [], None
    for word in document:
        if begin is not None and (begin, word) in phrases:
            words.append(f"{begin}_{word}")
            begin = None
        else:
            if begin is not None:
                words.append(begin)
            begin = word
    return words + ([begin] if begin is not None else [])


def phrases(scratch):
    sample(scratch)
    flags = f"--input=in.jsonl {KEEP} --stopwords=en"
    _, plain = preprocess(scratch, flags)
    for min_count, threshold in ((5, 0.5), (2, 0.3), (20, 0.0)):
        found = npmi_phrases(plain.documents, min_count, threshold)
        bounds = f"--phrases=npmi --phrase_min_count={min_count} --phrase_threshold={threshold}"
        told, corpus = preprocess(scratch, f"{flags} {bounds}")
        check(len(found) > 10, f"only {len(found)} phrases")
        check({tuple(p) for p in corpus.pipeline["phrases"]} == found, f"other phrases at {bounds}")
        check(corpus.documents == [joined(d, found) for d in plain.documents], f"other documents at {bounds}")
        count = len(set(corpus.words) & {"_".join(pair) for pair in found})
        check(re.search(rf"^  phrases +{count:,} words, ", told, re.M), told)
        preprocess(scratch, f"{flags} {bounds} --num_threads=1", "single")
        scratch.must("diff -r corpus single")


def gensim_phrases(scratch, gensim):
    Phrases = gensim.models.phrases.Phrases
    sample(scratch)
    flags = f"--input=in.jsonl {KEEP} --stopwords=en"
    _, plain = preprocess(scratch, flags)
    # gensim counts a word "a_b" of the text with the phrase.
    documents = [[word.replace("_", "-") for word in d] for d in plain.documents]
    (scratch.path / "in.txt").write_text("".join(" ".join(d) + "\n" for d in documents), encoding="utf-8")
    regex = "--format=text --token_regex='\\S+' --min_token_length=1 --min_df=1 --max_df=1.0"
    for min_count, threshold in ((5, 0.5), (3, 0.1)):
        model = Phrases(documents, min_count=min_count, threshold=threshold, scoring="npmi")
        _, corpus = preprocess(scratch, f"--input=in.txt {regex} --phrases=npmi --phrase_min_count={min_count} "
                               f"--phrase_threshold={threshold}")
        ours = {"_".join(pair) for pair in corpus.pipeline["phrases"]}
        check(ours == set(model.export_phrases()), f"{sorted(ours ^ set(model.export_phrases()))[:10]}")
        check(corpus.documents == [model[d] for d in documents], "gensim's documents differ")


def new_text_is_read_alike(scratch):
    """A model joins phrases and names stems in new text, and --like does."""
    sample(scratch)
    (scratch.path / "replace.txt").write_text("libraries library\nsoftware\n", encoding="utf-8")
    _, corpus = preprocess(scratch, "--input=in.jsonl --stopwords=auto --stemmer=english --phrases=npmi --min_df=2 "
                           "--phrase_threshold=0.3 --replace=replace.txt")
    check("library" in corpus.words and "librari" not in corpus.words, "a stem is shown as such")
    check("software" not in corpus.words, "a word that was to go")
    check(any("_" in w for w in corpus.words) and corpus.pipeline["forms"], "no phrases or forms")
    models.train(scratch, "--num_topics=5 --num_iterations=3")
    scratch.must("cp corpus/text_pipeline.json a && cmp a model/text_pipeline.json")
    inferred = [json.loads(line) for line in scratch.must(
        "lightlda-infer --model=model --input=in.jsonl --format=json").splitlines()]
    sizes = {name: len(words) for name, words in zip(corpus.names, corpus.documents)}
    check({row["document"]: row["tokens"] for row in inferred} == sizes, "tokens that the model knows")
    for like in ("corpus", "model"):
        _, again = preprocess(scratch, f"--input=in.jsonl --like={like}", "again")
        check(again.words == corpus.words and again.documents == corpus.documents, f"--like={like} reads otherwise")
        scratch.must("cmp corpus/text_pipeline.json again/text_pipeline.json")


def metadata_and_model_hash(scratch):
    """Known members are metadata by themselves; no model depends on it."""
    sample(scratch, 300)
    rows = [json.loads(line) for line in (scratch.path / "in.jsonl").read_text(encoding="utf-8").splitlines()]
    for i, row in enumerate(rows):
        row.update(title=f"title {i}", created=f"20{i % 20:02}-0{i % 9 + 1}", label="abc"[i % 3], split="x")
    (scratch.path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    told, with_it = preprocess(scratch, "--input=in.jsonl --stopwords=en", "with")
    fields = {f["name"]: f["type"] for f in with_it.manifest["metadata"]["fields"]}
    check(fields == {"title": "text", "created": "date", "label": "category"}, f"{fields}")
    check(with_it.manifest["metadata"]["snippet_bytes"] == 240, "snippets")
    check(all(re.search(rf"^  metadata +{name} ", told, re.M) for name in fields), told)
    _, without = preprocess(scratch, "--input=in.jsonl --stopwords=en --metadata_fields=none --snippet_bytes=0", "without")
    check("metadata" not in without.manifest and not list((scratch.path / "without").glob("meta*")), "metadata")
    check(with_it.documents == without.documents, "metadata changed documents")
    hashes = set()
    for name in ("with", "without"):
        models.train(scratch, "--num_topics=5 --num_iterations=5", corpus=name, model=f"m-{name}")
        hashes.add(models.model_hash(scratch, f"m-{name}"))
    check(len(hashes) == 1, f"model hashes: {hashes}")
    # The same from a file of its own, for a format without members.
    lines = scratch.path / "lines.txt"
    lines.write_text("".join(" ".join(row["text"].split()) + "\n" for row in rows), encoding="utf-8")
    with (scratch.path / "meta.jsonl").open("w", encoding="utf-8") as file:
        for i, row in reversed(list(enumerate(rows[:250], 1))):
            file.write(json.dumps({"id": i, "title": row["title"], "created": row["created"]}) + "\n")
    told, joined_corpus = preprocess(scratch, "--input=lines.txt --format=text --metadata=meta.jsonl")
    fields = {f["name"]: f["missing"] for f in joined_corpus.manifest["metadata"]["fields"]}
    check(fields == {"title": 50, "created": 50}, f"{fields}")
    check("meta.jsonl: 50 documents are not in it" in told, told)
    models.train(scratch, "--num_topics=5 --num_iterations=2")
    table = scratch.must("lightlda-dump doc_topic --model=model --metadata=title,created --format=json --min_probability=0.3")
    for line in table.splitlines():
        row = json.loads(line)
        i = int(row["document"])
        expected = rows[i - 1] if i <= 250 else {"title": None, "created": None}
        check((row["title"], row["created"]) == (expected["title"], expected["created"]), line)


TESTS = [
    ("stop words have the names of stemmers", lists_by_any_name),
    ("every vendored list can be taken", every_vendored_list),
    ("a list is picked, or the lack of one noted", picked_and_noted),
    ("what was dropped is named", dropped_words_are_named),
    ("phrases are those of the formula, for any number of threads", phrases),
    ("phrases are those of gensim", readers.needs("gensim")(gensim_phrases)),
    ("new text is read as the corpus was", new_text_is_read_alike),
    ("metadata is taken by itself and changes no model", metadata_and_model_hash),
]

if __name__ == "__main__":
    readers.use_system_python()
    main(TESTS)
