#!/usr/bin/env python3
"""lightlda-import: what went out comes back the same; what Mallet and LightLDA write is taken; what is bad is refused."""
import collections
import gzip
import json
import random
import shutil
import struct

from cli_test import DATA_DIR, check, main
import models
from readers import Truth

SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"


def trained(test):
    def run(scratch):
        scratch.must(f"xz -dc {SAMPLE} | head -n 300 > train.jsonl")
        scratch.must("lightlda-preprocess --input=train.jsonl --output=corpus --stopwords=en --block_tokens=2000")
        scratch.must("lightlda --corpus=corpus --model=model --num_topics=7 --num_iterations=30 --optimize_interval=10")
        return test(scratch)
    return run


def same_numbers(found, expected, what):
    for member in ("alpha", "beta", "hash", "words", "n_kw", "n_dk", "documents"):
        check(getattr(found, member) == getattr(expected, member), f"{what}: another {member}")


def mallet_there_and_back(scratch):
    truth = Truth(scratch)
    empty = [d for d, pairs in enumerate(truth.documents) if not pairs]
    check(len(empty) > 0, "no document without tokens")
    scratch.must("lightlda-dump mallet_state --model=model --output=state.gz")
    scratch.must("lightlda-import mallet_state --input=state.gz --output=back --corpus_output=back-corpus")
    back = Truth(scratch, "back")
    same_numbers(back, truth, "the state that came back")
    check(back.names == [str(d) if d in empty else name for d, name in enumerate(truth.names)], "names that came back")
    scratch.must("lightlda-dump mallet_state --model=back --output=again.gz && cmp state.gz again.gz")
    # Tables alone: no documents, and the same topics.
    scratch.must("zcat state.gz | lightlda-import mallet_state --input=- --output=tables")
    topics = "lightlda-dump topics --format=json --model="
    check(scratch.must(topics + "tables") == scratch.must(topics + "model"), "topics of the tables")
    code, _, err = scratch.run("lightlda-dump doc_topic --model=tables")
    check(code == 65 and "has no topics of documents" in err, f"exit {code}: {err}")


def microsoft_there_and_back(scratch):
    truth = Truth(scratch)
    scratch.must("lightlda-dump microsoft_lightlda --model=model --output=ms")
    alpha = ",".join(map(repr, truth.alpha))
    scratch.must(f"lightlda-import microsoft_lightlda --input=ms --vocab=ms/dict.txt --alpha={alpha} --beta={truth.beta} "
                 "--output=back --corpus_output=back-corpus")
    back = Truth(scratch, "back")
    truth.documents = [sorted(pairs, key=lambda pair: pair[0]) for pairs in truth.documents]  # as LightLDA has them
    same_numbers(back, truth, "LightLDA's files")
    check(back.names == [str(d) for d in range(len(truth.names))], "names of documents")
    scratch.must("lightlda-dump microsoft_lightlda --model=back --output=again")
    for file in ("server_0_table_0.model", "server_0_table_1.model", "dict.txt"):
        scratch.must(f"cmp ms/{file} again/{file}")
    # The rows of several servers, in any order, a dense row with zeros; and words by their lines.
    rows = (scratch.path / "ms/server_0_table_0.model").read_text(encoding="utf-8").splitlines(keepends=True)
    (scratch.path / "two").mkdir()
    (scratch.path / "two/server_0_table_0.model").write_text("".join(rows[1::2]), encoding="utf-8")
    (scratch.path / "two/server_1_table_0.model").write_text("".join(reversed(rows[::2])).replace(" ", " 6:0 ", 1)
                                                             if " 6:" not in rows[-1] else "".join(reversed(rows[::2])),
                                                             encoding="utf-8")
    shutil.copy(scratch.path / "ms/server_0_table_1.model", scratch.path / "two/server_1_table_1.model")
    scratch.must("lightlda-dump names --model=model --output=words.txt")
    scratch.must("lightlda-import microsoft_lightlda --input=two --vocab=words.txt --num_topics=9 --output=nine")
    summary = models.manifest(scratch, "nine")
    check(summary["num_topics"] == 9 and summary["alpha"] == 0.01 and summary["beta"] == 0.01, f"{summary}")
    check(models.word_topic(scratch, "nine") == models.word_topic(scratch), "tables of two servers")
    code, _, err = scratch.run("lightlda-import microsoft_lightlda --input=two --output=numbers")
    check(code == 0 and "--vocab" in err and models.words(scratch, "numbers")[:2] == ["0", "1"], f"exit {code}: {err}")


