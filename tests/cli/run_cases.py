#!/usr/bin/env python3
"""Golden command-line tests: run_cases.py --bin_dir=DIR [--only=NAME] FILE.json...

A file is a list of cases; the fields of a case are

  name      what it shows
  files     {name: content} written before the run; content as in cli_test.write_file
  setup     shell commands that must succeed before
  run       the shell command under test. It runs in an empty directory; the programs are in PATH and
            $DATA is the data/ folder of the source tree
  stdin     text given to it (default: nothing)
  exit      expected exit code (default 0)
  stdout    expected output, exactly; or {"matches": [regular expressions]}, each found somewhere
  stderr    likewise
  absent    paths that must not exist afterwards
  contents  {path: exact text} or {path: {"matches": [...]}} of files written
  requires  "not root": skipped for root, whom permissions do not stop

Beyond that every case checks that no temporary file is left, that nothing crashed, and that a failure
says why on stderr and nothing on stdout.
"""
import argparse
import json
import os
import pathlib
import re

from cli_test import check, run_all, write_file

FIELDS = {"name", "files", "setup", "run", "stdin", "exit", "stdout", "stderr", "absent", "contents", "requires"}


def check_text(what, expected, found):
    if isinstance(expected, str):
        check(found == expected, f"{what}: expected\n{expected}\nfound\n{found[-3000:]}")
        return
    for pattern in expected["matches"]:
        check(re.search(pattern, found, re.MULTILINE),
              f"{what}: no match for: {pattern}\nfound\n{found[-3000:]}")


def run_case(case, scratch):
    if case.get("requires") == "not root" and os.getuid() == 0:
        return "runs as root"
    for name, content in case.get("files", {}).items():
        write_file(scratch.path / name, content)
    for command in case.get("setup", []):
        scratch.must(command)

    code, out, err = scratch.run(case["run"], stdin=case.get("stdin", "").encode("utf-8"))
    expected = case.get("exit", 0)
    check(code == expected, f"exit code {code}, expected {expected}: {case['run']}\n{err[-3000:]}")
    if expected != 0:
        check(err.strip(), "failed without a word on stderr")
        check(out == "", f"failed, but wrote to stdout: {out[:300]}")
    for what, found in (("stdout", out), ("stderr", err)):
        if what in case:
            check_text(what, case[what], found)
    for path in case.get("absent", []):
        check(not os.path.lexists(scratch.path / path), f"{path} exists")
    for path, content in case.get("contents", {}).items():
        check((scratch.path / path).is_file(), f"{path} was not written")
        check_text(path, content, (scratch.path / path).read_text(encoding="utf-8"))
    check(not scratch.leftovers(), f"left behind: {scratch.leftovers()}")
    return None


def load(path):
    cases = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    for case in cases:
        unknown = set(case) - FIELDS
        if unknown or "name" not in case or "run" not in case:
            raise SystemExit(f"{path}: case {case.get('name')!r}: unknown fields {unknown} or no name or run")
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin_dir", required=True)
    parser.add_argument("--only", help="run the cases whose name contains this")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    cases = [case for path in arguments.files for case in load(path)]
    if arguments.only:
        cases = [case for case in cases if arguments.only in case["name"]]
    run_all([(case["name"], lambda scratch, case=case: run_case(case, scratch)) for case in cases],
            arguments.bin_dir)


if __name__ == "__main__":
    main()
