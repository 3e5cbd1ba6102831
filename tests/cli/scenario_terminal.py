#!/usr/bin/env python3
"""What words, names and paths hold never commands a terminal; pipes and files get all bytes as they are."""
import os
import pty
import signal

import models
from cli_test import Failure, check, main

EVIL = "evil\033]0;PWNED\007\033[2J\u009b2J\u202e"  # title, clear, the same in 8 bits, right to left
ESCAPED = r"evil\x1B]0;PWNED\x07\x1B[2J\xC2\x9B2J\xE2\x80\xAE"
FORBIDDEN = [b"\033]", b"\033[2J", b"\007", "\u009b".encode(), "\u202e".encode()]


def make_corpus(scratch):
    """Every document is the evil word and a harmless one."""
    (scratch.path / "vocab.txt").write_text(f"{EVIL}\nharmless\n", encoding="utf-8")
    (scratch.path / "in.ldac").write_text("2 0:5 1:5\n" * 30, encoding="utf-8")
    models.preprocess(scratch, "--input=in.ldac --format=ldac --vocab=vocab.txt")


def on_terminal(scratch, command):
    """(exit code, all that a terminal was sent), of stdout and stderr."""
    ours, theirs = pty.openpty()
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
        ("an answer on a terminal", answer_on_terminal),
    ])