def synthetic_state(documents=120, num_topics=5):
    """A state as Mallet lays it out: alpha of Java, names of files or none, a document without tokens."""
    draw = random.Random(7)
    alpha = [0.5, 2.0, 0.03125, 1.25e-3, 0.11]
    types = [f"w{t}{i}" for t in range(num_topics) for i in range(12)]
    lines = ["#doc source pos typeindex type topic",
             "#alpha : " + "".join(f"{'1.25E-3' if a == 1.25e-3 else a} " for a in alpha), "#beta : 0.01"]
    tokens = []
    for d in range(documents):
        source = "NA" if d % 3 == 0 else f"file:/data/doc%20{d}.txt"
        topic = draw.randrange(num_topics)
        for i in range(0 if d == 17 else draw.randrange(5, 30)):
            z = topic if draw.random() < 0.9 else draw.randrange(num_topics)
            word = z * 12 + draw.randrange(12)
            tokens.append((d, source, i, word, z))
            lines.append(f"{d} {source} {i} {word} {types[word]} {z}")
    return lines, alpha, types, tokens


def state_of_mallet(scratch):
    lines, alpha, types, tokens = synthetic_state()
    # Its header ends in the line end of the system, its tokens in \n.
    (scratch.path / "state.gz").write_bytes(gzip.compress(("\r\n".join(lines[:3]) + "\r\n" + "\n".join(lines[3:]) + "\n").encode()))
    scratch.must("lightlda-import mallet_state --input=state.gz --output=m --corpus_output=c")
    found = Truth(scratch, "m")
    check(found.alpha == alpha and found.beta == 0.01 and found.words == types, f"{found.alpha}, {found.beta}")
    counts = collections.Counter((word, topic) for _, _, _, word, topic in tokens)
    check(counts == collections.Counter({(w, k): n for k, row in enumerate(found.n_kw) for w, n in enumerate(row) if n}), "counts")
    check(found.documents == [[(t[3], t[4]) for t in tokens if t[0] == d] for d in range(120)], "tokens")
    check(found.names == [f"file:/data/doc%20{d}.txt" if d % 3 and d != 17 else str(d) for d in range(120)], f"{found.names[:20]}")
    topics = [line.split("\t") for line in scratch.must("lightlda-dump topics --model=m").splitlines()]
    check([int(row[1]) for row in topics] == [sum(row) for row in found.n_kw], f"{topics}")
    check(all(word.startswith(f"w{k}") for k, row in enumerate(topics) for word in row[2].split()[:5]), f"{topics}")
    scratch.must("lightlda-evaluate coherence --model=m")
    # Documents of one topic's words are of that topic.
    (scratch.path / "new").write_text("".join(f"new{k}\t{k * 12}:3 {k * 12 + 5}:4\n" for k in range(5)), encoding="utf-8")
    scratch.must("lightlda-dump names --model=m --output=words.txt")
    inferred = scratch.must("lightlda-infer --model=m --input=new --input_format=libsvm --vocab=words.txt --top=1 --format=json")
    check([json.loads(line)["topics"][0]["topic"] for line in inferred.splitlines()] == list(range(5)), inferred)


