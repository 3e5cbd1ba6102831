#!/usr/bin/env python3
"""lightlda-dump report: what is in the file equals the other tables; tests/browser has what is seen of it."""
import csv
import html
import io
import json
import math
import random

from cli_test import check, main
from models import alphas, dump, manifest, model_hash, word_topic, words
from report_page import Page

NUM_TOPICS = 12
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>"


def write_corpus(scratch, num_documents=400):
    chance = random.Random(7)
    themes = [[f"{chr(97 + t)}word{chr(97 + i)}" for i in range(14)] for t in range(8)]
    with open(scratch.path / "in.jsonl", "w", encoding="utf-8") as lines:
        for d in range(num_documents):
            mix = chance.sample(range(len(themes)), 2)
            text = " ".join(chance.choice(themes[mix[chance.random() < 0.3]]) for _ in range(chance.randrange(20, 70)))
            lines.write(json.dumps({
                "id": f"doc-{d}" if d else HOSTILE, "text": text, "title": HOSTILE if d % 50 == 0 else f"Title {d}",
                "created": f"{2000 + d % 9}-0{1 + d % 7}-1{d % 9}" if d % 11 else None, "section": ["maths", "art", HOSTILE][mix[0] % 3],
                "url": "javascript:alert(1)" if d % 2 else f"https://example.org/{d}"}) + "\n")


def trained(test):
    def run(scratch):
        write_corpus(scratch)
        scratch.must("lightlda-preprocess --input=in.jsonl --output=corpus --snippet_bytes=0 --block_tokens=4000 --min_df=2 "
                     "--metadata_fields=title,created,section,url:text,text:text")
        scratch.must(f"lightlda --corpus=corpus --model=model --num_topics={NUM_TOPICS} --alpha=0.1 --num_iterations=30")
        return test(scratch)
    return run


def report(scratch, arguments="", output="r.html"):
    """(Page, what the program said)."""
    code, _, err = scratch.run(f"lightlda-dump report --model=model --output={output} --overwrite {arguments}")
    check(code == 0, f"report {arguments}: exit code {code}: {err}")
    page = Page(scratch.path / output)
    page.check_frame()
    return page, err


def rows(scratch, arguments):
    return list(csv.DictReader(io.StringIO(dump(scratch, f"{arguments} --format=csv"), newline="")))


def near(found, expected, tolerance, what):
    check(abs(float(found) - float(expected)) <= tolerance * max(1, abs(float(expected))), f"{what}: {found}, expected {expected}")


def model_data(scratch):
    page, _ = report(scratch)
    header = page.header
    expected = manifest(scratch)
    for name in ("num_topics", "num_words", "num_tokens", "beta", "model_hash"):
        check(header[name] == expected[name], f"{name} is {header[name]}, expected {expected[name]}")
    for found, value in zip(header["alpha"], alphas(scratch), strict=True):
        near(found, value, 1e-5, "alpha")
    found, totals = page.word_topic()
    check(dict(zip(page.words, found, strict=True)) == {w: row for w, row in zip(words(scratch), word_topic(scratch)) if row},
          "the counts of words are not those of word_topic")
    check(totals == [sum(row.values()) for row in found], "totals")
    check(header["tokens"] == [sum(row.get(k, 0) for row in found) for k in range(NUM_TOPICS)], "tokens of topics")
    labels = rows(scratch, "labels")
    check(header["automatic_labels"] == [row["label"] for row in labels], "automatic labels are not those of labels")


