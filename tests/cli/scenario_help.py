#!/usr/bin/env python3
"""--help: grouped, in 80 columns; man pages and completions say the same; a mistyped flag is told of the nearest."""
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time

from cli_test import check, main

PROGRAMS = ("lightlda-preprocess", "lightlda", "lightlda-dump", "lightlda-infer", "lightlda-evaluate",
            "lightlda-import", "lightlda-serve")
GROUPS = ["Required", "Input", "Words", "Model", "Topics", "Documents", "Labels", "Sweep", "Run", "Stop and go on",
          "Limits", "Output", "Cluster", "Help"]


def flags_of(scratch, program):
    """[(group, flag, what stands after = or "", description)] of --help."""
    found, group = [], ""
    for line in scratch.must(f"{program} --help").splitlines():
        flag = re.match(r"  --(\w+)(?:\[?=(\S+))? *(.*)", line)
        if re.fullmatch(r"[A-Z][A-Za-z ]*", line):
            group = line
        elif flag:
            found.append([group, flag[1], flag[2] or "", flag[3]])
        elif line.startswith(" " * 26) and found:
            found[-1][3] += " " + line.strip()
    return found


def grouped(scratch):
    for program in PROGRAMS:
        text = scratch.must(f"{program} --help")
        for line in text.splitlines():
            check(len(line) <= 80, f"{program}: {len(line)} columns: {line}")
        check("Examples" in text, f"{program}: no examples")
        flags = flags_of(scratch, program)
        order = list(dict.fromkeys(group for group, *_ in flags))
        # Also that every flag is in the table: "Other flags" is no known group.
        check(order == [group for group in GROUPS if group in order], f"{program}: groups {order}")
        first = "Input" if program == "lightlda-serve" else "Required"
        check(order[0] == first and len(order) >= 4, f"{program}: groups {order}")
        for group, flag, value, description in flags:
            check(description, f"{program}: --{flag} is not described")
            check(group != "Required" or "default" not in description, f"{program}: --{flag} has no default")
            # What is no switch says what it takes, and the numbers their default.
            # (A server that waits for a run to watch would not end.)
            ends = " --listen=nowhere" if program == "lightlda-serve" else ""
            ours = scratch.run(f"{program}{ends} --{flag}=no-such-value")[2]
            check((value == "") == ("expected true or false" in ours) or flag in ("help", "version"),
                  f"{program}: --{flag} shows the value {value!r}")


def terminal_lines(scratch, command, columns):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = scratch.start(command, stdout=theirs)
    os.close(theirs)
    sent = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        sent += piece
    os.close(ours)
    process.communicate()
    return sent.decode().splitlines()


def narrow_terminal(scratch):
    for columns, most in ((60, 60), (200, 80)):
        lines = terminal_lines(scratch, "lightlda --help", columns)
        check(len(lines) > 80, f"{len(lines)} lines")
        widest = max(len(line) for line in lines if not line.startswith("  lightlda"))
        check(most - 12 < widest <= most, f"on {columns} columns: {widest}")


def nearest_flag(scratch):
    for command, near in (("lightlda --num_topcis=5", "--num_topics"), ("lightlda --num-topics=5", "--num_topics"),
                          ("lightlda --num_iter 5", "--num_iterations"), ("lightlda --modle=x", "--model"),
                          ("lightlda --overwite", "--overwrite"), ("lightlda-preprocess --stop_words=en", "--stopwords"),
                          ("lightlda-dump topics --top-word=3", "--top_words"),
                          ("lightlda-infer --min_prob=3", "--min_probability")):
        code, out, err = scratch.run(command)
        flag = command.split("--")[1].split("=")[0].split(" ")[0]
        check((code, out) == (64, ""), f"{command}: exit code {code}, {out}")
        check(err.count("\n") == 1 and f"unknown flag --{flag}; did you mean {near}?" in err, f"{command}: {err}")
    for command in ("lightlda --colour=red", "lightlda -x", "lightlda --flagfile=f", "lightlda --xyzzy"):
        code, _, err = scratch.run(command)
        check(code == 64 and "did you mean" not in err and err.count("\n") == 1, f"{command}: {code} {err}")
    for command, expected in (("lightlda --seed=x", "--seed=x: expected a whole number, 0 or more"),
                              ("lightlda --num_threads=1.5", "--num_threads=1.5: expected a whole number"),
                              ("lightlda --alpha_sum=x", "--alpha_sum=x: expected a number"),
                              ("lightlda --overwrite=x", "--overwrite=x: expected true or false"),
                              ("lightlda --corpus", "--corpus needs a value: --corpus=CORPUS"),
                              ("lightlda --help=html", "--help=html: expected man, bash or zsh"),
                              ("lightlda --model=m --num_topics=2", "--corpus=CORPUS is missing"),
                              ("lightlda --corpus=c --num_topics=2", "--model=MODEL is missing"),
                              ("lightlda --corpus=c --model=m", "--num_topics=N is missing")):
        code, _, err = scratch.run(command)
        check(code == 64 and expected in err and err.count("\n") == 1, f"{command}: {code} {err}")


def words_are_accepted(scratch):
    """The words that --help shows and shells complete are values that the program knows."""
    rest = {"lightlda": "--corpus=c --model=m --num_topics=2", "lightlda-preprocess": "--input=nothing --output=o",
            "lightlda-dump": "topics --model=nothing", "lightlda-infer": "--model=nothing",
            "lightlda-evaluate": "coherence --model=nothing", "lightlda-import": "mallet_state --input=i --output=o",
            "lightlda-serve": "--model=nothing"}
    tried = 0
    for program in PROGRAMS:
        for _, flag, value, _ in flags_of(scratch, program):
            for word in re.findall(r"(?:^|\|)([a-z]\w*)", value):
                if flag == "help" or (program, word) == ("lightlda-dump", "html"):
                    continue
                _, _, err = scratch.run(f"{program} {rest[program]} --{flag}={word}")
                check(f"--{flag}={word}" not in err, f"{program} does not know --{flag}={word}: {err}")
                tried += 1
    check(tried > 40, f"{tried} words tried")


