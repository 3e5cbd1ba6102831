#!/usr/bin/env python3
"""Strange machines: threads and open files that are refused, a read-only /tmp; and what plain mpirun makes of exit codes."""
import os
import shutil
import signal
import time

import models
from cli_test import Failure, check, main
from scenario_cluster import DEADLINE, check_gone, workers_of

TEXT = "".join(f"word{i % 7} word{i % 5} word{i % 3}\n" for i in range(200))
PREPROCESS = "lightlda-preprocess --input=t.txt --output=q --min_df=1 --max_df=1.0 --num_threads=8"
TRAIN = "lightlda --corpus=q --model=m --num_topics=5 --num_iterations=5 --num_threads=8"
# Root has to say twice that it means it; MPI keeps memory to the end that LeakSanitizer takes for leaks.
MPIRUN = ("env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 ASAN_OPTIONS=detect_leaks=0 "
          "mpirun --oversubscribe --mca btl_vader_single_copy_mechanism none")
LONG = "--num_topics=5 --num_iterations=1000000 --growth_stages=0 --likelihood_interval=0 --num_threads=1"


def with_threads(count, command):
    """The command with so many threads at most. The limit is one of a user's, so root becomes one who has none."""
    user = f"setpriv --reuid={1000000 + os.getpid()} --clear-groups" if os.geteuid() == 0 else "env"
    return f"{user} bash -c 'ulimit -u {count}; exec {command}'"


def threads_refused(scratch):
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "no setpriv"
    scratch.path.chmod(0o777)
    (scratch.path / "t.txt").write_text(TEXT, encoding="utf-8")
    code, _, err = scratch.run(with_threads(1, PREPROCESS))
    check(code == 1 and "error: cannot start a thread: " in err, f"exit code {code}, expected 1\n{err}")
    check([path.name for path in scratch.path.iterdir()] == ["t.txt"], f"left: {list(scratch.path.iterdir())}")
    scratch.must(PREPROCESS.replace("=q", "=all"))
    scratch.must(TRAIN.replace("=q", "=all"))
    expected = models.model_hash(scratch, "m")
    scratch.must("rm -r m")
    if os.geteuid() == 0:  # others have threads that count, nobody knows how many
        scratch.must(with_threads(3, PREPROCESS))
        scratch.must(with_threads(2, TRAIN))
        check(models.model_hash(scratch, "m") == expected, "fewer threads make another model")
        scratch.must("rm -r m")
        # Token state on disk is moved by a thread beside the others.
        scratch.must(with_threads(1, TRAIN + " --memory_budget=1500K"))
        check(models.model_hash(scratch, "m") == expected, "token state on disk makes another model")
    return None


def files_refused(scratch):
    """Whoever may open few files either works or says what to change, before anything is written."""
    (scratch.path / "t.txt").write_text(TEXT, encoding="ascii")
    scratch.must(PREPROCESS)
    scratch.must(TRAIN.replace("--model=m", "--model=whole"))
    dump = "lightlda-dump topics --model=whole --output=topics"
    for command, written in ((f"ulimit -n 32; exec {PREPROCESS.replace('=q', '=made')}", "made"),
                             (f"ulimit -n 32; exec {TRAIN}", "m"), (f"ulimit -n 32; exec {dump}", "topics"),
                             (f"{MPIRUN} -n 3 bash -c 'ulimit -n 64; exec {TRAIN}'", "m")):
        code, _, err = scratch.run(command)
        check(code == 1 and "ulimit -n" in err, f"{command}: exit code {code}\n{err}")
        left = [path.name for path in scratch.path.iterdir() if path.name.startswith(written)]
        check(not left, f"{command}: left behind: {left}")
    # A soft limit is raised.
    scratch.must(f"ulimit -S -n 16; exec {TRAIN}")
    scratch.must("cmp m/gen-000001/word_topic.bin whole/gen-000001/word_topic.bin")


