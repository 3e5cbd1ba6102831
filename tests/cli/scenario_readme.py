#!/usr/bin/env python3
"""README.md is true: its commands work as written, its tables list the programs' flags, its links exist."""
import re

from cli_test import SOURCE_DIR, check, main

README = (SOURCE_DIR / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^<!-- tested -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = ("lightlda-preprocess", "lightlda", "lightlda-dump", "lightlda-infer",
            "lightlda-evaluate", "lightlda-import")


def commands(scratch):
    """Every ```sh block after a line <!-- tested --> runs, in order, in one directory."""
    blocks = BLOCK.findall(README)
    check(len(blocks) >= 3, f"README.md has {len(blocks)} tested blocks")
    (scratch.path / "data").symlink_to(SOURCE_DIR / "data")
    for block in blocks:
        print(block, end="")
        scratch.must(f"set -euo pipefail\n{block}")


def flags(scratch):
    """The table under "### PROGRAM" has the flags of --help, all of them and no others."""
    for program in PROGRAMS:
        section = re.search(rf"^### {program}$(.*?)^##", README, re.MULTILINE | re.DOTALL)
        check(section is not None, f"README.md has no section {program}")
        listed = re.findall(r"^\| `--(\w+)`", section.group(1), re.MULTILINE)
        known = re.findall(r"^  --(\w+)", scratch.must(f"{program} --help"), re.MULTILINE)
        known = [flag for flag in known if flag not in ("help", "version")]
        check(sorted(listed) == sorted(known),
              f"{program}: only in README.md: {sorted(set(listed) - set(known))}, "
              f"only in --help: {sorted(set(known) - set(listed))}")


def links(_):
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        check("://" in target or (SOURCE_DIR / target).exists(), f"README.md links to {target}, which is not there")
    for folder in re.findall(r"^\| `([a-z]+(?:/[a-z]+)*)/`", README, re.MULTILINE):
        check((SOURCE_DIR / folder).is_dir(), f"README.md tells of {folder}/, which is not there")


if __name__ == "__main__":
    main([("commands", commands), ("flags", flags), ("links", links)])
