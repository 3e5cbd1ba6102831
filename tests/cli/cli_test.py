"""What the command-line tests share: a scratch directory, running programs, checking the outcome."""
import argparse
import gzip
import json
import lzma
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
DATA_DIR = SOURCE_DIR / "data"
SKIPPED = 77  # exit code that ctest is told to read as "skipped"

# What no program may ever print, whatever it is given.
FORBIDDEN_OUTPUT = re.compile(
    r"terminate called|Check failed|Segmentation fault|AddressSanitizer|LeakSanitizer|ThreadSanitizer"
    r"|runtime error:|std::\w+_error|core dumped")


class Failure(Exception):
    """A check that did not hold; its text says which."""


def take_signals():
    """For a process to be started: what runs this test may ignore signals, and a program respects that."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Scratch:
    """An empty directory that commands run in, with the programs under test first in PATH."""

    def __init__(self, bin_dir):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="lightlda-cli-"))
        self.started = []
        self.environment = dict(os.environ, LC_ALL="C.UTF-8")
        self.environment["PATH"] = f"{pathlib.Path(bin_dir).resolve()}:{os.environ['PATH']}"
        self.environment["DATA"] = str(DATA_DIR)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for process in self.started:  # those of a test that has failed
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        subprocess.run(["chmod", "-R", "u+rwx", str(self.path)], check=False)
        shutil.rmtree(self.path, ignore_errors=True)

    def start(self, command, **options):
        """Starts a shell command; its own session, so that a signal reaches it alone."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "preexec_fn": take_signals, **options}
        process = subprocess.Popen(["bash", "-c", command], cwd=self.path, env=self.environment,
                                   start_new_session=True, **options)
        self.started.append(process)
        return process

    def run(self, command, stdin=b"", timeout=300):
        """Runs a shell command to its end: (exit code, stdout, stderr). Fails on forbidden output."""
        process = self.start(command, stdin=subprocess.PIPE)
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, 9)
            process.communicate()
            raise Failure(f"no end after {timeout} s: {command}") from error
        out, err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
        found = FORBIDDEN_OUTPUT.search(err)
        check(found is None, f"forbidden output in: {command}\n{err[-3000:]}")
        return process.returncode, out, err

    def must(self, command, exit_code=0, **options):
        """As run, and fails unless the exit code is the one expected. Returns stdout."""
        code, out, err = self.run(command, **options)
        check(code == exit_code, f"exit code {code}, expected {exit_code}: {command}\n{err[-3000:]}")
        return out

    def leftovers(self):
        """Names of temporary files and directories that a program should have removed."""
        return sorted(str(p.relative_to(self.path)) for p in self.path.rglob("*.tmp*"))


def check(condition, message):
    if not condition:
        raise Failure(message)


def write_file(path, content):
    """Writes an input file. `content` is text or an object: {"text": TEXT} or {"latin1": BYTES AS TEXT},
    with "gzip": true or "xz": true to compress, and "cut": N to drop the last N bytes."""
    if isinstance(content, str):
        content = {"text": content}
    if "latin1" in content:
        data = content["latin1"].encode("latin-1")
    else:
        data = content["text"].encode("utf-8")
    if content.get("gzip"):
        data = gzip.compress(data, mtime=0)
    if content.get("xz"):
        data = lzma.compress(data)
    if content.get("cut"):
        data = data[:-content["cut"]]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def read_json_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def run_all(tests, bin_dir):
    """Runs [(name, function(scratch))], prints one line per test and a summary, and exits. A function returns a
    string to be reported as skipped for that reason."""
    failed, skipped = 0, 0
    for name, function in tests:
        with Scratch(bin_dir) as scratch:
            try:
                reason = function(scratch)
            except Failure as failure:
                failed += 1
                print(f"FAILED   {name}\n    " + str(failure).replace("\n", "\n    "))
                continue
        if reason is not None:
            skipped += 1
            print(f"skipped  {name}: {reason}")
        else:
            print(f"passed   {name}")
    print(f"{len(tests) - failed - skipped} passed, {failed} failed, {skipped} skipped")
    if failed:
        sys.exit(1)
    sys.exit(SKIPPED if skipped == len(tests) else 0)


def main(tests):
    """The main of every scenario: --bin_dir=DIR [--only=NAME]."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin_dir", required=True)
    parser.add_argument("--only", default="", help="run the tests whose name contains this")
    arguments = parser.parse_args()
    run_all([test for test in tests if arguments.only in test[0]], arguments.bin_dir)
