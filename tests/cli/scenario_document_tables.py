#!/usr/bin/env python3
"""Tables of lightlda-dump that need documents: each follows from the assignments, recomputed here."""
import collections
import csv
import datetime
import html.parser
import io
import itertools
import json
import math
import random

import models
from cli_test import check, main
from models import dump

NUM_TOPICS, ALPHA = 6, 0.1
# Titles as they come: what a careless writer or reader would break or lose.
TITLES = ["plain", "with, comma", 'say "hi"', " blank before", "blank after ", "tab\there", "two\nlines", "cr\rhere",
          "back\\slash", "東京", "</script><b>bold</b>", "\ttab first", "'", "NA", "a;b"]
HOSTILE = "<script>alert('1 & \"2\"')</script>"
DATES = ["2019", "2019-04", "2019-12-30", "2020-01-05T10:00:00Z", "2021-02-28", "1586000000", 1600000000, "",
         "no date", "2021-02-30", None]


def documents():
    """What goes in, the same every time: (name, metadata) and the lines."""
    chance = random.Random(5)
    themes = [[f"word{chr(97 + t)}{chr(97 + i)}" for i in range(12)] for t in range(5)]
    rows = []
    for d in range(240):
        mix = chance.sample(themes, 2)
        length = 0 if d == 7 else chance.randrange(4, 60)
        text = " ".join(chance.choice(mix[0] if chance.random() < 0.7 else mix[1]) for _ in range(length))
        rows.append({
            "id": HOSTILE if d == 11 else f"doc-{d // 2 if d < 4 else d}", "text": text,
            "title": TITLES[d % len(TITLES)], "created": DATES[d % len(DATES)],
            "section": ["physics", "maths", "a, b", None][d % 4] if d != 20 else "",
            "facts": {"score": [1.5, -0.25, 7, "3.5", "many"][d % 5]},
            "authors": [["Ann", "Bo", "Ann"], [], "Cy; Ann ;", ["Di"]][d % 4]})
    return rows


FIELDS = "title,created,section,score=facts.score:number,authors"


def parsed_date(value):
    """(date, precision) or None."""
    if isinstance(value, int) or (isinstance(value, str) and value.isdigit() and int(value) > 3000):
        return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(value) // 86400), 3
    parts = str(value or "").split("T")[0].split("-")
    try:
        numbers = [int(part) for part in parts]
        return datetime.date(*(numbers + [1, 1])[:3]), len(numbers)
    except ValueError:
        return None


def metadata(row):
    """A document's values as they should come out, None: missing."""
    date = parsed_date(row["created"])
    score = row["facts"]["score"]
    authors = row["authors"]
    if isinstance(authors, str):
        authors = [item.strip() for item in authors.split(";") if item.strip()]
    return {"title": row["title"], "created": date, "section": row["section"] or None,
            "score": None if score == "many" else float(score), "authors": authors}


def date_text(date):
    return "-".join(date[0].isoformat().split("-")[:date[1]])


def trained(test):
    def run(scratch):
        with open(scratch.path / "in.jsonl", "w", encoding="utf-8") as lines:
            for row in documents():
                lines.write(json.dumps(row) + "\n")
        scratch.must(f"lightlda-preprocess --input=in.jsonl --output=corpus --block_tokens=1500 "
                     f"--metadata_fields={FIELDS}")
        scratch.must(f"lightlda --corpus=corpus --model=model --num_topics={NUM_TOPICS} --alpha={ALPHA} "
                     "--beta=0.01 --num_iterations=30")
        return test(scratch)
    return run


def json_lines(scratch, arguments):
    return [json.loads(line) for line in dump(scratch, f"{arguments} --format=json").split("\n") if line]


def assigned(scratch):
    """[(name, words, topics)], and the counts [Counter]."""
    found = json_lines(scratch, "assignments")
    return found, [collections.Counter(document["topics"]) for document in found]