def topic_tables(scratch):
    page, _ = report(scratch)
    header = page.header
    for row in rows(scratch, "diagnostics"):
        for name, column in header["diagnostics"].items():
            value = column[int(row["topic"])]
            check((value is None) == (row[name] == ""), f"diagnostics: {name} is {value}, expected {row[name]!r}")
            if value is not None:
                near(value, row[name], 1e-5, f"diagnostics: {name}")
    similar = [[] for _ in range(NUM_TOPICS)]
    for row in rows(scratch, "similar --num=10"):
        similar[int(row["topic"])] += [int(row["neighbour"]), round(float(row["hellinger"]) * 1e4)]
    check(header["similar"] == similar, "similar topics")
    together = [[] for _ in range(NUM_TOPICS)]
    for row in rows(scratch, "correlation"):
        if int(row["documents"]) >= 3 and float(row["npmi"]) > 0:
            pair = (int(row["topic_a"]), int(row["topic_b"]))
            for topic, other in (pair, pair[::-1]):
                together[topic].append((-float(row["npmi"]), other, int(row["documents"])))
    for topic, found in enumerate(header["together"]):
        expected = sorted(together[topic])[:10]
        check([(found[i], found[i + 2]) for i in range(0, len(found), 3)] == [(other, n) for _, other, n in expected],
              f"topics together with {topic}: {found}, expected {expected}")


