#!/usr/bin/env python3
"""Installs lightlda into an empty prefix and uses it from there as a stranger would.

  install_test.py --cmake=CMAKE --build_dir=DIR --data_dir=DIR --examples_dir=DIR --compiler=CXX --generator=NAME

Shows that find_package(lightlda) and pkg-config work with nothing but the prefix, that the example compiled
against it finds topics, that the public headers need no others, that all say the same version, and that the
installed programs work wherever the prefix is.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shlex
import shutil
import tempfile

from commands import check, run


def check_programs(prefix, data_dir, scratch):
    """The programs, moved with their prefix, do the main job without help from the environment."""
    moved = scratch / "moved prefix"
    prefix.rename(moved)
    bin_dir = moved / "bin"
    for program in ("lightlda-preprocess", "lightlda", "lightlda-dump", "lightlda-infer", "lightlda-evaluate",
                    "lightlda-import", "lightlda-serve"):
        version = run([bin_dir / program, "--version"])
        check(re.search(r"\d+\.\d+\.\d+", version), f"installed {program} --version says {version.strip()!r}")
    run([bin_dir / "lightlda-preprocess", f"--input={data_dir}/tiny/tiny.ldac", "--format=ldac",
         f"--vocab={data_dir}/tiny/vocab.txt", f"--output={scratch}/corpus"])
    run([bin_dir / "lightlda", f"--corpus={scratch}/corpus", f"--model={scratch}/model", "--num_topics=3",
         "--num_iterations=10"])
    for page in ("share/man/man1/{}.1", "share/bash-completion/completions/{}", "share/zsh/site-functions/_{}"):
        found = [(moved / page.format(program.name)).is_file() for program in bin_dir.iterdir()]
        check(len(found) >= 7 and all(found), f"each program has {page}")
    topics = run([bin_dir / "lightlda-dump", "topics", f"--model={scratch}/model"])
    check(len(topics.splitlines()) >= 3, "installed programs make topics")
    inferred = run([bin_dir / "lightlda-infer", f"--model={scratch}/model", f"--input={data_dir}/tiny/tiny.ldac",
                    "--input_format=ldac", f"--vocab={data_dir}/tiny/vocab.txt"])
    check(len(inferred.splitlines()) > 3, "installed programs find topics of documents")


def read_themes(data_dir):
    """{word: theme} of the tiny corpus, by its documents' names; most of a word's uses are in its theme."""
    uses = collections.defaultdict(collections.Counter)
    with open(f"{data_dir}/tiny/tiny.jsonl", encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            for word in re.findall(r"\w+", document["text"].lower()):
                uses[word][document["id"].split("-")[0]] += 1
    return {word: themes.most_common(1)[0][0] for word, themes in uses.items()}


def check_example(arguments, prefix, scratch):
    """examples/ builds against the prefix, and its topics are the themes of the tiny corpus."""
    build = scratch / "example-build"
    run([arguments.cmake, "-S", arguments.examples_dir, "-B", build, "-G", arguments.generator,
         f"-DCMAKE_PREFIX_PATH={prefix}",
         f"-DCMAKE_CXX_COMPILER={arguments.compiler}", "-DCMAKE_BUILD_TYPE=Debug"])
    run([arguments.cmake, "--build", build])
    out = run([build / "train_and_print", f"{arguments.data_dir}/tiny/tiny.txt", scratch / "example", "3"])
    check(out.startswith("30 documents, 45 words, 412 tokens\n"), f"the example counts the corpus:\n{out}")
    check(re.search(r"iteration \d+/\d+: log-likelihood per token -\d", out),
          f"its observer is called:\n{out}")
    topics = [line.split(":")[1].split() for line in out.splitlines() if line.startswith("topic ")]
    themes = read_themes(arguments.data_dir)
    found = {frozenset(themes[word] for word in words) for words in topics}
    check(found == {frozenset([theme]) for theme in themes.values()},
          f"its three topics are the corpus's three themes:\n{out}")
    check_memory_example(build)


def check_memory_example(build):
    """The example without files: two themes are two topics, and every document is of one of them."""
    lines = [line.split(": ") for line in run([build / "train_in_memory"]).splitlines()]
    topics = {frozenset(words.split()) for name, words in lines if name.startswith("topic ")}
    check(topics == {frozenset("dough oven flour yeast crust".split()),
                     frozenset("sail anchor harbour tide mast".split())}, "topics of a corpus in memory")
    theta = [[float(share) for share in shares.split()] for name, shares in lines if name.startswith("document ")]
    check(len(theta) == 40 and all(max(row) > 0.9 and abs(sum(row) - 1) < 1e-4 for row in theta),
          "theta of documents in memory")


def check_pkg_config(arguments, prefix, scratch):
    """The example compiles and links with what pkg-config says of a prefix that was moved, and no other flag."""
    moved = scratch / "moved package"
    shutil.copytree(prefix, moved, symlinks=True)
    package = next(moved.rglob("lightlda.pc"))
    env = {**os.environ, "PKG_CONFIG_PATH": str(package.parent)}
    flags = shlex.split(run(["pkg-config", "--cflags", "--libs", "lightlda"], env=env))
    program = scratch / "with_pkg_config"
    run([arguments.compiler, pathlib.Path(arguments.examples_dir) / "train_and_print.cc", *flags, "-o", program])
    out = run([program, f"{arguments.data_dir}/tiny/tiny.txt", scratch / "pkg-config", "3"],
              env={**os.environ, "LD_LIBRARY_PATH": str(package.parent.parent)})
    check(out.startswith("30 documents, 45 words, 412 tokens\n"), f"the example built with pkg-config runs:\n{out}")


def check_versions(arguments, prefix, scratch):
    """Headers, packages and programs say one version."""
    source = scratch / "version.cc"
    source.write_text(
        '#include <cstdio>\n#include "lightlda/version.h"\nint main() {\n  std::printf("%s %d.%d.%d\\n", '
        "LIGHTLDA_VERSION_STRING, LIGHTLDA_VERSION_MAJOR, LIGHTLDA_VERSION_MINOR, LIGHTLDA_VERSION_PATCH);\n}\n",
        encoding="utf-8")
    run([arguments.compiler, "-I", prefix / "include", source, "-o", scratch / "version"])
    text, numbers = run([scratch / "version"]).split()
    package = next(prefix.rglob("lightlda.pc"))
    cmake = next(prefix.rglob("lightldaConfigVersion.cmake")).read_text(encoding="utf-8")
    found = {
        "LIGHTLDA_VERSION_STRING": text,
        "LIGHTLDA_VERSION_MAJOR.MINOR.PATCH": numbers,
        "pkg-config": run(["pkg-config", "--modversion", package]).strip(),
        "find_package": re.search(r'set\(PACKAGE_VERSION "(.*)"\)', cmake)[1],
        "lightlda --version": run([prefix / "bin" / "lightlda", "--version"]).split()[-1],
        "the library's file": re.search(r"\.so\.(\d+\.\d+\.\d+)", " ".join(
            path.name for path in prefix.rglob("liblightlda.so.*")))[1],
    }
    check(len(set(found.values())) == 1 and re.fullmatch(r"\d+\.\d+\.\d+", text), f"one version: {found}")


def check_headers(arguments, prefix, scratch):
    """Each public header compiles alone against the installed tree."""
    headers = sorted((prefix / "include" / "lightlda").glob("*.h"))
    check(len(headers) >= 5, f"{len(headers)} public headers are installed")
    for header in headers:
        source = scratch / "header.cc"
        source.write_text(f'#include "lightlda/{header.name}"\n', encoding="utf-8")
        run([arguments.compiler, "-std=c++20", "-fsyntax-only", "-I", prefix / "include", source])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cmake", "build_dir", "data_dir", "examples_dir", "compiler", "generator"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    os.environ.pop("LD_LIBRARY_PATH", None)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="lightlda-install-"))
    try:
        prefix = scratch / "prefix"
        run([arguments.cmake, "--install", arguments.build_dir, "--prefix", prefix])
        check_headers(arguments, prefix, scratch)
        check_example(arguments, prefix, scratch)
        check_pkg_config(arguments, prefix, scratch)
        check_versions(arguments, prefix, scratch)
        check_programs(prefix, arguments.data_dir, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