def unescaped(text):
    """A cell of tsv as it was."""
    out, at = [], 0
    while at < len(text):
        if text[at] != "\\":
            out.append(text[at])
            at += 1
        elif text[at + 1] == "x":
            out.append(chr(int(text[at + 2:at + 4], 16)))
            at += 4
        else:
            out.append({"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}[text[at + 1]])
            at += 2
    return "".join(out)


def table(scratch, arguments):
    """Rows as dictionaries of text; csv, tsv and JSON must agree."""
    rows = list(csv.DictReader(io.StringIO(dump(scratch, f"{arguments} --format=csv"), newline="")))
    lines = dump(scratch, f"{arguments} --format=tsv").split("\n")
    check(lines.pop() == "", "tsv does not end with a line feed")
    names = lines[0].split("\t")
    tabs = [dict(zip(names, map(unescaped, line.split("\t")), strict=True)) for line in lines[1:]]
    check(tabs == rows, f"{arguments}: csv and tsv differ")
    return rows


def flat(scratch, arguments):
    """As table, for parts whose JSON has one object per row: it must agree, too."""
    rows = table(scratch, arguments)
    entries = json_lines(scratch, arguments)
    check(len(entries) == len(rows), f"{arguments}: JSON has {len(entries)} rows, csv {len(rows)}")
    for entry, row in zip(entries, rows):
        check(list(entry) == list(row), f"{arguments}: JSON has the columns {list(entry)}")
        for name, value in entry.items():
            cell = row[name]
            same_value = cell == "" if value is None else value in (cell, float(cell) if not isinstance(value, str) else 0)
            check(same_value, f"{arguments}: {name} is {cell!r} in csv, {value!r} in JSON")
    return rows


def near(found, expected, what):
    check(abs(float(found) - expected) <= 1e-9, f"{what}: {found}, expected {expected}")


def same_threads(scratch, arguments):
    one = dump(scratch, f"{arguments} --num_threads=1")
    for threads in (2, 5):
        check(dump(scratch, f"{arguments} --num_threads={threads}") == one, f"{arguments}: differs with {threads} threads")


def doc_topic(scratch):
    found, counts = assigned(scratch)
    rows = collections.defaultdict(list)
    inputs = documents()
    arguments = "doc_topic --min_probability=0 --metadata=created,title,score,authors"
    cells = table(scratch, arguments)
    check(list(cells[0]) == ["document", "topic", "probability", "count", "share", "created", "title", "score", "authors"],
          f"columns {list(cells[0])}")
    for at, row in enumerate(cells):
        rows[at // NUM_TOPICS].append(row)
    for d, document in enumerate(found):
        length = len(document["topics"])
        check(sorted(int(row["topic"]) for row in rows[d]) == list(range(NUM_TOPICS)), f"document {d}: topics")
        expected = metadata(inputs[d])
        for row in rows[d]:
            count = counts[d][int(row["topic"])]
            check(row["document"] == document["document"] and row["count"] == str(count), f"document {d}: {row}")
            near(row["share"], count / length if length else 0, "share")
            near(row["probability"], (count + ALPHA) / (length + ALPHA * NUM_TOPICS), "probability")
            check(row["title"] == expected["title"], f"title {row['title']!r}, expected {expected['title']!r}")
            check(row["created"] == (date_text(expected["created"]) if expected["created"] else ""), f"date of {d}: {row}")
            check(row["authors"] == ";".join(expected["authors"]), f"authors of {d}: {row}")
            check((row["score"] == "") if expected["score"] is None else float(row["score"]) == expected["score"],
                  f"score of {d}: {row}")
    entries = json_lines(scratch, "doc_topic --metadata=auto")
    check([name for name in entries[0] if name not in ("document", "tokens", "topics")]
          == ["title", "created", "section", "score", "authors"], f"auto: {list(entries[0])}")
    check(all(entry["section"] == (metadata(row)["section"]) for entry, row in zip(entries, inputs)), "auto: sections")
    dense = table(scratch, "doc_topic --dense --metadata=section")
    check(list(dense[0]) == ["document"] + [f"topic_{k}" for k in range(NUM_TOPICS)] + ["section"], "dense: columns")
    for d, row in enumerate(dense):
        for k in range(NUM_TOPICS):
            near(row[f"topic_{k}"], (counts[d][k] + ALPHA) / (counts[d].total() + ALPHA * NUM_TOPICS), f"dense {d}")
    plain = dump(scratch, "doc_topic").split("\n")
    check(all(line.count("\t") == 1 for line in plain if line), "text has more than two columns")
    for options in ("doc_topic", "doc_topic --format=csv --dense", arguments, "assignments", "assignments --format=json"):
        same_threads(scratch, options)


def top_documents(scratch):
    found, counts = assigned(scratch)
    inputs = documents()

    def expected(num, least, min_share, also=None):
        for topic in range(NUM_TOPICS):
            ranked = []
            for d, count in enumerate(counts):
                length = count.total()
                share = (count[topic] + ALPHA) / (length + ALPHA * NUM_TOPICS)
                other = also is None or (topic != also and count[also] > 0
                                         and (count[also] + ALPHA) / (length + ALPHA * NUM_TOPICS) >= min_share)
                if length >= least and count[topic] > 0 and share >= min_share and other:
                    ranked.append((-share, d))
            for rank, (share, d) in enumerate(sorted(ranked)[:num]):
                yield topic, rank + 1, d, -share, counts[d].total()

    for arguments, options in (("", (10, 30, 0)), ("--num=1000 --min_document_tokens=0", (1000, 0, 0)),
                               ("--min_share=0.4 --num=3", (3, 30, 0.4)),
                               ("--and_topic=2 --min_share=0.2 --num=50", (50, 30, 0.2, 2))):
        rows = flat(scratch, f"top_documents {arguments}")
        wanted = list(expected(*options))
        check(len(rows) == len(wanted), f"{arguments}: {len(rows)} rows, expected {len(wanted)}")
        for row, (topic, rank, d, share, tokens) in zip(rows, wanted):
            values = metadata(inputs[d])
            check([row["topic"], row["rank"], row["document"], row["tokens"], row["title"], row["date"]]
                  == [str(topic), str(rank), found[d]["document"], str(tokens), values["title"],
                      date_text(values["created"]) if values["created"] else ""], f"{arguments}: {row}, expected document {d}")
            near(row["share"], share, f"{arguments}: share")
        same_threads(scratch, f"top_documents {arguments}")


def together(counts, min_share):
    """D, [D_k], {(a, b): D_ab}."""
    total, alone, pairs = 0, collections.Counter(), collections.Counter()
    for count in counts:
        if count.total() == 0:
            continue
        total += 1
        present = sorted(k for k in count if count[k] / count.total() >= min_share)
        alone.update(present)
        pairs.update(itertools.combinations(present, 2))
    return total, alone, pairs


def correlation(scratch):
    counts = assigned(scratch)[1]
    for arguments, min_share in (("", 0.05), ("--min_share=0.3", 0.3), ("--min_share=0", 0)):
        total, alone, pairs = together(counts, min_share)
        rows = flat(scratch, f"correlation {arguments}")
        check([(int(row["topic_a"]), int(row["topic_b"])) for row in rows] == sorted(pairs), f"{arguments}: pairs")
        for row in rows:
            a, b = int(row["topic_a"]), int(row["topic_b"])
            both = pairs[a, b] / total
            check(row["documents"] == str(pairs[a, b]), f"{arguments}: {row}")
            near(row["npmi"], math.log(both / (alone[a] / total * alone[b] / total)) / -math.log(both), f"npmi {a} {b}")
        same_threads(scratch, f"correlation {arguments}")


def ward(distance):
    """[(left, right, height, size)] of a symmetric matrix, the slow way."""
    d = {(a, b): distance[a][b] for a in range(len(distance)) for b in range(len(distance)) if a != b}
    sizes, merges = {k: 1 for k in range(len(distance))}, []
    while len(sizes) > 1:
        height, a, b = min((d[a, b], a, b) for a, b in itertools.combinations(sorted(sizes), 2))
        new = len(distance) + len(merges)
        for c in set(sizes) - {a, b}:
            total = sizes[a] + sizes[b] + sizes[c]
            squared = ((sizes[a] + sizes[c]) * d[a, c]**2 + (sizes[b] + sizes[c]) * d[b, c]**2 - sizes[c] * height**2) / total
            d[new, c] = d[c, new] = math.sqrt(max(0.0, squared))
        sizes[new] = sizes.pop(a) + sizes.pop(b)
        merges.append((a, b, height, sizes[new]))
    return merges


def cosine_distance(rows):
    norms = [math.sqrt(sum(x * x for x in row)) or 1 for row in rows]
    return [[math.sqrt(max(0, 1 - sum(x * y for x, y in zip(a, b)) / norms[i] / norms[j])) for j, b in enumerate(rows)]
            for i, a in enumerate(rows)]


def distances(found, counts, on):
    if on == "words":
        by_topic = [collections.Counter() for _ in range(NUM_TOPICS)]
        for document in found:
            for word, topic in zip(document["words"], document["topics"]):
                by_topic[topic][word] += 1
        names = sorted({word for counter in by_topic for word in counter})
        return cosine_distance([[math.sqrt(counter[word]) for word in names] for counter in by_topic])
    total, alone, pairs = together(counts, 0.05)
    p = [[0.0] * NUM_TOPICS for _ in range(NUM_TOPICS)]
    for (a, b), count in pairs.items():
        if count >= 3:
            p[a][b] = p[b][a] = max(0.0, math.log(count * total / (alone[a] * alone[b])))
    for k, row in enumerate(p):
        row[k] = max(row)
    return cosine_distance(p)


def labels(scratch, found, clusters):
    """The words of each cluster by count x lift."""
    counter = [collections.Counter() for _ in range(max(clusters) + 1)]
    totals = collections.Counter()
    for document in found:
        for word, topic in zip(document["words"], document["topics"]):
            counter[clusters[topic]][word] += 1
            totals[word] += 1
    ids = {word: i for i, word in enumerate(models.words(scratch))}
    pairs = sorted((-c[word] * (c[word] / c.total()) / (total / totals.total()), number, ids[word], word)
                   for word, total in totals.items() for number, c in enumerate(counter) if c[word])
    chosen, taken = [[] for _ in counter], set()
    for _, number, _, word in pairs:
        if word not in taken and len(chosen[number]) < 4:
            chosen[number].append(word)
            taken.add(word)
    return chosen


def hierarchy(scratch):
    found, counts = assigned(scratch)
    for on in ("words", "documents"):
        rows = flat(scratch, f"hierarchy --on={on}")
        distance = distances(found, counts, on)
        expected = ward(distance)
        check(len(rows) == NUM_TOPICS - 1, f"{on}: {len(rows)} steps")
        for step, (row, merge) in enumerate(zip(rows, expected)):
            near(row["height"], merge[2], f"{on}: height of step {step}")
            if len({round(m[2], 9) for m in expected}) == len(expected):  # without ties
                check([int(row[name]) for name in ("step", "left", "right", "size")] == [step, merge[0], merge[1], merge[3]],
                      f"{on}: {row}, expected {merge}")
        for clusters in (1, 3, NUM_TOPICS):
            cut = flat(scratch, f"hierarchy --on={on} --clusters={clusters}")
            numbers = [int(row["cluster"]) for row in cut]
            nodes = {k: {k} for k in range(NUM_TOPICS)}
            for step in range(NUM_TOPICS - clusters):
                row = rows[step]
                nodes[NUM_TOPICS + step] = nodes.pop(int(row["left"])) | nodes.pop(int(row["right"]))
            groups = sorted(nodes.values(), key=min)
            check([int(row["topic"]) for row in cut] == list(range(NUM_TOPICS)), f"{on}: topics of the clusters")
            check(all(k in groups[number] for k, number in enumerate(numbers)), f"{on}: {numbers}, expected {groups}")
            wanted = labels(scratch, found, numbers)
            for row, number in zip(cut, numbers):
                check(row["label"].split(", ") == wanted[number], f"{on}: label {row['label']}, expected {wanted[number]}")
            every = [word for words in wanted for word in words]
            check(len(every) == len(set(every)), "two clusters share a word")
    same_threads(scratch, "hierarchy")
    try:
        from scipy.cluster.hierarchy import linkage  # pylint: disable=import-outside-toplevel
    except ImportError:
        return
    distance = distances(found, counts, "words")
    condensed = [distance[a][b] for a, b in itertools.combinations(range(NUM_TOPICS), 2)]
    for row, merge in zip(flat(scratch, "hierarchy --on=words"), linkage(condensed, "ward")):
        near(row["height"], merge[2], "height of SciPy")


def groups(scratch):
    counts = assigned(scratch)[1]
    inputs = [metadata(row) for row in documents()]

    def expected(keys_of):
        members = collections.defaultdict(list)
        for values, count in zip(inputs, counts):
            for key in keys_of(values) if count.total() else ():
                members[key].append(count)
        for key in sorted(members):
            total, number = sum(c.total() for c in members[key]), len(members[key])
            for topic in range(NUM_TOPICS):
                tokens = sum(c[topic] for c in members[key])
                if tokens == 0:
                    continue
                share = tokens / total
                squares = math.fsum((c[topic] - share * c.total())**2 for c in members[key])
                error = math.sqrt(number / (number - 1) * squares) / total if number > 1 else None
                yield key, topic, tokens, share, number, error

    def by_date(bin_of, least):
        return lambda values: [bin_of(values["created"][0])] if values["created"] and values["created"][1] >= least else []

    def week(date):
        year, number, _ = date.isocalendar()
        return f"{year}-W{number:02}"

    def number(values):
        return [] if values["score"] is None else [math.floor(values["score"] / 2) * 2.0]

    cases = [
        ("--by=section", lambda values: [values["section"]] if values["section"] else []),
        ("--by=title", lambda values: [values["title"]]),
        ("--by=authors", lambda values: sorted(set(values["authors"]))),
        ("--by=created --bin=year", by_date(lambda d: f"{d.year}", 1)),
        ("--by=created", by_date(lambda d: f"{d.year}", 1)),  # years are the least that all dates have
        ("--by=created --bin=quarter", by_date(lambda d: f"{d.year}-Q{(d.month + 2) // 3}", 2)),
        ("--by=created --bin=month", by_date(lambda d: f"{d.year}-{d.month:02}", 2)),
        ("--by=created --bin=week", by_date(week, 3)),
        ("--by=created --bin=day", by_date(lambda d: d.isoformat(), 3)),
        ("--by=score --bin_width=2", number),
        ("--by=score", lambda values: [] if values["score"] is None else [values["score"]]),
    ]
    for arguments, keys_of in cases:
        rows = flat(scratch, f"groups {arguments}")
        wanted = list(expected(keys_of))
        check(len(rows) == len(wanted), f"{arguments}: {len(rows)} rows, expected {len(wanted)}")
        sums = collections.Counter()
        for row, (key, topic, tokens, share, documents_of, error) in zip(rows, wanted):
            value = float(row["value"]) if isinstance(key, float) else row["value"]
            check([value, row["topic"], row["tokens"], row["documents"]] == [key, str(topic), str(tokens), str(documents_of)],
                  f"{arguments}: {row}, expected {key}, {topic}, {tokens}, {documents_of}")
            near(row["share"], share, f"{arguments}: share")
            check(row["stderr"] == "" if error is None else abs(float(row["stderr"]) - error) <= 1e-9,
                  f"{arguments}: stderr {row['stderr']}, expected {error}")
            sums[key] += float(row["share"])
        check(all(abs(total - 1) < 1e-9 for total in sums.values()), f"{arguments}: shares do not add up to 1")
        same_threads(scratch, f"groups {arguments}")
    crossed = flat(scratch, "groups --by=section,created --bin=year")
    by_both = list(expected(lambda v: [(v["section"], f"{v['created'][0].year}")] if v["section"] and v["created"] else []))
    check([(row["value"], row["value_2"], row["topic"], row["tokens"]) for row in crossed]
          == [(*key, str(topic), str(tokens)) for key, topic, tokens, *_ in by_both], "crossed")
    _, _, err = scratch.run("lightlda-dump groups --by=section --model=model")
    missing = sum(1 for values, count in zip(inputs, counts) if values["section"] is None and count.total())
    check(f"left out {missing} documents" in err, f"expected {missing} documents left out: {err}")


class Page(html.parser.HTMLParser):
    """What a browser would make of a page: elements, and the text of the marked ones."""

    def __init__(self):
        super().__init__()
        self.tags, self.marked, self.inside, self.heading = set(), [], None, ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.inside = tag
        if tag == "span":
            self.marked.append([dict(attrs)["title"], ""])

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "span":
            self.marked[-1][1] += data
        if self.inside == "h1":
            self.heading += data


def document(scratch):
    found, counts = assigned(scratch)
    entry = json_lines(scratch, "document --index=11")[0]
    check(entry["document"] == HOSTILE and entry["index"] == 11, f"document {entry['document']}")
    check(entry["words"] == found[11]["words"] and entry["word_topics"] == found[11]["topics"], "words and topics")
    length = counts[11].total()
    check({t["topic"]: t["count"] for t in entry["topics"]} == dict(counts[11]), "counts of the topics")
    for topic in entry["topics"]:
        near(topic["share"], topic["count"] / length, "share")
        near(topic["probability"], (topic["count"] + ALPHA) / (length + ALPHA * NUM_TOPICS), "probability")
    rows = table(scratch, "document --index=11")
    check([(int(r["token"]), r["word"], int(r["topic"])) for r in rows]
          == list(zip(range(length), found[11]["words"], found[11]["topics"])), "csv")
    for row in rows:
        near(row["share"], counts[11][int(row["topic"])] / length, "share in csv")
    text = dump(scratch, "document --name=doc-9").splitlines()
    check(text[0].split("\t")[0] == "doc-9", f"text begins with {text[0]}")
    check([line.split("\t") for line in text[1:]]
          == [[w, str(t)] for w, t in zip(found[9]["words"], found[9]["topics"])], "text")
    page = Page()
    source = dump(scratch, "document --index=11 --format=html")
    page.feed(source)
    check(page.tags == {"html", "head", "meta", "style", "title", "body", "h1", "ul", "li", "p", "span"},
          f"the page has the elements {sorted(page.tags)}")
    check("default-src 'none'" in source and page.heading == HOSTILE, f"heading {page.heading!r}")
    tokens = page.marked[len(counts[11]):]
    check([tuple(token) for token in tokens]
          == [(f"topic {t}", w) for w, t in zip(found[11]["words"], found[11]["topics"])], "tokens of the page")
    for arguments, said in (("--name=nobody", "no document is named 'nobody'"), ("--name=doc-0", "2 documents are named 'doc-0'"),
                            ("--index=240", "expected one below 240"), ("", "--name and --index"),
                            ("--index=1 --name=doc-1", "--name and --index")):
        code, out, err = scratch.run(f"lightlda-dump document {arguments} --model=model")
        check(code == 64 and out == "" and said in err, f"{arguments}: exit code {code}, {err}")
    empty = json_lines(scratch, "document --index=7")[0]
    check(empty["topics"] == [] and empty["words"] == [], f"the empty document: {empty}")


def compressed(scratch):
    new = "lightlda-infer --model=model --input=in.jsonl --format=csv"
    for command in ("lightlda-dump doc_topic --model=model --format=csv --metadata=auto", "lightlda-dump topics --model=model",
                    "lightlda-dump assignments --model=model --format=json", new):
        scratch.must(f"{command} > plain")
        for ending, unpack in ((".gz", "gzip -dc"), (".zst", "zstd -qdc")):
            scratch.must(f"{command} --output=out{ending} && {unpack} out{ending} | cmp - plain")
            scratch.must(f"sleep 1.1; {command} --output=again{ending} && cmp out{ending} again{ending}")
            scratch.must(f"test $(wc -c < out{ending}) -lt $(wc -c < plain) && rm out{ending} again{ending}")
    # Our own reader takes them for what they are.
    scratch.must("lightlda-dump document --index=9 --format=text --model=model > d.txt")
    for ending in (".gz", ".zst"):
        scratch.must(f"lightlda-dump assignments --format=text --model=model --output=a{ending}")
        counted = scratch.must(f"lightlda-infer --model=model --input=a{ending} --input_format=text | wc -l")
        check(counted.strip() == "240", f"{ending}: our reader finds {counted.strip()} documents")
    code, _, err = scratch.run("lightlda-dump topics --model=model --output=/dev/full/x.gz")
    check(code == 73 and not scratch.leftovers(), f"exit code {code}: {err}")


def text_rules(scratch):
    titles = [row["title"] for row in documents()]
    for ending in ("csv", "tsv"):
        text = scratch.must(f"lightlda-dump doc_topic --dense --metadata=title,section --format={ending} --model=model")
        raw = (scratch.path / "raw").write_bytes(text.encode()) and (scratch.path / "raw").read_bytes()
        check(not raw.startswith(b"\xef\xbb\xbf") and b"\r\n" not in raw and raw.endswith(b"\n"), f"{ending}: BOM or line ends")
        check("NA" in titles and "null" not in text, f"{ending}: a missing value is written out")
    quoted = dump(scratch, "doc_topic --dense --metadata=title --format=csv")
    for needed in (' blank before', 'blank after ', "\ttab first", "with, comma", "two\nlines", "cr\rhere"):
        check(f',"{needed}"\n' in quoted, f"{needed!r} is not quoted")
    for plain in ("plain", "東京", "back\\slash", "'", "a;b", "NA"):
        check(f",{plain}\n" in quoted and f'"{plain}"' not in quoted, f"{plain!r} is quoted without need")
    check(',"say ""hi"""\n' in quoted, "quotes are not doubled")
    tabs = dump(scratch, "doc_topic --dense --metadata=title --format=tsv")
    for needed in ("tab\\there", "two\\nlines", "cr\\rhere", "back\\\\slash", 'say "hi"', " blank before"):
        check(f"\t{needed}\n" in tabs, f"{needed!r} is not in the tsv")
    rows = table(scratch, "doc_topic --dense --metadata=title,section")
    check([row["title"] for row in rows] == titles, "titles do not come back")
    check(all(row["section"] == (metadata(r)["section"] or "") for row, r in zip(rows, documents())), "missing is not empty")


def preprocess(scratch):
    """Which members become which metadata, and what is none of its type."""
    _, _, err = scratch.run(f"lightlda-preprocess --input=in.jsonl --output=again --block_tokens=1500 "
                            f"--metadata_fields={FIELDS} --num_threads=1")
    inputs = documents()
    missing = {name: sum(metadata(row)[name] in (None, []) for row in inputs)
               for name in ("created", "section", "score", "authors")}
    bad_dates = sum(row["created"] in ("no date", "2021-02-30") for row in inputs)
    for line in ("title (text)\n", f"created (date), {missing['created']} missing, {bad_dates} of them no date",
                 f"section (category), 3 values, {missing['section']} missing",
                 f"score (number), {missing['score']} missing, {missing['score']} of them no number",
                 f"authors (list), 4 values, {missing['authors']} missing"):
        check(line in err, f"expected {line!r} in: {err}")
    scratch.must("diff -r corpus again")
    model = json.loads((scratch.path / "model" / "manifest.json").read_text(encoding="utf-8"))["model_hash"]
    scratch.must("lightlda-preprocess --input=in.jsonl --output=without --block_tokens=1500 "
                 "--metadata_fields=none --snippet_bytes=0")
    scratch.must(f"lightlda --corpus=without --model=other --num_topics={NUM_TOPICS} --alpha={ALPHA} --beta=0.01 "
                 "--num_iterations=30")
    other = json.loads((scratch.path / "other" / "manifest.json").read_text(encoding="utf-8"))["model_hash"]
    check(model == other, "training depends on the metadata")
    check(not list(scratch.path.glob("without/meta*")), "metadata that nobody asked for")
    # Documents that are held out keep theirs.
    scratch.must(f"lightlda-preprocess --input=in.jsonl --output=most --holdout=0.3 --holdout_output=rest --metadata_fields={FIELDS}")
    titles = {row["id"]: {r["title"] for r in inputs if r["id"] == row["id"]} for row in inputs}
    total = 0
    for part in ("most", "rest"):
        scratch.must(f"lightlda --corpus={part} --model=of-{part} --num_topics=2 --num_iterations=2")
        for line in scratch.must(f"lightlda-dump doc_topic --metadata=title --format=json --model=of-{part}").splitlines():
            entry = json.loads(line)
            check(entry["title"] in titles[entry["document"]], f"{part}: {entry}")
            total += 1
    check(total == len(inputs), f"{total} documents in both corpora")
    for fields, said in (("a:colour", "date, category, number, text or list"), ("=a", "[NAME=]MEMBER[:TYPE]"),
                         ("a,b.a", "two fields")):
        code, _, err = scratch.run(f"lightlda-preprocess --input=in.jsonl --output=x --metadata_fields={fields}")
        check(code == 64 and said in err and not (scratch.path / "x").exists(), f"{fields}: exit code {code}, {err}")
    code, _, err = scratch.run("lightlda-preprocess --input=in.jsonl --format=text --output=x --metadata_fields=a")
    check(code == 64 and "--metadata_fields is for jsonl" in err, f"text: exit code {code}, {err}")


def wrong_use(scratch):
    scratch.must("lightlda-preprocess --input=in.jsonl --output=without --metadata_fields=none --snippet_bytes=0")
    scratch.must("lightlda --corpus=without --model=plain --num_topics=2 --num_iterations=2")
    for command, code, said in (
            ("groups --model=model", 64, "--by"), ("groups --by=a,b,c --model=model", 64, "--by"),
            ("groups --by=nothing --model=model", 64, "title, created, section, score, authors"),
            ("groups --by=section --bin=decade --model=model", 64, "year, quarter"),
            ("groups --by=section --bin_width=-1 --model=model", 64, "--bin_width"),
            ("groups --by=section --model=plain", 64, "no metadata"),
            ("doc_topic --metadata=title --model=plain", 64, "--metadata"),
            ("doc_topic --metadata=nothing --model=model", 64, "no field 'nothing'"),
            ("topics --metadata=title --model=model", 64, "--metadata"),
            ("hierarchy --on=letters --model=model", 64, "documents or words"),
            ("hierarchy --clusters=7 --model=model", 64, "--clusters"),
            ("top_documents --and_topic=6 --model=model", 64, "--and_topic"),
            ("top_documents --min_share=2 --model=model", 64, "--min_share"),
            ("correlation --min_share=1.5 --model=model", 64, "--min_share"),
            ("top_documents --format=html --model=model", 64, "text, json, csv or tsv"),
            ("top_documents --dense --model=model", 64, "--dense"),
            ("correlation --model=model --corpus=without", 65, "corpus")):
        found, out, err = scratch.run(f"lightlda-dump {command} --output=f")
        check(found == code and said in err and not (scratch.path / "f").exists(),
              f"{command}: exit code {found}, expected {code}: {err}{out}")
    rows = list(csv.DictReader(io.StringIO(scratch.must("lightlda-dump top_documents --model=plain --format=csv"))))
    check(rows and all(row["title"] == row["date"] == "" for row in rows), "titles of a corpus without metadata")


if __name__ == "__main__":
    main([(test.__name__, trained(test)) for test in (
        doc_topic, top_documents, correlation, hierarchy, groups, document, compressed, text_rules, preprocess, wrong_use)])