def man_pages(scratch):
    for program in PROGRAMS:
        page = scratch.must(f"{program} --help=man")
        check(page.startswith(f".TH {program.upper()}".replace("-", "\\-")), f"{program}: {page[:60]}")
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"):
            check(f"\n.SH {section}\n" in page, f"{program}: no section {section}")
        for _, flag, _, _ in flags_of(scratch, program):
            check(flag in ("help", "version") or f"\\fB\\-\\-{flag}\\fR" in page, f"{program}: no --{flag}")
    if shutil.which("groff") is None:
        return "groff is not installed"
    for program in PROGRAMS:
        shown = scratch.must(f"{program} --help=man | groff -man -Tascii -ww 2>&1 | sed 's/\\x1b[^m]*m//g'")
        check("warning" not in shown and "Trains" in shown or program != "lightlda", f"{program}: {shown[:600]}")
        check("warning:" not in shown, f"{program}: {re.findall('.*warning:.*', shown)}")
    return None


def bash_completes(scratch, program, words):
    """What bash offers for the last of the words; as it splits them, = is a word."""
    script = (f'source <({program} --help=bash)\nCOMP_WORDS=("$@")\nCOMP_CWORD=$(($# - 1))\n'
              f'_{program.replace("-", "_")}\nprintf "%s\\n" "${{COMPREPLY[@]}}"\n')
    done = subprocess.run(["bash", "-c", script, "bash", *words], cwd=scratch.path, env=scratch.environment,
                          capture_output=True, text=True, check=False)
    check(done.stderr == "", f"{words}: {done.stderr}")
    return sorted(done.stdout.split())


def completion(scratch):
    (scratch.path / "a.model").mkdir()
    (scratch.path / "b.txt").write_text("", encoding="utf-8")
    for words, expected in (
            (["lightlda-dump", "to"], ["top_documents", "topics"]),
            (["lightlda-dump", "topics", "--top"], ["--top_words=", "--topics="]),
            (["lightlda-dump", "topics", "--pre"], ["--prefix"]),
            (["lightlda-dump", "topics", "--format", "=", "t"], ["text", "tsv"]),
            (["lightlda-dump", "topics", "--format", "="], ["csv", "html", "json", "text", "tsv"]),
            (["lightlda-dump", "topics", "--format=t"], ["--format=text", "--format=tsv"]),
            (["lightlda-dump", "topics", "--model", "="], ["a.model"]),
            (["lightlda-dump", "topics", "--output", "=", "b"], ["b.txt"]),
            (["lightlda-preprocess", "--stopwords", "=", "en,d"], ["en,de"]),
            (["lightlda-preprocess", "--input", "=", "x,b"], ["x,b.txt"]),
            (["lightlda", "--resume", "=", ""], ["auto", "no", "yes"]),
            (["lightlda-import", "m"], ["mallet_state", "microsoft_lightlda"])):
        found = bash_completes(scratch, words[0], words)
        check(found == expected, f"{words}: {found}, expected {expected}")
    for program in PROGRAMS:
        offered = bash_completes(scratch, program, [program, "--"])
        known = sorted(f"--{flag}" + ("=" if value and flag != "help" else "")
                       for _, flag, value, _ in flags_of(scratch, program))
        check(offered == known, f"{program}: {set(offered) ^ set(known)}")
    if shutil.which("zsh") is None:
        return "zsh is not installed"
    for program in PROGRAMS:
        scratch.must(f"{program} --help=zsh > _{program} && zsh -n _{program}")
    # Only a completion reads the specifications.
    for typed, expected in (("lightlda-dump topics --weight=fr\t", "<topics --weight=frex>"),
                            ("lightlda-dump diag\t", "<diagnostics>"),
                            ("lightlda --resume=y\t", "<--resume=yes>"),
                            ("lightlda-dump topics --model=a\t", "<topics --model=a.model>")):
        said = zsh_completes(scratch, typed)
        check(expected in said, f"zsh completes {typed!r} to {said!r}")
    return None


def zsh_completes(scratch, typed):
    """What a program is called with when `typed` and the enter key are typed into zsh."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 200, 0, 0))
    process = scratch.start("exec zsh -f -i", stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)

    def read_until(text):
        said, end = b"", time.monotonic() + 60
        while text not in said:
            check(time.monotonic() < end, f"zsh says {said!r}, expected {text!r}")
            if select.select([ours], [], [], 1)[0]:
                said += os.read(ours, 65536)
        return said.decode("utf-8", "replace")

    functions = "".join(f"{program}() {{ print -r -- \"<$*>\"; }};" for program in PROGRAMS)
    os.write(ours, (f"PS1=; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; {functions} "
                    "print rea''dy\n").encode())
    read_until(b"ready")
    os.write(ours, typed.encode())
    time.sleep(0.5)  # a paste would not complete
    os.write(ours, b"\nprint do''ne\n")
    said = read_until(b"done")
    process.kill()
    os.close(ours)
    return said


if __name__ == "__main__":
    main([
        ("groups in 80 columns", grouped),
        ("narrow and wide terminals", narrow_terminal),
        ("the nearest flag", nearest_flag),
        ("words of values", words_are_accepted),
        ("man pages", man_pages),
        ("completion", completion),
    ])
