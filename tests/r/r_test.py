#!/usr/bin/env python3
"""The page docs/r.md, and every text export, .npy and .mtx in R: r_test.py --bin_dir=DIR.

Needs Debian's r-base-core, r-cran-data.table, r-cran-matrix and r-cran-jsonlite (scripts/install_packages.sh r). Without:
skipped."""
import argparse
import csv
import json
import lzma
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))

from cli_test import DATA_DIR, SKIPPED, SOURCE_DIR, Failure, Scratch, check  # noqa: E402

PAGE = SOURCE_DIR / "docs" / "r.md"
NUM_DOCUMENTS = 600
HOSTILE = 'a "quoted", name\twith\\all\nof it: Größe'
# Tables of lightlda-dump with csv and tsv, and how they are asked for; those with json have a row per line there.
TABLES = {"topics": "--top_words=12", "word_topic": "", "doc_topic": "--metadata=created,section",
          "diagnostics": "", "similar": "", "words": "--word=s --prefix", "compare": "--other=other", "labels": "",
          "merge_topics": "", "top_documents": "", "correlation": "", "hierarchy": "", "groups": "--by=section",
          "document": "--index=1"}
JSON = ("topics", "diagnostics", "top_documents", "correlation", "hierarchy", "labels")
# What is no table: by other names in prepare() and on the page.
OTHERS = {"assignments", "names", "npy", "matrix_market", "ldavis", "mallet_state", "mallet_keys", "mallet_doc_topics", "ldac", "gensim",
          "summary"}
# For no R: XML and binary files, a page, a database.
NOT_READ = {"mallet_diagnostics", "microsoft_lightlda", "sqlite", "report"}


def run_r(scratch, *arguments):
    done = subprocess.run(["Rscript", "--vanilla", *arguments], cwd=scratch, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env=dict(os.environ, LC_ALL="C.UTF-8"))
    check(done.returncode == 0, f"Rscript {' '.join(arguments)}:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
    return done.stdout


def has_r():
    if shutil.which("Rscript") is None:
        return False
    asked = "for (name in c('data.table', 'Matrix', 'jsonlite')) library(name, character.only = TRUE)"
    return subprocess.run(["Rscript", "--vanilla", "-e", asked], capture_output=True, check=False).returncode == 0


def write_texts(path):
    with lzma.open(DATA_DIR / "debian-descriptions-sample.jsonl.xz", "rt", encoding="utf-8") as lines, \
            open(path, "w", encoding="utf-8") as out:
        for d, line in zip(range(NUM_DOCUMENTS), lines):
            package = json.loads(line)
            out.write(json.dumps({"id": HOSTILE if d == 1 else package["id"], "text": package["text"],
                                  "created": f"{2015 + 6 * d // NUM_DOCUMENTS}-0{1 + d % 9}-11",
                                  "section": [HOSTILE, "Spiele", "NA"][d % 3]}) + "\n")


def blocks(language):
    text = PAGE.read_text(encoding="utf-8")
    mark = "<!-- tested -->\n" if language == "sh" else ""
    return re.findall(rf"^{mark}```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def run_page(scratch):
    """Its commands as they stand; its R code becomes page.R."""
    write_texts(scratch.path / "texts.jsonl")
    shell, code = blocks("sh"), blocks("r")
    check(len(shell) >= 2 and len(code) >= 5, f"the page has {len(shell)} and {len(code)} blocks")
    for block in shell:
        scratch.must(block.replace("--metadata_fields=created", "--metadata_fields=created,section"))
    (scratch.path / "page.R").write_text("\n".join(code), encoding="utf-8")
    shown = run_r(scratch.path, "page.R")
    check("words" in shown and "document" in shown, f"the page shows: {shown[:500]}")
    check((scratch.path / "years.pdf").read_bytes().startswith(b"%PDF"), "years.pdf is no figure")
    check((scratch.path / "years.pdf").stat().st_size > 3000, "years.pdf is empty")


def prepare(scratch):
    """Every export beside those of the page."""
    dump = "lightlda-dump {} --model=model --output={}"
    scratch.must("lightlda --corpus=corpus --model=other --num_topics=18 --num_iterations=10 --seed=2")
    scratch.must("lightlda-dump labels --model=model --set='3:Größe\\, \"x\"'")
    for part, flags in TABLES.items():
        for form in ("csv", "tsv", *(["json"] if part in JSON else [])):
            file = f"t_{part}.{form}"
            if part == "merge_topics":
                scratch.must(f"lightlda-dump {part} --model=model --topics=1,2 --output=merged-{form} --format={form} > {file}")
            else:
                scratch.must(dump.format(part, file) + f" --format={form} {flags}")
    scratch.must(dump.format("summary", "summary.json") + " --format=json")
    scratch.must(dump.format("npy --of=counts", "counts.npy"))
    scratch.must(dump.format("npy --of=theta --dtype=float64", "theta64.npy"))
    scratch.must(dump.format("matrix_market --of=corpus", "corpus.mtx"))
    for part, output in (("assignments", "assignments.txt"), ("mallet_state", "state.gz"), ("mallet_keys", "mallet_keys.txt"), ("ldac", "ldac"),
                         ("mallet_doc_topics", "mallet_doc_topics.txt"), ("ldavis", "vis"), ("gensim", "gensim")):
        scratch.must(dump.format(part, output))


def equal(found, expected):
    if found is None or isinstance(found, bool):
        return expected == ""
    if isinstance(found, (int, float)):
        return abs(found - float(expected)) <= 1e-12 * abs(found)
    return found == expected


def check_tables(scratch):
    """What R has read is what Python's csv reads."""
    tables = json.loads((scratch.path / "tables.json").read_text(encoding="utf-8"))
    check(set(tables) == set(TABLES), f"R has read {sorted(tables)}")
    hostile = 0
    for part, columns in tables.items():
        with open(scratch.path / f"t_{part}.csv", encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        for name, values in columns.items():
            check(len(values) == len(rows), f"{part}: {len(values)} rows in R, {len(rows)} in the file")
            for row, value in zip(rows, values):
                check(equal(value, row[name]), f"{part}, {name}: R has {value!r}, the file {row[name]!r}")
                hostile += value == HOSTILE
    check(hostile > 3, "a name with quotes, tabs and line ends is in no table")


def all_exports(scratch):
    parts = set(re.findall(r"^  (\w+) +\S", scratch.must("lightlda-dump --help").split("WHAT is one of")[1].split("\n\n")[0], re.MULTILINE))
    check(parts == set(TABLES) | OTHERS | NOT_READ, f"exports that are not looked at: {parts ^ (set(TABLES) | OTHERS | NOT_READ)}")
    run_page(scratch)
    prepare(scratch)
    (scratch.path / "all.R").write_text((scratch.path / "page.R").read_text(encoding="utf-8") + (HERE / "exports.R").read_text(encoding="utf-8"),
                                        encoding="utf-8")
    check("all exports are read" in run_r(scratch.path, "all.R"), "exports.R has not ended")
    check_tables(scratch)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin_dir", required=True)
    arguments = parser.parse_args()
    if not has_r():
        print("skipped: needs R with data.table, Matrix and jsonlite (scripts/install_packages.sh r)")
        return SKIPPED
    try:
        with Scratch(arguments.bin_dir) as scratch:
            all_exports(scratch)
    except Failure as failure:
        print(f"FAILED: {failure}")
        return 1
    print("passed   R reads the page's files and every export")
    return 0


if __name__ == "__main__":
    sys.exit(main())
