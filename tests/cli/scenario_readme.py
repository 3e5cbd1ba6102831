#!/usr/bin/env python3
"""The pages for users are true: commands work as written, tables list the programs' flags, links of README.md exist."""
import re

from cli_test import SOURCE_DIR, check, main

README = (SOURCE_DIR / "README.md").read_text(encoding="utf-8")
FLAGS = (SOURCE_DIR / "docs/flags.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^<!-- tested -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = ("lightlda-preprocess", "lightlda", "lightlda-dump", "lightlda-infer",
            "lightlda-evaluate", "lightlda-import")


def run_blocks(scratch, page):
    """Every ```sh block of the page after a line <!-- tested --> runs, in order, in one directory."""
    blocks = BLOCK.findall((SOURCE_DIR / page).read_text(encoding="utf-8"))
    check(len(blocks) >= 2, f"{page} has {len(blocks)} tested blocks")
    (scratch.path / "data").symlink_to(SOURCE_DIR / "data")
    for block in blocks:
        print(block, end="")
        scratch.must(f"set -euo pipefail\n{block}")


def commands(scratch):
    run_blocks(scratch, "README.md")


def kinds_of_users(scratch):
    pages = sorted(page.name for page in (SOURCE_DIR / "docs").glob("for-*.md"))
    check(len(pages) == 3, f"pages: {pages}")
    for page in pages:
        check(f"docs/{page}" in README, f"README.md does not lead to docs/{page}")
        run_blocks(scratch, f"docs/{page}")
        scratch.must("rm -rf -- *")


def first_screen(scratch):
    """The topics that README.md prints are those of its first commands."""
    shown = re.search(r"^The ten largest topics.*?\n\n(.*?)\n\n", README, re.MULTILINE | re.DOTALL)[1]
    cells = [cell.split() for line in shown.splitlines() for cell in re.split(r"  +", line.strip())]
    (scratch.path / "data").symlink_to(SOURCE_DIR / "data")
    printed = scratch.must(f"set -euo pipefail\n{BLOCK.findall(README)[0]}")
    topics = [[pair.rsplit(":", 1)[0] for pair in line.split("\t")[2].split(" ")[:6]]
              for line in printed.splitlines()[:10]]
    check(sorted(cells) == sorted(topics), f"README.md shows {cells}, the commands print {topics}")


def flags(scratch):
    """The table under "### PROGRAM" has the flags of --help, all of them and no others."""
    for program in PROGRAMS:
        section = re.search(rf"^## {program}$(.*?)(?:^## |\Z)", FLAGS, re.MULTILINE | re.DOTALL)
        check(section is not None, f"docs/flags.md has no section {program}")
        listed = re.findall(r"^\| `--(\w+)`", section.group(1), re.MULTILINE)
        known = re.findall(r"^  --(\w+)", scratch.must(f"{program} --help"), re.MULTILINE)
        known = [flag for flag in known if flag not in ("help", "version")]
        check(sorted(listed) == sorted(known),
              f"{program}: only in docs/flags.md: {sorted(set(listed) - set(known))}, "
              f"only in --help: {sorted(set(known) - set(listed))}")


def links(_):
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        check("://" in target or (SOURCE_DIR / target).exists(), f"README.md links to {target}, which is not there")
    for folder in re.findall(r"^\| `([a-z]+(?:/[a-z]+)*)/`", README, re.MULTILINE):
        check((SOURCE_DIR / folder).is_dir(), f"README.md tells of {folder}/, which is not there")


if __name__ == "__main__":
    main([("commands", commands), ("the first screen", first_screen), ("pages of three kinds of users", kinds_of_users),
          ("flags", flags), ("links", links)])
