#!/usr/bin/env python3
"""House rules that need no compiler: check_sources.py FILE...  (C++ sources, paths from the top of the tree)

  size      a file has at most 600 lines, a function at most 60
  layers    a folder of src/ includes only the folders that LAYERS allows it
  gflags    only programs know flags: apps/, tools/, bench/; messages of src/ name fields, `num_topics`
  public    headers in include/lightlda need the standard library and each other, nothing else
  header    every file begins with a comment; headers have the include guard of their path

Prints one line per finding and exits 1 if there are any.
"""
import re
import sys

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 60

# What a folder of src/ may include besides itself and the public headers. Dependencies point one way.
LAYERS = {
    "base": set(),
    "text": {"base"},
    "corpus": {"base", "text"},
    "ingest": {"base", "text", "corpus"},
    "table": {"base"},
    "kernels": {"base"},
    "sampler": {"base", "table", "kernels"},
    "collective": {"base"},
    "net": {"base"},
    "ps": {"base", "table", "collective", "net"},
    "model": {"base", "text", "table", "corpus"},
    "export": {"base", "report"},
    "exchange": {"base", "text", "table", "corpus", "ingest", "model", "infer", "report", "export"},
    "eval": {"base", "text", "table", "corpus", "ingest", "model", "infer"},
    "infer": {"base", "text", "table", "corpus", "ingest", "model", "kernels"},
    "sweep": {"base", "eval"},
    "report": {"base", "table", "corpus", "model", "eval"},
    "page": {"base", "model", "report"},
    "train": {"base", "text", "table", "corpus", "kernels", "sampler", "collective", "net", "ps", "model", "eval"},
}
FLAG_FOLDERS = ("apps/", "tools/", "bench/", "tests/unit/tools/")

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
# Raw strings, comments, strings and characters, in the order in which they hide each other. The look-behind
# keeps the apostrophes of numbers such as 1'000 from being read as characters.
NOT_CODE = re.compile(
    r'R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)


def blank_out(match):
    """Keeps the newlines of what is removed, so that line numbers stay."""
    return '""' + "\n" * match.group().count("\n")


def functions(code):
    """(name, first line, last line) of every function body in `code`, which has no comments and strings.

    A brace opens a function if it stands in a namespace or a type and a parenthesis comes before it since
    the last ';', '{' or '}'."""
    found, stack, line, begin, begin_line = [], [], 1, 0, 1
    for at, character in enumerate(code):
        if character == "\n":
            line += 1
        elif character == ";" and not (stack and stack[-1][0] == "function"):
            begin, begin_line = at + 1, line
        elif character == "{":
            head = code[begin:at].strip()
            inside = bool(stack) and stack[-1][0] in ("function", "block")
            if inside:
                kind = "block"
            elif re.search(r"\b(namespace|extern)\b", head) or (
                    re.search(r"\b(class|struct|union|enum)\b", head) and "(" not in head):
                kind = "scope"
            elif "(" in head and not re.search(r"=\s*$", head):
                kind = "function"
            else:
                kind = "block"
            lead = len(code[begin:at]) - len(code[begin:at].lstrip())
            first = begin_line + code[begin:begin + lead].count("\n")
            stack.append((kind, head, first))
            begin, begin_line = at + 1, line
        elif character == "}" and stack:
            kind, head, first = stack.pop()
            if kind == "function":
                name = re.search(r"([~\w:]+)\s*\(", head)
                found.append((name.group(1) if name else "?", first, line))
            begin, begin_line = at + 1, line
    return found


def check_sizes(path, text):
    lines = text.count("\n")
    if lines > MAX_FILE_LINES:
        yield f"{path}:{lines}: the file has {lines} lines, the limit is {MAX_FILE_LINES}"
    # Preprocessor lines, with their continuations, are not part of the brace structure.
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group().count("\n"),
                  NOT_CODE.sub(blank_out, text), flags=re.MULTILINE)
    for name, first, last in functions(code):
        if last - first + 1 > MAX_FUNCTION_LINES:
            yield (f"{path}:{first}: {name} has {last - first + 1} lines, "
                   f"the limit is {MAX_FUNCTION_LINES}")


def check_includes(path, text):
    parts = path.split("/")
    for match in INCLUDE.finditer(text):
        bracket, name = match.groups()
        where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        folder = name.split("/")[0]
        if name.startswith("gflags/") and not path.startswith(FLAG_FOLDERS):
            yield f"{where}: only {', '.join(FLAG_FOLDERS)} may include {name}"
        if path.startswith("include/"):
            if not (name.startswith("lightlda/") or (bracket == "<" and re.fullmatch(r"[a-z_0-9]+", name))):
                yield f"{where}: a public header may not include {name}"
        if parts[0] == "src" and bracket == '"' and folder in LAYERS:
            if folder != parts[1] and folder not in LAYERS.get(parts[1], set()):
                yield f"{where}: src/{parts[1]} may not include {name}"


def check_messages(path, text):
    """No "--name" in a string of the library: a caller of it has no flags."""
    if not path.startswith("src/"):
        return
    for match in NOT_CODE.finditer(text):
        found = re.search(r"--[a-z_]+", match.group())
        if found and match.group().startswith('"'):
            yield (f"{path}:{text.count(chr(10), 0, match.start()) + 1}: a message names the flag {found.group()}, "
                   f"expected the field in backquotes")


def check_header(path, text):
    if not text.startswith("//") and not (path.endswith(".cc") and text.startswith('#include "')):
        yield f"{path}:1: does not begin with a comment that says what the file is"
    if path.endswith(".h"):
        name = re.sub(r"^(include/lightlda|include|src)/", "", path)
        guard = "LIGHTLDA_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper() + "_"
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            yield f"{path}:1: expected the include guard {guard}"


def check_folder(path):
    parts = path.split("/")
    if parts[0] == "src" and parts[1] not in LAYERS:
        yield f"{path}:1: src/{parts[1]} is not in LAYERS of scripts/check_sources.py"


def main():
    findings = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for check in (check_sizes, check_includes, check_messages, check_header):
            findings.extend(check(path, text))
        findings.extend(check_folder(path))
    print("\n".join(findings), end="\n" if findings else "")
    print(f"{len(sys.argv) - 1} files, {len(findings)} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
