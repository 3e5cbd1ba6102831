#!/usr/bin/env python3
"""Tests of scripts/check_docs.py on small trees: each rule is broken once, and the finding names file and line."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_docs.py"

# A tree without findings.
TREE = {
    "README.md": "# Top\n\n`src/base/`. See [the map](docs/README.md) and [a part](docs/design.md#the-parts-of-it).\n",
    "docs/README.md": "# Map\n\n[design](design.md), [lab](lab/README.md), [away](https://example.org/x#y)\n",
    "docs/design.md": "# Design\n\n## The *parts* of `it`\n\n`src/base/part.h` is one. Back to [parts](#the-parts-of-it).\n",
    "docs/lab/README.md": "# Lab\n\n[one](001-one.md)\n",
    "docs/lab/001-one.md": "# One\n\n`src/gone.h` was there.\n\n```sh\n# not a heading\n[not a link](nowhere.md)\n```\n",
    "src/base/part.h": "// Explained in docs/design.md#the-parts-of-it, see docs/design.md.\n",
}


def findings(changes):
    """What is printed of TREE with some files replaced; None removes one."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**TREE, **changes}.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, "-B", CHECK, root], capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()[:-1]
        if done.returncode != (1 if lines else 0):
            raise AssertionError(f"exit code {done.returncode} with {lines} {done.stderr}")
        return lines


class CheckDocsTest(unittest.TestCase):
    def test_whole_tree_has_no_findings(self):
        self.assertEqual(findings({}), [])

    def test_link_to_a_missing_page(self):
        text = TREE["README.md"] + "[x](docs/none.md)\n"
        self.assertEqual(findings({"README.md": text}), ["README.md:4: docs/none.md does not exist"])

    def test_link_to_a_missing_picture(self):
        text = TREE["docs/design.md"] + "![x](pictures/x.svg)\n"
        self.assertEqual(findings({"docs/design.md": text}), ["docs/design.md:6: docs/pictures/x.svg does not exist"])

    def test_link_to_a_missing_heading(self):
        text = TREE["docs/README.md"] + "[x](design.md#the-part)\n"
        self.assertEqual(findings({"docs/README.md": text}),
                         ["docs/README.md:4: docs/design.md has no heading for #the-part"])

    def test_comments_of_code_blocks_are_no_headings(self):
        text = TREE["docs/lab/README.md"] + "[x](001-one.md#not-a-heading)\n"
        self.assertEqual(len(findings({"docs/lab/README.md": text})), 1)

    def test_second_heading_of_a_name_has_a_number(self):
        text = TREE["docs/design.md"] + "\n## Twice\n\n## Twice\n\n[x](#twice-1)\n"
        self.assertEqual(findings({"docs/design.md": text}), [])
        self.assertEqual(len(findings({"docs/design.md": text.replace("twice-1", "twice-2")})), 1)

    def test_path_of_a_missing_source(self):
        self.assertEqual(findings({"src/base/part.h": None, "docs/design.md": TREE["docs/design.md"] + "\n`src/base/`\n"}),
                         ["docs/design.md:5: src/base/part.h does not exist"])

    def test_source_that_names_a_missing_page(self):
        text = "// One\n// docs/gone.md and docs/design.md#gone\n"
        self.assertEqual(findings({"src/base/part.h": text}),
                         ["src/base/part.h:2: docs/gone.md does not exist",
                          "src/base/part.h:2: docs/design.md has no heading for #gone"])

    def test_page_that_the_map_lacks(self):
        self.assertEqual(findings({"docs/new.md": "# New\n", "docs/lab/002-two.md": "# Two\n"}),
                         ["docs/lab/002-two.md:1: docs/lab/README.md has no link to it",
                          "docs/new.md:1: docs/README.md has no link to it"])

    def test_folder_that_nobody_tells_of(self):
        self.assertEqual(findings({"src/net/link.h": "// A link.\n"}),
                         ["README.md:1: does not tell of src/net/", "docs/design.md:1: does not tell of src/net/"])

    def test_length_of_the_design(self):
        words = 1500 - len(TREE["docs/design.md"].split())
        self.assertEqual(findings({"docs/design.md": TREE["docs/design.md"] + "w " * words}), [])
        self.assertEqual(findings({"docs/design.md": TREE["docs/design.md"] + "w " * (words + 1)}),
                         ["docs/design.md:1: 1501 words, the limit is 1500"])


if __name__ == "__main__":
    unittest.main()