def tmp_read_only(scratch):
    """Sockets between processes need no directory."""
    if shutil.which("mpirun") is None:
        return "no mpirun"
    if os.geteuid() != 0 or scratch.run("unshare --mount true")[0] != 0:
        return "needs root, and the right to mount"
    (scratch.path / "t.txt").write_text(TEXT, encoding="utf-8")
    scratch.must(PREPROCESS)
    # The scratch directory may itself be in /tmp.
    command = ("mount --bind \"$PWD\" /mnt && mount -t tmpfs -o ro tmpfs /tmp && cd /mnt && "
               f"exec env TMPDIR=/mnt {MPIRUN} -np 2 {TRAIN.replace('--num_threads=8', '--num_threads=1')}")
    if scratch.run(f"unshare --mount sh -c 'mount -t tmpfs -o ro tmpfs /tmp && command -v lightlda'")[0] != 0:
        return "the programs are in /tmp"
    scratch.must(f"unshare --mount sh -c '{command}'")
    check((scratch.path / "m" / "manifest.json").exists(), "no model")
    return None


def exit_codes(scratch):
    """Plain mpirun gives the documented ones."""
    if shutil.which("mpirun") is None:
        return "no mpirun"
    (scratch.path / "t.txt").write_text(TEXT, encoding="utf-8")
    scratch.must(PREPROCESS)
    for code, flags in ((0, "--corpus=q --model=m --num_topics=5 --num_iterations=2"),
                        (64, "--corpus=q --model=n --num_topics=0"),
                        (65, "--corpus=none --model=n --num_topics=5"),
                        (73, "--corpus=q --model=t.txt/n --num_topics=5")):
        found, _, err = scratch.run(f"{MPIRUN} -np 3 lightlda --num_threads=1 {flags}")
        check(found == code, f"{flags}: exit code {found}, expected {code}\n{err}")
        check(err.count("lightlda: error:") == (code != 0), f"expected one line\n{err}")
    return None


def ended_by(scratch, quiet, number, victim):
    """(exit code, stderr) of a job of three under plain mpirun; the signal goes to a rank, or to mpirun (None)."""
    scratch.run("rm -rf m")
    mark = f"{os.getpid()}-{time.monotonic()}"
    scratch.environment["LIGHTLDA_TEST"] = mark
    job = scratch.start(f"exec {MPIRUN} {quiet} -np 3 lightlda --corpus=q --model=m {LONG}")
    log = scratch.path / "m" / "metrics.jsonl"
    end = time.monotonic() + DEADLINE
    while not (log.exists() and log.stat().st_size > 0):
        if job.poll() is not None or time.monotonic() > end:
            raise Failure(f"no iteration was logged\n{job.communicate()[1].decode()}")
        time.sleep(0.05)
    os.kill(job.pid if victim is None else workers_of(mark)[victim], number)
    _, err = job.communicate(timeout=DEADLINE)
    check_gone(mark)
    return job.returncode, err.decode("utf-8", "replace")


def the_lost_one_is_named(scratch):
    if shutil.which("mpirun") is None:
        return "no mpirun"
    (scratch.path / "t.txt").write_text(TEXT, encoding="utf-8")
    scratch.must(PREPROCESS)
    for quiet, victim in (("", 0), ("-q", 0), ("-q", 2)):
        code, err = ended_by(scratch, quiet, signal.SIGKILL, victim)
        check(code == 137, f"exit code {code}, expected 137\n{err}")
        check(err.count(f"(rank {victim} on host ") == 1 and "its process has ended" in err,
              f"expected one line that names rank {victim}:\n{err}")
    code, err = ended_by(scratch, "-q", signal.SIGUSR1, None)
    check(code == 75, f"exit code {code}, expected 75\n{err}")
    return None


if __name__ == "__main__":
    main([
        ("threads are refused", threads_refused),
        ("files are refused", files_refused),
        ("/tmp is read-only", tmp_read_only),
        ("exit codes under mpirun", exit_codes),
        ("a process that is killed under mpirun is named", the_lost_one_is_named),
    ])
