#!/usr/bin/env python3
"""Reports in a browser: report_test.py --bin_dir=DIR [--pictures=DIR]. Makes models and reports, tells report_test.mjs
what must be seen, and checks that the bundle of web/report is what its source gives.

Needs Debian's chromium and, in this folder and in web/report, npm ci (scripts/browser.sh does both). Without: skipped."""
import argparse
import csv
import io
import json
import pathlib
import random
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))

from cli_test import SKIPPED, Failure, Scratch, check  # noqa: E402
from scenario_report import HOSTILE  # noqa: E402
from report_page import Page  # noqa: E402

VIEWS = ["map", "treemap", "time", "groups", "diagnostics", "training", "about"]


def write_corpus(path, num_documents, num_themes):
    chance = random.Random(11)
    syllables = ["ba", "ke", "mi", "lo", "tu", "ra", "ne", "si", "po", "du"]
    themes = [["".join(chance.choice(syllables) for _ in range(3)) for _ in range(40)] for _ in range(num_themes)]
    with open(path, "w", encoding="utf-8") as lines:
        for d in range(num_documents):
            year = 1998 + chance.randrange(14)
            mix = [chance.randrange(num_themes), min(num_themes - 1, (year - 1998) * num_themes // 14)]
            tokens = [min(chance.choice(themes[mix[chance.random() < 0.35]]) for _ in range(1 + (chance.random() < 0.4)))
                      for _ in range(chance.randrange(40, 90))]
            lines.write(json.dumps({
                "id": HOSTILE if d == 5 else f"doc-{d}", "text": " ".join(tokens),
                "title": HOSTILE if d % 40 == 0 else f"On {tokens[0]} and {tokens[1]}", "created": f"{year}-0{1 + d % 9}-11",
                "section": HOSTILE if mix[0] == 0 else f"section {mix[0] % 6}", "url": "javascript:window.hacked=3" if d % 2 else f"https://example.org/{d}"}) + "\n")


def rows(scratch, arguments):
    text = scratch.must(f"lightlda-dump {arguments} --format=csv --model=main")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def words_of(scratch, topic, lambda_):
    weight = "probability" if lambda_ == 1 else f"relevance --lambda={lambda_}"
    return [row["word"] for row in rows(scratch, f"topics --top_words=30 --weight={weight}") if int(row["topic"]) == topic]


def search_of(scratch, word):
    found = rows(scratch, f"words --word={word}")
    counts = [(int(row["topic"]), int(row["count"])) for row in found]
    total = sum(count for _, count in counts)
    shown = [pair for i, pair in enumerate(counts) if i == 0 or pair[1] >= total / 1000]
    return {"word": word, "tokens": total, "topics": shown[:12]}


def main_expectations(scratch):
    topics = rows(scratch, "diagnostics")
    tokens = [int(row["tokens"]) for row in topics]
    coherence = [float(row["coherence_npmi"] or "-inf") for row in topics]
    by = {"size": lambda k: (-tokens[k], k), "id": lambda k: k, "coherence": lambda k: (-coherence[k], k)}
    groups = rows(scratch, "groups --by=section")
    most = [words_of(scratch, k, 1)[0] for k in sorted(range(len(tokens)), key=by["size"])[:3]]
    page = Page(scratch.path / "main.html")
    return {
        "views": VIEWS, "tokens": tokens, "labels": {"2": "Two"},
        "orders": {name: sorted(range(len(tokens)), key=key) for name, key in by.items()},
        "words": [{"topic": k, "lambda": lambda_, "words": words_of(scratch, k, lambda_)} for k, lambda_ in ((0, 1), (0, 0.6), (9, 0.25), (9, 0), (9, 1))],
        "searches": [search_of(scratch, word) for word in most],
        "groups": [(row["value"], int(row["topic"]), float(row["share"])) for row in groups],
        "tables": {"groups": len(groups), "time": len(rows(scratch, "groups --by=created --bin=year")), "diagnostics": len(tokens), "map": len(tokens),
                   "treemap": len(tokens), "training": len((scratch.path / "main/metrics.jsonl").read_text().splitlines())},
        "documents": len(page.documents["of_topic"][sorted(range(len(tokens)), key=by["size"])[0]]) // 2,
    }


def make_reports(scratch, extra):
    write_corpus(scratch.path / "in.jsonl", 900, 16)
    scratch.must("lightlda-preprocess --input=in.jsonl --output=corpus --metadata_fields=title,created,section,url:text,text:text")
    scratch.must("lightlda-preprocess --input=in.jsonl --output=plain_corpus --metadata_fields=none --snippet_bytes=0")
    scratch.must("lightlda --corpus=corpus --model=main --num_topics=14 --num_iterations=40")
    scratch.must("lightlda-dump labels --model=main --set=2:Two")
    scratch.must("lightlda-dump report --model=main --title='A <report> & more' --output=main.html")
    scratch.must("lightlda --corpus=plain_corpus --model=two --num_topics=2 --num_iterations=5")
    scratch.must("lightlda --corpus=plain_corpus --model=many --num_topics=5001 --num_iterations=1")
    for name in ("two", "many"):
        scratch.must(f"lightlda-dump report --model={name} --output={name}.html")
    plain = [view for view in VIEWS if view not in ("time", "groups")]
    reports = {"main": main_expectations(scratch), "two": {"views": plain}, "many": {"views": plain[1:]}}
    for name in reports:
        reports[name]["file"] = str(scratch.path / f"{name}.html")
    for path in extra:
        reports[path.stem] = {"file": str(path.resolve()), "views": VIEWS}
    return reports


def missing():
    """Why this cannot run; None: it can."""
    if shutil.which("chromium") is None:
        return "chromium is not installed"
    if shutil.which("node") is None:
        return "node is not installed"
    for folder in (HERE, HERE.parents[1] / "web/report"):
        if not (folder / "node_modules").is_dir():
            return f"npm ci was not run in {folder.relative_to(HERE.parents[1])} (scripts/browser.sh does)"
    return None


def run(arguments):
    pictures = arguments.pictures.resolve()
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    with Scratch(arguments.bin_dir) as scratch:
        plan = {"chromium": shutil.which("chromium"), "pictures": str(pictures), "reports": make_reports(scratch, arguments.reports)}
        (scratch.path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        outcome = subprocess.run(["node", str(HERE / "report_test.mjs"), str(scratch.path / "plan.json")], check=False)
        check(outcome.returncode == 0, "tests in the browser failed")
        # The labels that the page has saved are labels of the next report.
        scratch.must(f"lightlda-dump report --model=main --labels={pictures}/labels.json --output=labelled.html")
        header = Page(scratch.path / "labelled.html").header
        check(header["labels"]["4"] == 'Galaxies <b>&"' and header["hidden"] == [6], "labels that the page has saved")
    bundle = subprocess.run(["node", "build.mjs", "--check"], cwd=HERE.parents[1] / "web/report", check=False)
    check(bundle.returncode == 0, "web/report/dist is not what web/report/src gives")
    print(f"passed   saved labels, bundle; pictures are in {pictures}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin_dir", required=True)
    parser.add_argument("--pictures", type=pathlib.Path, default=pathlib.Path("browser-pictures"))
    parser.add_argument("reports", type=pathlib.Path, nargs="*", help="more reports, with dates and categories, to open all views of")
    parsed = parser.parse_args()
    reason = missing()
    if reason:
        print(f"skipped  reports in a browser: {reason}")
        sys.exit(SKIPPED)
    try:
        run(parsed)
    except Failure as failure:
        print(f"FAILED   {failure}")
        sys.exit(1)