def bad_states(scratch):
    """One line changed: refused with file, line, expected and found, and nothing is left."""
    lines, _, types, _ = synthetic_state(documents=20)
    text = "\n".join(lines) + "\n"
    fields = lines[9].split(" ")

    def changed(field, value):
        return "\n".join([*lines[:9], " ".join([*fields[:field], value, *fields[field + 1:]]), *lines[10:]]) + "\n"
    bad = [
        ("not a state", "one\ntwo\n", ":1: expected \"#doc source"),
        ("no alpha", "\n".join([lines[0], *lines[2:]]) + "\n", ":3: expected the lines \"#alpha"),
        ("alpha of text", text.replace("#alpha : 0.5", "#alpha : x"), ":2: expected positive numbers of alpha, found \"x\""),
        ("alpha of zero", text.replace("#alpha : 0.5", "#alpha : 0.0"), ":2: expected positive numbers"),
        ("beta missing a number", text.replace("#beta : 0.01", "#beta : "), ":3: expected a positive number"),
        ("a comment of others", text.replace("#beta", "#gamma : 1\n#beta"), ":3: expected a line"),
        ("five fields", text.replace(lines[9], " ".join(fields[:5])), ":10: expected doc, source, pos"),
        ("seven fields", changed(1, "a name with blanks"), ":10: "),
        ("document of text", changed(0, "x"), ":10: expected the number of a document"),
        ("another source", changed(1, "other"), ":10: expected source"),
        ("a position twice", changed(2, "0"), ":10: expected pos"),
        ("type out of range", changed(3, "99999999999"), ":10: expected a typeindex"),
        ("two words of a type", changed(4, "other"), ":10: expected "),
        ("two types of a word", changed(3, "61"), ":10: expected typeindex"),
        ("a topic too many", changed(5, "5"), ":10: expected a topic from 0 to 4, found \"5\""),
        ("a negative topic", changed(5, "-1"), ":10: expected a topic"),
        ("no tokens", "\n".join(lines[:3]) + "\n", "without tokens"),
        ("cut in a line", text[:-3], "was the file cut"),
        ("documents backwards", text + lines[3] + "\n", "ascending"),
        ("a document far away", text + "4000000000 NA 0 0 w00 0\n", "too many"),
        ("empty", "", "without tokens"),
    ]
    for name, content, expected in bad:
        (scratch.path / "state").write_text(content, encoding="utf-8")
        before = sorted(scratch.path.rglob("*"))
        code, out, err = scratch.run("lightlda-import mallet_state --input=state --output=m --corpus_output=c")
        check(code == 65 and err.startswith("lightlda-import: error: state") and expected in err and err.count("\n") == 1
              and not out, f"{name}: exit {code}: {err}")
        check(sorted(scratch.path.rglob("*")) == before, f"{name}: something was left")
    data = gzip.compress(text.encode())
    (scratch.path / "state.gz").write_bytes(data[:-20])
    code, _, err = scratch.run("lightlda-import mallet_state --input=state.gz --output=m")
    check(code == 65 and "truncated gzip" in err, f"truncated: exit {code}: {err}")
    (scratch.path / "words").write_text("\n".join(types[:30]) + "\n", encoding="utf-8")
    (scratch.path / "state").write_text(text, encoding="utf-8")
    code, _, err = scratch.run("lightlda-import mallet_state --input=state --output=m --vocab=words")
    check(code == 65 and "expected a typeindex from 0 to 29" in err, f"words: exit {code}: {err}")
    (scratch.path / "words").write_text("\n".join([*types, "never seen"]) + "\n", encoding="utf-8")
    scratch.must("lightlda-import mallet_state --input=state --output=m --vocab=words")
    check(models.words(scratch, "m") == [*types, "never seen"], "words of the list")


def bad_microsoft_files(scratch):
    scratch.must("lightlda-dump microsoft_lightlda --model=model --output=good")
    tables = (scratch.path / "good/server_0_table_0.model").read_text(encoding="utf-8")
    block = (scratch.path / "good/block.0").read_bytes()
    dictionary = (scratch.path / "good/dict.txt").read_text(encoding="utf-8")
    size, = struct.unpack_from("<q", block)
    first = 8 + 8 * (size + 1) + 4  # the first word of the first document that has one
    lines = tables.splitlines(keepends=True)
    bad = [
        ("no tables", "server_0_table_0.model", None, "no table 0"),
        ("no totals", "server_0_table_1.model", None, "no table 1"),
        ("a row is missing", "server_0_table_0.model", "".join(lines[:-1]).encode(), "the words have"),
        ("cut in a row", "server_0_table_0.model", tables[:-4].encode(), "was the file cut"),
        ("no count", "server_0_table_0.model", tables.replace(":", " ", 1).encode(), "expected topic:count"),
        ("a row twice", "server_0_table_0.model", (tables + lines[0]).encode(), "a second row of word"),
        ("a topic twice", "server_0_table_0.model", tables.replace(lines[0], lines[0][:-1] + " " + lines[0].split()[1] + "\n").encode(),
         "twice"),
        ("a word of text", "server_0_table_0.model", ("x 1:1\n" + tables).encode(), ":1: expected the number of a word"),
        ("a short list", "dict.txt", "".join(dictionary.splitlines(keepends=True)[:-1]).encode(), "words"),
        ("a number is missing", "dict.txt", dictionary.split("\n", 1)[1].encode(), "no word has the number 0"),
        ("a word twice", "dict.txt", (dictionary + "999\t" + dictionary.split("\t")[1] + "\t1\n").encode(), "before"),
        ("a count of text", "dict.txt", dictionary.replace("\n", "x\n", 1).encode(), ":1: expected number, word and count"),
        ("a short block", "block.0", block[:-4], "expected"),
        ("a cut block", "block.0", block[:12], "expected 0 to"),
        ("no block", "block.0", None, "block.0: is missing"),
        ("a long block", "block.0", block + b"\0" * 4, "expected"),
        ("too many documents", "block.0", struct.pack("<q", 1 << 40) + block[8:], "expected 0 to"),
        ("offsets of the sky", "block.0", block[:16] + struct.pack("<q", 4) + block[24:], "offset 1"),
        ("a word out of range", "block.0", block[:first] + struct.pack("<i", 1 << 20) + block[first + 4:], "document 0"),
        ("a topic out of range", "block.0", block[:first + 4] + struct.pack("<i", -1) + block[first + 8:], "document 0"),
        ("another topic", "block.0", block[:first + 4] + struct.pack("<i", (struct.unpack_from("<i", block, first + 4)[0] + 1) % 7)
         + block[first + 8:], "do not add up"),
    ]
    for name, file, content, expected in bad:
        shutil.rmtree(scratch.path / "bad", ignore_errors=True)
        shutil.copytree(scratch.path / "good", scratch.path / "bad")
        (scratch.path / "bad" / file).unlink()
        if content is not None:
            (scratch.path / "bad" / file).write_bytes(content)
        before = sorted(scratch.path.rglob("*"))
        code, _, err = scratch.run("lightlda-import microsoft_lightlda --input=bad --vocab=bad/dict.txt --output=m --corpus_output=c")
        check(code == 65 and expected in err and "bad" in err, f"{name}: exit {code}: {err}")
        check(sorted(scratch.path.rglob("*")) == before, f"{name}: something was left")


