#!/usr/bin/env python3
"""What words, names and paths hold never commands a terminal; pipes and files get all bytes as they are."""
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time

import models
from cli_test import Failure, check, main

EVIL = "evil\033]0;PWNED\007\033[2J\u009b2J\u202e"  # title, clear, the same in 8 bits, right to left
ESCAPED = r"evil\x1B]0;PWNED\x07\x1B[2J\xC2\x9B2J\xE2\x80\xAE"
DEADLINE = 100  # seconds for what takes some
FORBIDDEN = [b"\033]", b"\033[2J", b"\007", "\u009b".encode(), "\u202e".encode()]


def make_corpus(scratch):
    """Every document is the evil word and a harmless one."""
    (scratch.path / "vocab.txt").write_text(f"{EVIL}\nharmless\n", encoding="utf-8")
    (scratch.path / "in.ldac").write_text("2 0:5 1:5\n" * 30, encoding="utf-8")
    models.preprocess(scratch, "--input=in.ldac --format=ldac --vocab=vocab.txt")


def on_terminal(scratch, command):
    """(exit code, all that a terminal was sent), of stdout and stderr."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 200, 0, 0))
    process = scratch.start(f"exec {command}", stdout=theirs, stderr=theirs)
    os.close(theirs)
    sent = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the last process that had it open has ended
            piece = b""
        if not piece:
            break
        sent += piece
    os.close(ours)
    return process.wait(), sent


def check_harmless(what, sent):
    for forbidden in FORBIDDEN:
        check(forbidden not in sent, f"{what}: {forbidden} reaches the terminal: {sent}")


def words(scratch):
    make_corpus(scratch)
    code, sent = on_terminal(scratch, "lightlda --corpus=corpus --model=model --num_topics=2 --num_iterations=3 "
                                      "--preview_interval=1 --growth_stages=0")
    check(code == 0 and b"largest topics" in sent, f"exit code {code}: {sent}")
    check_harmless("training", sent)
    check(ESCAPED.encode() in sent, f"the word is not shown escaped: {sent}")
    scratch.must(f"lightlda-dump labels --model=model --set='0:{EVIL}'")
    for what in ("topics", "summary", "word_topic", "doc_topic", "assignments", "topics --weight=lift", "diagnostics",
                 "similar", "labels", "compare --other=model", f"words --prefix --word='{EVIL[:4]}'"):
        for kind in ("text", "json") + (("csv", "tsv") if what not in ("summary", "assignments") else ()):
            command = f"lightlda-dump {what} --model=model --format={kind}"
            code, sent = on_terminal(scratch, command)
            check(code == 0 and sent, f"{command}: exit code {code}")
            check_harmless(command, sent)
    for what in ("top_documents --min_document_tokens=0", "hierarchy --clusters=1", "document --index=0"):
        for kind in ("text", "json", "csv", "tsv") + (("html",) if what.startswith("document") else ()):
            command = f"lightlda-dump {what} --model=model --format={kind}"
            code, sent = on_terminal(scratch, command)
            check(code == 0 and sent, f"{command}: exit code {code}: {sent}")
            check_harmless(command, sent)
    command = "lightlda-infer --model=model --input=in.ldac --input_format=ldac --vocab=vocab.txt --format="
    for kind in ("text --words", "json --words", "csv", "tsv"):
        code, sent = on_terminal(scratch, command + kind)
        check(code == 0 and sent, f"{command}{kind}: exit code {code}: {sent}")
        check_harmless(command + kind, sent)
    check(EVIL in scratch.must("lightlda-dump topics --model=model --format=csv"), "a pipe gets other bytes")
    sent = on_terminal(scratch, "lightlda-dump topics --model=model --format=csv")[1]
    check(sent.count(b"\r\n") == scratch.must("lightlda-dump topics --model=model --format=csv").count("\n"),
          f"lines are lost on a terminal: {sent}")


def paths(scratch):
    make_corpus(scratch)
    (scratch.path / f"{EVIL}-other").mkdir()
    for command, code in (
            (f"lightlda --corpus='no{EVIL}' --model=m --num_topics=2", 65),
            (f"lightlda --corpus=corpus --model='{EVIL}' --num_topics=2 --num_iterations=1", 0),
            (f"lightlda --corpus=corpus --model='{EVIL}' --num_topics=2 --num_iterations=1 --resume=auto", 0),
            (f"lightlda --corpus=corpus --model='{EVIL}-other' --num_topics=2", 73),
            (f"lightlda --corpus=corpus --model=m --num_topics=2 '--{EVIL}=1'", 64),
            (f"lightlda --corpus=corpus --model=m --num_topics=2 --num_threads='{EVIL}'", 64),
            (f"lightlda '{EVIL}'", 64),
            (f"lightlda-preprocess --input=in.ldac --format=ldac --output='{EVIL}-corpus'", 0),
            (f"lightlda-preprocess --input='{EVIL}' --output=c", 65),
            (f"lightlda-preprocess --input=in.ldac --format='{EVIL}' --output=c", 64),
            (f"lightlda-infer --model='no{EVIL}' --input=in.ldac", 65),
            (f"lightlda-dump '{EVIL}' --model=m", 64),
            (f"lightlda-dump topics --model='no{EVIL}'", 65)):
        # On a pipe and in a log, too.
        found, _, err = scratch.run(command)
        check(found == code, f"{command!r}: exit code {found}, expected {code}: {err!r}")
        check_harmless(repr(command), err.encode("utf-8", "surrogateescape"))
        check(ESCAPED in err, f"{command!r}: not shown escaped: {err!r}")
        check(code == 0 or err.count("\n") == 1, f"{command!r}: more than a line: {err!r}")


def progress(scratch):
    """How far it is: on a terminal, while something else is written than the terminal."""
    make_corpus(scratch)
    scratch.must("lightlda --corpus=corpus --model=model --num_topics=2 --num_iterations=3")
    for what in ("doc_topic", "assignments", "top_documents", "correlation", "hierarchy"):
        code, sent = on_terminal(scratch, f"lightlda-dump {what} --model=model --output=f --overwrite")
        check(code == 0 and b" of 30 documents" in sent and sent.endswith(b"\n"), f"{what}: exit code {code}: {sent}")
        sent = on_terminal(scratch, f"lightlda-dump {what} --model=model")[1]
        check(b"of 30 documents" not in sent, f"{what}: its output and its progress are mixed: {sent}")
        _, _, err = scratch.run(f"lightlda-dump {what} --model=model --output=f --overwrite")
        check(err == "", f"{what}: progress is not for logs: {err}")


class Screen:
    """A pseudo-terminal of so many columns, and a model of it: how many lines were begun, what the last one shows."""

    def __init__(self, scratch, command, columns):
        self.ours, theirs = pty.openpty()
        self.set_columns(columns, theirs)
        self.column, self.scrolled, self.line, self.refreshes, self.sent = 0, 0, "", [], ""
        self.process = scratch.start(f"exec {command}", stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL)
        self.end = time.monotonic() + DEADLINE
        os.close(theirs)

    def set_columns(self, columns, terminal=None):
        self.columns = columns
        fcntl.ioctl(self.ours if terminal is None else terminal, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))

    def read(self):
        """Takes what was sent; False at the end."""
        check(time.monotonic() < self.end, f"not within {DEADLINE} s: {self.sent[-500:]!r}")
        try:
            piece = os.read(self.ours, 65536).decode("utf-8", "replace")
        except OSError:
            return False
        self.sent += piece
        for part in re.findall(r"\x1b\[K|.", piece, re.DOTALL):
            if part == "\r":
                if self.line:
                    self.refreshes.append(self.line)
                self.column = 0
            elif part == "\n":
                self.scrolled += 1
                self.line = ""
            elif part == "\x1b[K":
                self.line = self.line[:self.column]
            else:
                self.line = self.line[:self.column] + part + self.line[self.column + 1:]
                self.column += 1
                if self.column == self.columns:
                    self.scrolled, self.column = self.scrolled + 1, 0
        return bool(piece)


def one_line(scratch):
    """80 and 40 columns: the progress is one line that does not scroll, and follows the terminal's width."""
    models.preprocess_tiny(scratch)
    flags = "--num_topics=20 --num_iterations=100000000 --growth_stages=0 --preview_interval=0"
    for columns, later in ((80, 40), (40, 80)):
        screen = Screen(scratch, f"lightlda --corpus=corpus --model=m{columns} {flags}", columns)
        while "iteration" not in screen.line and screen.read():
            pass
        before = screen.scrolled
        end = len(screen.refreshes) + 15
        while len(screen.refreshes) < end and screen.read():
            pass
        screen.set_columns(later)
        end = len(screen.refreshes) + 15
        while len(screen.refreshes) < end and screen.read():
            pass
        check(screen.scrolled == before, f"{columns} columns: {screen.scrolled - before} lines more")
        for line in screen.refreshes[-29:]:
            check(re.match(r"iteration \d+/100000000", line), f"{columns} columns: {line!r}")
        for line in screen.refreshes[-10:]:
            check((later == 80) == ("  log-likelihood/token" in line), f"on {later} columns: {line!r}")
        screen.process.send_signal(signal.SIGINT)
        while screen.read():
            pass
        check(screen.process.wait() == 75, "it was not stopped")