def document_tables(scratch):
    page, _ = report(scratch)
    expected = [[] for _ in range(NUM_TOPICS)]
    for row in rows(scratch, "top_documents --num=10"):
        expected[int(row["topic"])].append((row["document"], float(row["share"])))
    for topic, found in enumerate(page.representatives()):
        check([name for name, _ in found] == [name for name, _ in expected[topic]], f"documents of topic {topic}")
        for (name, share), (_, value) in zip(found, expected[topic]):
            near(share, value, 6e-5, f"share of {name}")
    source = {}
    for line in (scratch.path / "in.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        source[document["id"]] = document
    documents = page.documents
    for i, name in enumerate(documents["name"]):
        original = source[name]
        for field, column in (("title", "title"), ("created", "date"), ("section", "category"), ("url", "url")):
            check(documents[column][i] == (original[field] or ""), f"{name}: {column} is {documents[column][i]!r}")
        text = documents["text"][i]
        check(len(text) <= 240 and original["text"].startswith(text) and (len(original["text"]) > len(text)) == bool(documents["cut"][i]),
              f"{name}: text {text!r}")
    check(page.header["documents_have_text"], "the corpus has texts")
    check([field["name"] for field in page.header["fields"]] == ["created", "section"], "fields by default")
    for index, field in enumerate(page.header["fields"]):
        tokens, errors = page.group(index)
        # 400 documents are few for months.
        table = rows(scratch, f"groups --by={field['name']} --bin=year")
        check(tokens == {(row["value"], int(row["topic"])): int(row["tokens"]) for row in table}, f"groups by {field['name']}")
        check(bool(errors) == (field["type"] == "date"), "standard errors are there of dates alone")
        for row in table:
            check(field["documents"][field["values"].index(row["value"])] == int(row["documents"]), "documents of a group")
            if errors:
                near(errors.get((row["value"], int(row["topic"])), 0) / 1e6, row["stderr"] or 0, 1e-6, "standard error")


def map_of_topics(scratch):
    page, _ = report(scratch)
    places = page.header["map"]
    check(places["by"] == "documents", f"the map is by {places['by']}")
    circles = [(x / 1e4, y / 1e4, r / 1e5) for x, y, r in zip(places["x"], places["y"], places["r"], strict=True)]
    check(len(circles) == NUM_TOPICS, f"{len(circles)} circles")
    for k, (x, y, r) in enumerate(circles):
        check(r - 2e-4 <= x <= 1.1 - r + 2e-4 and r - 2e-4 <= y <= 1 - r + 2e-4, f"circle {k} is beyond the frame")
        for other in range(k):
            distance = math.hypot(x - circles[other][0], y - circles[other][1])
            check(distance >= r + circles[other][2] - 3e-4, f"circles {k} and {other} overlap")
    check(len(page.header["cluster_labels"]) == max(page.header["clusters"]) + 1, "clusters and their labels")
    check(sorted(page.header["order"]) == list(range(NUM_TOPICS)), "the order has every topic once")


def same_bytes(scratch):
    first, _ = report(scratch, "--num_threads=1", "one.html")
    for threads in (2, 5):
        check(report(scratch, f"--num_threads={threads}", "other.html")[0].html == first.html, f"differs with {threads} threads")
    scratch.must("lightlda-dump report --model=model > stdout.html")
    check((scratch.path / "stdout.html").read_text(encoding="utf-8") == first.html, "differs on standard output")
    check(str(scratch.path) not in json.dumps(first.header), "the file tells a path")


def hostile_text(scratch):
    page, _ = report(scratch, f"--title='{HOSTILE}'")
    check(HOSTILE in page.documents["title"] and HOSTILE in page.header["fields"][1]["values"], "hostile texts are in the data")
    check(page.header["title"] == HOSTILE and HOSTILE not in page.html and f"<title>{html.escape(HOSTILE)}</title>" in page.html, "a hostile title is markup")
    # Words of a model that nobody has tokenized, and bytes that are no text.
    (scratch.path / "vocab").write_bytes(b"<img\nb&amp;\n\xe6\x9d\xb1\n]]>\n")
    (scratch.path / "bag").write_text("".join(f"4 {i % 4}:3 {(i + 1) % 4}:{1 + i % 3}\n".replace("4 ", "2 ", 1) for i in range(60)), encoding="utf-8")
    scratch.must("lightlda-preprocess --input=bag --format=ldac --vocab=vocab --output=bags")
    scratch.must("lightlda --corpus=bags --model=model --overwrite --num_topics=2 --num_iterations=5")
    page, _ = report(scratch)
    check(sorted(page.words) == sorted(["<img", "b&amp;", "\u6771", "]]>"]), f"words are {page.words}")
    check(page.header["fields"] == [] and not page.header["documents_have_text"], "a corpus without metadata")
    check(all(set(text.split()) <= set(page.words) for text in page.documents["text"]), "texts are the words that there are")


def budget(scratch):
    whole, said = report(scratch)
    check(whole.header["left_out"] == [] and "left out" not in said, "something is left out of a small report")
    steps, limit = [], len(whole.html.encode())
    while True:
        code, _, err = scratch.run(f"lightlda-dump report --model=model --output=small.html --overwrite --max_bytes={limit - 1}")
        if code != 0:
            break
        page = Page(scratch.path / "small.html")
        size = len(page.html.encode())
        check(size < limit, f"{size} bytes, at most {limit - 1} were asked for")
        limit, left_out = size, page.header["left_out"]
        check(all(f"left out of the report: {what}" in err for what in left_out), f"what is left out is not told: {err}")
        check(left_out[:len(steps)] == steps and len(left_out) > len(steps), f"{left_out} does not begin with {steps}")
        steps = left_out
        found, totals = page.word_topic()
        if "counts of 1: a word that has one token in a topic" in steps:
            check(all(count > 1 for row in found for count in row.values()), "a count of 1 is there")
        full = dict(zip(whole.words, whole.word_topic()[1]))
        check(totals == [full[word] for word in page.words], "totals change with what is left out")
    check(code == 64 and "--max_bytes" in err, f"exit code {code}: {err}")
    order = ["counts of 1", "texts of documents beyond 120", "documents of a topic beyond the first 5",
             "documents of a topic beyond the first 3", "words with fewer than 2", "words with fewer than 4"]
    check([what[:len(start)] for what, start in zip(steps, order)] == order, f"the order is {steps}")


def labels(scratch):
    kept = {"model_hash": model_hash(scratch), "labels": {"3": "named <b>", "5": ""}, "hidden": [1], "notes": {"3": "why"}}
    (scratch.path / "mine.json").write_text(json.dumps(kept), encoding="utf-8")
    page, _ = report(scratch, "--labels=mine.json")
    check((page.header["labels"], page.header["hidden"], page.header["notes"]) == ({"3": "named <b>"}, [1], {"3": "why"}), "labels of a file")
    check(report(scratch)[0].header["labels"] == {}, "labels that are not the model's")
    scratch.must("lightlda-dump labels --model=model --set=2:other --hide=4")
    page, _ = report(scratch)
    check((page.header["labels"], page.header["hidden"]) == ({"2": "other"}, [4]), "labels of the model")
    kept["model_hash"] = "0" * 16
    (scratch.path / "mine.json").write_text(json.dumps(kept), encoding="utf-8")
    scratch.must("lightlda-dump report --model=model --labels=mine.json", 65)
    (scratch.path / "model/labels.json").write_text(json.dumps(kept), encoding="utf-8")
    page, said = report(scratch)
    check(page.header["labels"] == {} and "another model" in said, "labels of another model")


def without_documents(scratch):
    scratch.must("lightlda-dump merge_topics --model=model --topics='0,1' --output=merged")
    scratch.must("lightlda-dump report --model=merged --output=merged.html")
    page = Page(scratch.path / "merged.html")
    page.check_frame()
    check(page.header["num_topics"] == NUM_TOPICS - 1 and page.header["map"]["by"] == "words", "a model without documents")
    check(page.documents["name"] == [] and page.header["fields"] == [], "documents of a model without any")
    check("the model has no corpus" in page.header["left_out"][0], "what is left out")
    scratch.must("lightlda --corpus=corpus --model=two --num_topics=2 --num_iterations=3")
    scratch.must("lightlda-dump merge_topics --model=two --topics=0,1 --output=one")
    for name, topics in (("two", 2), ("one", 1)):
        scratch.must(f"lightlda-dump report --model={name} --output={name}.html")
        check(len(Page(scratch.path / f"{name}.html").header["map"]["x"]) == topics, f"a map of {topics} topics")


def options(scratch):
    page, _ = report(scratch, "--by=section,title,created --bin=month --num=2 --snippet_bytes=0")
    check([field["name"] for field in page.header["fields"]] == ["section", "title", "created"], "fields asked for")
    title = page.header["fields"][1]
    check(len(title["values"]) == 200 and title["values_left_out"] > 0, "200 values at most")
    check(any("values of title" in what for what in page.header["left_out"]), "values are left out in silence")
    check(all(len(value) == 7 for value in page.header["fields"][2]["values"]), "months")
    check(max(map(len, page.documents["of_topic"])) == 4 and set(page.documents["text"]) == {""}, "two documents, no text")
    for arguments, code, said in (("--by=nothing", 64, "no field 'nothing'"), ("--num=-1", 64, "--num"), ("--snippet_bytes=-1", 64, "--snippet_bytes"),
                                  ("--max_bytes=1000", 64, "--max_bytes"), ("--max_bytes=x", 64, "--max_bytes"), ("--format=csv", 64, "--format"),
                                  ("--of=phi", 64, "--of"), ("--bin=decade", 64, "year, quarter"), ("--labels=none.json", 65, "none.json")):
        found, _, err = scratch.run(f"lightlda-dump report --model=model --output=f {arguments}")
        check(found == code and said in err and not (scratch.path / "f").exists(), f"{arguments}: exit code {found}, expected {code}: {err}")
    metrics = [json.loads(line) for line in (scratch.path / "model/metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    check(page.header["metrics"]["iteration"] == [line["iteration"] for line in metrics], "iterations of the curves")
    for found, line in zip(page.header["metrics"]["log_likelihood_per_token"], metrics, strict=True):
        expected = line.get("log_likelihood_per_token")
        check((found is None) == (expected is None), "a curve has a value where the file has none")
        if found is not None:
            near(found, expected, 1e-6, "log-likelihood")


if __name__ == "__main__":
    main([(test.__name__, trained(test)) for test in (
        model_data, topic_tables, document_tables, map_of_topics, same_bytes, hostile_text, budget, labels, without_documents, options)])
