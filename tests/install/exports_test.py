#!/usr/bin/env python3
"""The shared library exports what the headers in include/lightlda declare, and nothing else.

  exports_test.py --library=liblightlda.so --include_dir=DIR

Everything the headers declare without defining it (functions, members) must be a symbol of the library; every
symbol must be such a function, or the vtable or type of a class that a header defines.
"""
import argparse
import pathlib
import re
import subprocess

NAME = r"[A-Za-z_]\w*"


def strip(text):
    """A header without comments, literals and preprocessor lines."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r'"(\\.|[^"\\])*"', '""', text)
    text = re.sub(r"^[ \t]*#(.*\\\n)*.*$", "", text, flags=re.M)
    return re.sub(r"\bLIGHTLDA_EXPORT\b|\[\[\w+\]\]|\balignas\([^)]*\)", " ", text)


def statements(text):
    """(head, body) of each declaration: what stands before its ";" or "{...}", and what is in the braces."""
    start = at = 0
    while at < len(text):
        if text[at] == ";":
            yield text[start:at].strip(), None
            start = at + 1
        elif text[at] == "{":
            depth, begin = 1, at + 1
            while depth > 0:
                at += 1
                depth += {"{": 1, "}": -1}.get(text[at], 0)
            head, body = text[start:at - (at - begin) - 1].strip(), text[begin:at]
            rest = text[at + 1:].lstrip()
            # "= {}" of a default argument or member, "explicit A(int a) : a_{a} {}": not the end yet.
            if head.count("(") > head.count(")") or head.endswith("="):
                text = text[:begin - 1] + "0" + text[at + 1:]
                at = begin
                continue
            yield head, body
            start = at + 1
            if rest.startswith(";"):
                start = text.index(";", at + 1) + 1
                at = start - 1
        at += 1


def without_template_arguments(head):
    """"std::function<Status()> watch_" declares no function Status."""
    while (shorter := re.sub(r"(?<!operator)<[^<>]*>", "", head)) != head:
        head = shorter
    return head


def declared(text, scope, functions, classes):
    """Adds the qualified names that `text`, the inside of `scope`, declares."""
    for head, body in statements(text):
        head = re.sub(r"\b(public|private|protected)\s*:(?!:)", " ", head).strip()
        if head.startswith(("template", "using", "typedef", "friend", "enum", "extern", "static constexpr", "inline")):
            continue
        if namespace := re.fullmatch(rf"namespace\s+({NAME})", head):
            declared(body, f"{scope}{namespace[1]}::", functions, classes)
        elif (record := re.match(rf"(?:class|struct)\s+({NAME})[^()]*$", head)) and body is not None:
            classes.add(scope + record[1])
            declared(body, f"{scope}{record[1]}::", functions, classes)
        elif body is None and (
                function := re.search(rf"(~?{NAME}|operator\W+)\s*\(", without_template_arguments(head))):
            if not re.search(r"=\s*(default|delete|0)$", head):
                functions.add(scope + function[1].strip())


def exported(library):
    lines = subprocess.run(["nm", "--dynamic", "--defined-only", "--demangle", library], capture_output=True,
                           text=True, check=True).stdout.splitlines()
    return sorted({line.split(" ", 2)[2] for line in lines})


def without_arguments(symbol):
    """A function's qualified name; the name of a template instance is not taken apart."""
    return re.sub(r"(\(.*|\[abi:\w+\])", "", symbol).strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", required=True)
    parser.add_argument("--include_dir", required=True)
    arguments = parser.parse_args()
    functions, classes = set(), set()
    headers = sorted(pathlib.Path(arguments.include_dir, "lightlda").glob("*.h"))
    for header in headers:
        declared(strip(header.read_text(encoding="utf-8")), "", functions, classes)
    # The reading of the headers works: some names that must be among what it found.
    for known in ("lightlda::Train", "lightlda::Corpus::Open", "lightlda::CorpusBuilder::~CorpusBuilder",
                  "lightlda::TrainConfig::Validate"):
        if known not in functions:
            raise SystemExit(f"FAILED: {known} is not among the {len(functions)} functions found in the headers")
    symbols = exported(arguments.library)
    allowed = {f"{what} for {name}" for name in classes for what in ("vtable", "typeinfo", "typeinfo name")}
    surplus = [symbol for symbol in symbols
               if symbol not in allowed and without_arguments(symbol) not in functions]
    missing = sorted(functions - {without_arguments(symbol) for symbol in symbols})
    for symbol in surplus:
        print(f"exported, but no header declares it: {symbol}")
    for name in missing:
        print(f"declared in a header, but not exported (LIGHTLDA_EXPORT?): {name}")
    if surplus or missing:
        raise SystemExit(f"FAILED: {len(surplus)} too many, {len(missing)} missing")
    print(f"passed: {len(symbols)} symbols for {len(functions)} functions of {len(headers)} headers")


if __name__ == "__main__":
    main()