def likelihood_of_its_documents(scratch):
    """No likelihood of fewer documents is shown beside more of them, and growth has no previews."""
    models.preprocess(scratch, "--input=$DATA/debian-descriptions-sample.jsonl.xz --stopwords=en")
    # Iterations long enough for each to be shown.
    code, sent = on_terminal(scratch, "lightlda --corpus=corpus --model=model --num_topics=200 --mh_steps=48 "
                                      "--num_iterations=2 --growth_stages=3 --growth_iterations=2 "
                                      "--likelihood_interval=3 --preview_interval=1 --num_threads=1")
    check(code == 0, f"exit code {code}: {sent}")
    computed = {line["active_documents"]: set() for line in models.metrics(scratch)}
    for line in models.metrics(scratch):
        if "log_likelihood_per_token" in line:
            computed[line["active_documents"]].add(f"{line['log_likelihood_per_token']:.4f}")
    shown = re.findall(rb"token (\S+)  \S+ Mtokens/s  documents ([\d,]+)", sent)
    check(len(shown) >= 3, f"{len(shown)} lines: {sent}")
    for likelihood, documents in shown:
        documents = int(documents.replace(b",", b""))
        check(likelihood == b"-" or likelihood.decode() in computed[documents],
              f"{likelihood} is not of {documents} documents: {computed}")
    check(len([1 for likelihood, _ in shown if likelihood != b"-"]) >= 1, f"no likelihood is shown: {shown}")
    check(sent.count(b"largest topics") == 2, f"{sent.count(b'largest topics')} previews of 2 full iterations")
    check(b"largest topics" not in sent.split(b"iteration 1/2")[0].rsplit(b"growth", 1)[0], "a preview in growth")