def wrong_use(scratch):
    scratch.must("lightlda-dump mallet_state --model=model --output=state.gz")
    scratch.must("lightlda-dump microsoft_lightlda --model=model --output=ms")
    before = sorted(scratch.path.rglob("*"))
    for arguments, code, text in (
            ("", 64, "mallet_state or microsoft_lightlda"), ("word2vec --input=x --output=m", 64, "word2vec"),
            ("mallet_state --output=m", 64, "--input"), ("mallet_state --input=state.gz", 64, "--output"),
            ("mallet_state --input=none --output=m", 65, "none"), ("mallet_state --input=corpus --output=m", 65, "corpus"),
            ("mallet_state --input=state.gz --output=model", 73, "model"),
            ("mallet_state --input=state.gz --output=m --corpus_output=corpus", 73, "corpus"),
            ("mallet_state --input=state.gz --output=corpus/m", 73, "corpus"),
            ("mallet_state --input=state.gz --output=no/m --corpus_output=c", 73, "no/m"),
            ("mallet_state --input=state.gz --output=m --corpus_output=m", 73, "m"),
            ("mallet_state --input=state.gz --output=model --overwrite --corpus_output=model", 73, "model"),
            ("microsoft_lightlda --input=ms --output=m --alpha=0", 64, "--alpha"),
            ("microsoft_lightlda --input=ms --output=m --alpha=0.1,0.1", 64, "--alpha"),
            ("microsoft_lightlda --input=ms --output=m --beta=-1", 64, "--beta"),
            ("microsoft_lightlda --input=ms --output=m --num_topics=3", 64, "--num_topics"),
            ("microsoft_lightlda --input=none --output=m", 65, "none")):
        found, out, err = scratch.run(f"lightlda-import {arguments}")
        check(found == code and text in err and not out, f"{arguments}: exit {found}: {err}")
        check(sorted(scratch.path.rglob("*")) == before, f"{arguments}: left something")
    scratch.must("lightlda-import mallet_state --input=state.gz --output=m --corpus_output=c")
    scratch.must("lightlda-import mallet_state --input=state.gz --output=m --corpus_output=c --overwrite")
    check(models.model_hash(scratch, "m") == models.model_hash(scratch), "hash of the second time")
    code, _, err = scratch.run("lightlda --corpus=c --model=m --num_topics=7 --num_iterations=50 --resume=yes")
    check(code != 0 and "cannot resume" in err, f"exit {code}: {err}")
    check(not scratch.leftovers(), f"left over: {scratch.leftovers()}")


if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), trained(test)) for test in (
        mallet_there_and_back, microsoft_there_and_back, bad_microsoft_files, wrong_use)] + [
            ("state of mallet", state_of_mallet), ("bad states", bad_states)])
