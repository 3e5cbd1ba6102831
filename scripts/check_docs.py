#!/usr/bin/env python3
"""Checks the documentation: check_docs.py [ROOT]   (ROOT: the top of the tree, default: the folder above this one)

  links     every relative link of a page leads to a file, and its anchor to a heading of it
  paths     a file of the sources that a page names in backquotes is there (docs/lab tells of the past: not checked)
  mentions  a page of docs/ that a source file names, with or without #anchor, is there
  map       every page of docs/ is linked from docs/README.md, every note of docs/lab/ from docs/lab/README.md
  folders   README.md and docs/design.md tell of every folder of src/
  length    docs/design.md has at most 1,500 words

Prints one line per finding and exits 1 if there are any.
"""
import os
import re
import sys

MAX_DESIGN_WORDS = 1500
PAGE_FOLDERS = ("docs", "data", "bench")
SOURCE_FOLDERS = ("src", "include", "apps", "tools", "bench", "tests", "scripts", "examples", "cmake")
SOURCE_ENDINGS = (".h", ".cc", ".py", ".sh", ".txt", ".cmake", ".json", ".java", ".slurm")

LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:src|include|apps|tools|bench|tests|scripts|examples|cmake)(?:/[\w.-]+)+/?")
MENTION = re.compile(r"\bdocs/(?:[a-z-]+/)*(?:[a-z0-9][a-z0-9_-]*|README)\.md(?:#[\w-]+)?")


def blank_out(match):
    """Keeps the newlines of what is removed, so that line numbers stay."""
    return "\n" * match.group().count("\n")


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def find_files(root, folders, endings):
    for folder in folders:
        for where, inner, names in os.walk(os.path.join(root, folder)):
            # tests/check plays with pages that do not exist.
            inner[:] = [name for name in inner if name not in ("build", "__pycache__")
                        and not (name == "check" and os.path.basename(where) == "tests")]
            for name in names:
                if name.endswith(endings):
                    yield os.path.relpath(os.path.join(where, name), root)


def anchors(text):
    """The anchors that GitHub gives to the headings of a page."""
    found = set()
    for heading in HEADING.findall(FENCE.sub(blank_out, text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number, unique = 0, slug
        while unique in found:
            number += 1
            unique = f"{slug}-{number}"
        found.add(unique)
    return found


class Checker:
    def __init__(self, root):
        self.root = root
        self.pages = {page: read(root, page) for page in
                      ["README.md", *sorted(find_files(root, PAGE_FOLDERS, (".md",)))]}
        self.anchors = {page: anchors(text) for page, text in self.pages.items()}
        self.links = {page: set() for page in self.pages}  # pages that it links to

    def target_problem(self, page, anchor):
        """What is wrong with a link to an anchor of a page; "" if nothing."""
        if not os.path.exists(os.path.join(self.root, page)):
            return f"{page} does not exist"
        if anchor and page in self.anchors and anchor not in self.anchors[page]:
            return f"{page} has no heading for #{anchor}"
        return ""

    def check_links(self, page):
        text = CODE.sub("", FENCE.sub(blank_out, self.pages[page]))
        for match in LINK.finditer(text):
            target = match.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            path = os.path.normpath(os.path.join(os.path.dirname(page), name)) if name else page
            self.links[page].add(path)
            problem = self.target_problem(path, anchor)
            if problem:
                yield f"{page}:{text.count(chr(10), 0, match.start()) + 1}: {problem}"

    def check_paths(self, page):
        text = FENCE.sub(blank_out, self.pages[page])
        for match in CODE.finditer(text):
            path = match.group(1)
            if PATH.fullmatch(path) and not os.path.exists(os.path.join(self.root, path)):
                yield f"{page}:{text.count(chr(10), 0, match.start()) + 1}: {path} does not exist"

    def check_mentions(self):
        for path in sorted(find_files(self.root, SOURCE_FOLDERS, SOURCE_ENDINGS)):
            text = read(self.root, path)
            for match in MENTION.finditer(text):
                page, _, anchor = match.group().partition("#")
                problem = self.target_problem(page, anchor)
                if problem:
                    yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {problem}"

    def check_map(self):
        for page in self.pages:
            folder = os.path.dirname(page)
            index = f"{folder}/README.md"
            if page.startswith("docs") and page != index and page not in self.links.get(index, ()):
                yield f"{page}:1: {index} has no link to it"

    def check_folders(self):
        for folder in sorted(os.listdir(os.path.join(self.root, "src"))):
            for page in ("README.md", "docs/design.md"):
                if f"src/{folder}/" not in self.pages.get(page, "") and "." not in folder:
                    yield f"{page}:1: does not tell of src/{folder}/"

    def check_length(self):
        words = len(self.pages.get("docs/design.md", "").split())
        if words > MAX_DESIGN_WORDS:
            yield f"docs/design.md:1: {words} words, the limit is {MAX_DESIGN_WORDS}"

    def findings(self):
        for page in self.pages:
            yield from self.check_links(page)
            if not page.startswith("docs/lab/"):
                yield from self.check_paths(page)
        yield from self.check_mentions()
        yield from self.check_map()
        yield from self.check_folders()
        yield from self.check_length()


def main():
    default = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    checker = Checker(sys.argv[1] if len(sys.argv) > 1 else default)
    findings = list(checker.findings())
    print("\n".join(findings), end="\n" if findings else "")
    print(f"{len(checker.pages)} pages, {len(findings)} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
