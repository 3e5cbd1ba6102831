#!/usr/bin/env python3
"""Every binary and library, of the build tree and installed, is hardened and loads nothing from where it runs.

  hardening_test.py --cmake=CMAKE --build_dir=DIR --compiler=CXX

Reads their dynamic sections: no entry of RUNPATH that is empty or relative, all relocations bound at start
and read-only after, position-independent, stacks guarded and not executable, assertions of the standard library
on. Then starts the programs in a directory with a false copy of every library they need.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

MARKER = "false library loaded"


def run(command, **options):
    """Runs a command and returns (exit code, stdout and stderr)."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, stdin=subprocess.DEVNULL, **options)
    return done.returncode, done.stdout


def must(command, **options):
    code, out = run(command, **options)
    if code != 0:
        raise SystemExit(f"exit code {code}: {' '.join(map(str, command))}\n{out[-3000:]}")
    return out


def is_elf(path):
    if path.is_symlink() or not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def readelf(option, path):
    return must(["readelf", option, "--wide", path], env={**os.environ, "LC_ALL": "C"})


def faults_of(path):
    """What a binary or library lacks, as sentences."""
    dynamic = readelf("--dynamic", path)
    faults = []
    for paths in re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", dynamic):
        for entry in paths.split(":"):
            if not entry.startswith("/") and entry.split("/")[0] not in ("$ORIGIN", "${ORIGIN}"):
                faults.append(f"RUNPATH [{paths}] has the entry [{entry}], relative to where the program runs")
    if not re.search(r"\(FLAGS(_1)?\).*\b(BIND_)?NOW\b", dynamic):
        faults.append("relocations are bound lazily (no BIND_NOW)")
    segments = readelf("--program-headers", path)
    if "GNU_RELRO" not in segments:
        faults.append("no segment GNU_RELRO")
    if not re.search(r"GNU_STACK\s.*\sRW\s", segments):
        faults.append("the stack is executable")
    if "Type:" not in (header := readelf("--file-header", path)) or "DYN" not in header:
        faults.append("not position-independent")
    symbols = readelf("--dyn-syms", path)
    if "__stack_chk_fail" not in symbols:
        faults.append("no stack protector (__stack_chk_fail)")
    if "__glibcxx_assert_fail" not in symbols:
        faults.append("no assertions of the standard library (_GLIBCXX_ASSERTIONS)")
    return faults


# What tests load into programs to make system calls fail. It is no part of them, and never installed.
PRELOADED = "libfault_shim.so"


def check_all(directory, at_least):
    binaries = sorted(path for path in directory.rglob("*") if is_elf(path) and path.suffix != ".o"
                      and "CMakeFiles" not in path.parts and path.name != PRELOADED)
    if len(binaries) < at_least:
        raise SystemExit(f"FAILED: {directory} has {len(binaries)} binaries, expected {at_least} or more")
    wrong = [f"{path}: {fault}" for path in binaries for fault in faults_of(path)]
    if wrong:
        raise SystemExit("FAILED:\n" + "\n".join(wrong))
    print(f"passed: {len(binaries)} binaries and libraries in {directory}")
    return binaries


def make_false_libraries(binaries, compiler, directory):
    """A library of each needed name, whose loading ends the process. The C library's own are left alone."""
    names = set()
    for path in binaries:
        names.update(re.findall(r"\(NEEDED\).*\[(.*)\]", readelf("--dynamic", path)))
    names = {name for name in names if not name.startswith(("libc.", "libm.", "ld-linux", "liblightlda"))}
    source = directory / "false.c"
    source.write_text('#include <stdio.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void '
                      f'Loaded(void) {{ fputs("{MARKER}\\n", stderr); _Exit(99); }}\n', encoding="utf-8")
    first = directory / "false.so"
    must([compiler, "-x", "c", "-shared", "-fPIC", "-Wl,-z,lazy", "-o", first, source])
    for name in names:
        shutil.copy(first, directory / name)
    return names


def check_current_directory(binaries, compiler, scratch):
    """A program that is started in a directory with false libraries does not load them."""
    cwd = scratch / "false libraries"
    cwd.mkdir()
    names = make_false_libraries(binaries, compiler, cwd)
    if not any(name.startswith("libstemmer.so") for name in names):
        raise SystemExit(f"FAILED: no binary needs libstemmer: {sorted(names)}")
    env = {key: value for key, value in os.environ.items() if key != "LD_LIBRARY_PATH"}
    programs = [path for path in binaries if path.parent.name == "bin" and path.name.startswith("lightlda")]
    if len(programs) < 6:
        raise SystemExit(f"FAILED: {len(programs)} programs, expected 3 or more built, and 3 installed")
    for program in programs:
        # The trap works: a process that does look in the current directory falls into it.
        code, out = run([program, "--version"], cwd=cwd, env={**env, "LD_LIBRARY_PATH": "."})
        if code == 0:
            raise SystemExit(f"FAILED: the false libraries do no harm to {program}: {out[:300]}")
        code, out = run([program, "--help"], cwd=cwd, env=env)
        if code != 0 or MARKER in out:
            raise SystemExit(f"FAILED: {program} loads libraries from the current directory: {out[:300]}")
    print(f"passed: {len(programs)} programs beside {len(names)} false libraries")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cmake", "build_dir", "compiler"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="lightlda-hardening-"))
    try:
        must([arguments.cmake, "--install", arguments.build_dir, "--prefix", scratch / "prefix"])
        built = check_all(pathlib.Path(arguments.build_dir).resolve(), at_least=4)
        installed = check_all(scratch / "prefix", at_least=4)
        check_current_directory(built + installed, arguments.compiler, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
