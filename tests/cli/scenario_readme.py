#!/usr/bin/env python3
"""The commands of README.md work as written: every ```sh block after a line <!-- tested --> runs, in order."""
import re

from cli_test import SOURCE_DIR, check, main

BLOCK = re.compile(r"^<!-- tested -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_blocks(scratch):
    blocks = BLOCK.findall((SOURCE_DIR / "README.md").read_text(encoding="utf-8"))
    check(len(blocks) >= 3, f"README.md has {len(blocks)} tested blocks")
    (scratch.path / "data").symlink_to(SOURCE_DIR / "data")
    for block in blocks:
        print(block, end="")
        scratch.must(f"set -euo pipefail\n{block}")


if __name__ == "__main__":
    main([("all commands", run_blocks)])