def no_previews_in_logs(scratch):
    make_corpus(scratch)
    train = "lightlda --corpus=corpus --num_topics=2 --num_iterations=40 --growth_stages=0"
    check("largest topics" not in scratch.run(f"{train} --model=a")[2], "a log has previews")
    check("largest topics" in scratch.run(f"{train} --model=b --preview_interval=20")[2], "previews that were asked for")
    check(b"largest topics" in on_terminal(scratch, f"{train} --model=c")[1], "no preview on a terminal")


def plan_and_disk(scratch):
    """The plan says what is on the disk in the end, and more than is free is told."""
    models.preprocess(scratch, "--input=$DATA/debian-descriptions-sample.jsonl.xz --stopwords=en")
    for num_topics in (5, 300):
        flags = f"--corpus=corpus --num_topics={num_topics} --num_iterations=2 --checkpoint_interval=0"
        plan = scratch.must(f"lightlda {flags} --model=m{num_topics} --dry_run")
        check(all(len(line) <= 80 for line in plan.splitlines()), f"more than 80 columns: {plan}")
        size, unit = re.search(r"^  disk +at most ([\d.]+) (kB|MB)", plan, re.MULTILINE).groups()
        most = float(size) * {"kB": 1e3, "MB": 1e6}[unit]
        models.train(scratch, flags.replace("--corpus=corpus ", ""), model=f"m{num_topics}")
        took = sum(file.stat().st_size for file in (scratch.path / f"m{num_topics}").rglob("*") if file.is_file())
        check(took <= most <= 5 * took, f"{num_topics} topics: {took} bytes, planned {most}")
        check(f"plan: {num_topics} topics of 9,127 documents" in plan, plan)
        check("which is little" not in plan, plan)
    check("which is little" in scratch.must("lightlda --corpus=corpus --num_topics=9000 --model=m --dry_run"),
          "nothing is said of too many topics")
    if os.path.isdir("/proc/1"):
        plan = scratch.must("lightlda --corpus=corpus --num_topics=9 --model=/proc/none --dry_run")
        check("may not be enough" in plan, f"nothing is said of a full disk: {plan}")


def answer_on_terminal(scratch):
    """The answer to a signal does not run into the line that is rewritten in place."""
    models.preprocess_tiny(scratch)
    ours, theirs = pty.openpty()
    process = scratch.start("exec lightlda --corpus=corpus --model=model --num_topics=20 --num_iterations=100000000",
                            stdout=theirs, stderr=theirs)
    os.close(theirs)
    sent, asked = b"", False
    try:
        while b"stopping" not in sent:
            sent += os.read(ours, 65536)
            if b"iteration " in sent and not asked:
                asked = True
                process.send_signal(signal.SIGINT)
    except OSError as error:
        raise Failure(f"no answer: {sent}") from error
    line = sent.split(b"stopping")[0].rsplit(b"\n", 1)[1]
    check(line == b"lightlda: ", f"the answer does not begin a line: {line}")
    while True:
        try:
            if not os.read(ours, 65536):
                break
        except OSError:
            break
    check(process.wait() == 75, "it was not stopped")


if __name__ == "__main__":
    main([
        ("words", words),
        ("paths and flags", paths),
        ("progress", progress),
        ("one line", one_line),
        ("a likelihood of its documents", likelihood_of_its_documents),
        ("no previews in logs", no_previews_in_logs),
        ("plan and disk", plan_and_disk),
        ("an answer on a terminal", answer_on_terminal),
    ])
