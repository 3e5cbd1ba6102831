#!/usr/bin/env python3
"""Adds up ctest's JUnit files: summarize_tests.py [--broken_builds=N] FILE...

Prints one line per file, the names of what failed or was skipped, and as its last line "N passed, N failed".
Exits 1 if anything failed or nothing passed. A build that failed, and a result file that is missing (ctest
itself broke), count as one failure each.
"""
import argparse
import sys
import xml.etree.ElementTree


def read(path):
    """Test names of one JUnit file by outcome; None if there is no readable file."""
    outcomes = {"passed": [], "failed": [], "skipped": []}
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        return None
    for case in root.iter("testcase"):
        skipped = case.find("skipped")
        if case.get("status") == "run":
            kind = "passed"
        elif skipped is not None and skipped.get("message", "").startswith("SKIP_"):
            kind = "skipped"  # by the test itself; any other reason, as a missing program, is a failure
        else:
            kind = "failed"
        outcomes[kind].append(case.get("name"))
    return outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broken_builds", type=int, default=0)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()

    passed, failed = 0, arguments.broken_builds
    for path in arguments.files:
        outcomes = read(path)
        if outcomes is None:
            print(f"{path}: no results: ctest did not finish")
            failed += 1
            continue
        counts = ", ".join(f"{len(names)} {kind}" for kind, names in outcomes.items())
        print(f"{path}: {counts}")
        for kind in ("failed", "skipped"):
            for name in outcomes[kind]:
                print(f"  {kind}: {name}")
        passed += len(outcomes["passed"])
        failed += len(outcomes["failed"])
    if arguments.broken_builds:
        print(f"{arguments.broken_builds} builds failed")
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if failed == 0 and passed > 0 else 1)


if __name__ == "__main__":
    main()
