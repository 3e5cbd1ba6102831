#!/usr/bin/env python3
"""Stops by signal from a process's start on, saves by signal, time limits, and a last save that cannot be written.

LIGHTLDA_STOPS=N in the environment: so many stops at random moments, of one process and of several; else a few.
LIGHTLDA_SEED=S: the moments."""
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import time

import models
from cli_test import Failure, check, main
from scenario_cluster import launch, workers_of

DEADLINE = 120  # seconds within which a program must react
STOPS = int(os.environ.get("LIGHTLDA_STOPS", "8"))
SAMPLE = "--input=$DATA/debian-descriptions-sample.jsonl.xz --stopwords=en"
FLAGS = ("--num_topics=50 --num_iterations=40 --growth_stages=2 --growth_iterations=4 --mh_steps=2 "
         "--likelihood_interval=0 --preview_interval=0 --resume=auto")
LONG = FLAGS.replace("40", "1000000")


def finish(process, what):
    """(exit code, stderr) of a process that is to end by itself."""
    try:
        _, err = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        raise Failure(f"{what}: still running after {DEADLINE} s") from error
    return process.returncode, err.decode("utf-8", "replace")


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        check(time.monotonic() < end, f"{what}: not within {DEADLINE} s")
        time.sleep(0.01)


def manifest_of(scratch, model="model"):
    return scratch.path / model / "manifest.json"


def iterations_logged(scratch, model="model"):
    log = scratch.path / model / "metrics.jsonl"
    return len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0


def start_training(scratch, flags, model="model", **options):
    """One process, past its first iteration."""
    process = scratch.start(f"exec lightlda --corpus=corpus --model={model} {flags}", **options)
    wait_for(lambda: process.poll() is not None or iterations_logged(scratch, model) > 0, "a first iteration")
    return process


# -- stops at any moment

def stop_once(scratch, number, delay, processes=1, flags=FLAGS):
    """Starts a run with --resume=auto and sends it the signal after so many seconds. Returns its exit code: 75
    stopped; 0 done before; 128 + number only if the system was still loading the program. Whatever happens the
    model directory is absent or a saved run, and no process, temporary file or socket directory is left."""
    mark = f"{os.getpid()}-{time.monotonic()}"
    scratch.environment["LIGHTLDA_TEST"] = mark
    command = f"exec lightlda --corpus=corpus --model=model {flags}" if processes == 1 else \
        f"exec env {launch(processes, flags, 'model')}"
    process = scratch.start(command)
    seen = set()
    begin = time.monotonic()
    while time.monotonic() - begin < delay:
        if processes > 1:
            seen.update(workers_of(mark))
        time.sleep(min(0.05, max(0.0, delay - (time.monotonic() - begin))))
    sent_to = pathlib.Path(f"/proc/{process.pid}/comm")
    loading = processes == 1 and sent_to.exists() and sent_to.read_text(encoding="ascii") != "lightlda\n"
    if process.poll() is None:
        process.send_signal(number)
    code, err = finish(process, f"signal {number} after {delay:.3f} s")
    what = f"signal {number} after {delay:.3f} s of {processes} processes: exit code {code}\n{err}"
    early = code in (128 + number, -number) and (loading or delay < 0.3)
    check(code in (0, 75) or early, what)
    check(code != 75 or "resume=auto" in err, f"does not say how to go on: {what}")
    check(manifest_of(scratch).exists() or not (scratch.path / "model").exists(), f"half a model: {what}")
    check(not scratch.leftovers(), f"left behind: {scratch.leftovers()}; {what}")
    check(not workers_of(mark), f"processes are left: {what}")
    sockets = [str(path) for pid in seen for path in pathlib.Path("/tmp").glob(f"lightlda-{pid}-*")]
    check(not sockets, f"left behind: {sockets}; {what}")
    return code


def stops_at_any_moment(processes, share):
    """Each is resumed to the end: the model is that of an undisturbed run."""
    def run(scratch):
        if processes > 1 and shutil.which("mpirun") is None:
            return "no mpirun"
        models.preprocess(scratch, SAMPLE)
        # The launcher passes a signal on when the job has started: after two seconds.
        flags = FLAGS.replace("=40", "=40" if processes == 1 else "=300")
        begin = time.monotonic()
        models.train(scratch, flags, model="undisturbed")
        length = time.monotonic() - begin
        expected = models.model_hash(scratch, "undisturbed")
        moments = random.Random(int(os.environ.get("LIGHTLDA_SEED", "1")) + processes)
        signals = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1]
        codes = []
        for stop in range(max(2, int(STOPS * share))):
            # Half of them in the first moments, when least is ready for them.
            delay = moments.uniform(0, 0.5 if stop % 2 else length)
            codes.append(stop_once(scratch, signals[stop % len(signals)], delay, processes, flags))
            if stop % 2 == 0 or shutil.which("mpirun") is None:
                models.train(scratch, flags)
            else:
                scratch.must(launch(3, flags, "model"))
            found = models.model_hash(scratch)
            check(found == expected, f"stop {stop}: {found}, undisturbed: {expected}")
            logged = [line["iteration"] for line in models.metrics(scratch)]
            check(logged == list(range(1, len(logged) + 1)), f"stop {stop}: metrics of iterations {logged}")
            shutil.rmtree(scratch.path / "model")
        print(f"    {processes} processes, exit codes: " +
              ", ".join(f"{codes.count(code)} times {code}" for code in sorted(set(codes))))
        check(75 in codes, f"no stop was in time: {codes}")
        return None
    return run


def hangup(scratch):
    """SIGHUP stops saved; under nohup it is ignored."""
    models.preprocess_tiny(scratch)
    process = start_training(scratch, LONG)
    process.send_signal(signal.SIGHUP)
    code, err = finish(process, "SIGHUP")
    check(code == 75 and manifest_of(scratch).exists(), f"exit code {code}, expected 75\n{err}")
    process = start_training(scratch, LONG, model="other",
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.send_signal(signal.SIGHUP)
    before = iterations_logged(scratch, "other")
    wait_for(lambda: process.poll() is not None or iterations_logged(scratch, "other") > before + 10, "iterations")
    check(process.poll() is None, "SIGHUP ended a process that was to ignore it")
    process.send_signal(signal.SIGTERM)
    check(finish(process, "SIGTERM")[0] == 75, "SIGTERM did not stop it")


def answered_at_once(scratch):
    """A line says what happens, before the iteration has ended; a second Ctrl-C ends at once."""
    # Iterations of many seconds.
    sample = "$DATA/debian-descriptions-sample.jsonl.xz"
    models.preprocess(scratch, f"--input={','.join([sample] * 8)} --stopwords=en")
    process = scratch.start("exec lightlda --corpus=corpus --model=model --num_topics=200 --mh_steps=64 "
                            "--growth_stages=0 --num_iterations=1000 --num_threads=1")
    wait_for(lambda: process.poll() is not None or iterations_logged(scratch) > 0, "a first iteration")
    process.send_signal(signal.SIGINT)
    line = b""
    while b"stopping" not in line:
        line = process.stderr.readline()
        check(line, "no answer to Ctrl-C")
    check(process.poll() is None, "the answer came after the iteration")
    check(re.fullmatch(rb"lightlda: stopping after this iteration(, about \d+ (s|min))?; Ctrl-C again to quit without "
                       rb"saving\n", line), f"the answer is {line}")
    process.send_signal(signal.SIGINT)  # a key that was pressed twice
    time.sleep(1.2)
    check(process.poll() is None, "a second Ctrl-C within a second ended it")
    process.send_signal(signal.SIGINT)
    code, _ = finish(process, "a second Ctrl-C")
    check(code == -signal.SIGINT, f"exit code {code}")


def no_error_when_asked(scratch):
    """A stop that was asked for is no error."""
    models.preprocess_tiny(scratch)
    process = start_training(scratch, LONG)
    process.send_signal(signal.SIGTERM)
    code, err = finish(process, "SIGTERM")
    last = err.splitlines()[-1]
    check(code == 75 and "error" not in err and last.startswith("lightlda: stopped after "), f"exit code {code}: {err}")
    process = scratch.start("exec lightlda-preprocess --input=- --output=o --format=text", stdin=subprocess.PIPE)
    process.stdin.write(b"some words\n" * 100000)
    process.stdin.flush()
    process.send_signal(signal.SIGTERM)
    code, err = finish(process, "SIGTERM")
    check(code == 1 and "error" not in err and "interrupted" in err, f"exit code {code}: {err}")


def saved_when_asked(scratch):
    models.preprocess(scratch, SAMPLE)
    process = start_training(scratch, LONG)
    check(not manifest_of(scratch).exists(), "a checkpoint that nobody asked for")
    for file in ("manifest.json", "manifest.prev.json"):
        process.send_signal(signal.SIGUSR2)
        wait_for((scratch.path / "model" / file).exists, f"SIGUSR2: {file}")
    before = iterations_logged(scratch)
    wait_for(lambda: process.poll() is not None or iterations_logged(scratch) > before + 2, "further iterations")
    check(process.poll() is None, "SIGUSR2 ended the run")
    process.send_signal(signal.SIGKILL)
    finish(process, "SIGKILL")
    saved = models.manifest(scratch)["progress"]["iteration"]
    flags = FLAGS.replace("--num_iterations=40", f"--num_iterations={saved + 10}")
    models.train(scratch, flags)
    models.train(scratch, flags, model="undisturbed")
    check(models.model_hash(scratch) == models.model_hash(scratch, "undisturbed"), "another model")


def time_limit(scratch):
    models.preprocess(scratch, SAMPLE)
    code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {LONG} --max_hours=0.001")
    check(code == 75 and "--max_hours are up" in err, f"exit code {code}\n{err}")
    check(manifest_of(scratch).exists(), "nothing is saved")


# -- a last save that cannot be written

def limited(kibibytes):
    """Files may not be larger: writes then fail as on a full disk, and the limit can be lifted."""
    def prepare():
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kibibytes * 1024, resource.RLIM_INFINITY))
    return prepare


def read_until(process, word):
    read = b""
    while word not in read:
        line = process.stderr.readline()
        check(line, f"no {word!r} in:\n{read.decode()}")
        read += line
    return read.decode("utf-8", "replace")


def saved_when_there_is_room(scratch):
    models.preprocess(scratch, SAMPLE)
    models.train(scratch, FLAGS, model="undisturbed")
    process = scratch.start(f"exec lightlda --corpus=corpus --model=model {FLAGS}", preexec_fn=limited(64))
    told = read_until(process, b"cannot save")
    check("File too large" in told, f"does not say why:\n{told}")
    time.sleep(3)
    check(process.poll() is None, "gave up")
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    code, err = finish(process, "a disk with room again")
    check(code == 0 and "saved after" in err, f"exit code {code}\n{err}")
    check(models.model_hash(scratch) == models.model_hash(scratch, "undisturbed"), "another model")
    check(not scratch.leftovers(), f"left behind: {scratch.leftovers()}")


def given_up_by_a_signal(scratch):
    models.preprocess(scratch, SAMPLE)
    process = scratch.start(f"exec lightlda --corpus=corpus --model=model {FLAGS}", preexec_fn=limited(64))
    read_until(process, b"cannot save")
    process.send_signal(signal.SIGTERM)
    code, err = finish(process, "SIGTERM while it waits")
    check(code == 73 and "error:" in err, f"exit code {code}, expected 73\n{err}")
    check(not (scratch.path / "model").exists(), "a model that was not saved is left")
    # Time limits count.
    for flags in ("--save_wait=0.02", "--max_hours=0.0015"):
        code, _, err = scratch.run(f"ulimit -S -f 64; lightlda --corpus=corpus --model=model {FLAGS} {flags}")
        check(code == 73, f"{flags}: exit code {code}, expected 73\n{err}")


class SmallDisk:
    """A file system of one MiB, full but for what `filler` takes."""

    def __init__(self, path):
        self.path = path
        path.mkdir()
        self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path)], check=False,
                                      stderr=subprocess.DEVNULL).returncode == 0

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.path)], check=False)

    def fill(self):
        """To the brim but for what a run writes when it begins."""
        with open(self.path / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                filler.truncate(filler.tell() - 16384)

    def empty(self):
        (self.path / "filler").unlink()


def full_disk(processes):
    """A disk that is really full, for longer than processes may be silent; then another place is taken."""
    def run(scratch):
        if shutil.which("mpirun") is None:
            return "no mpirun"
        with SmallDisk(scratch.path / "disk") as disk:
            if not disk.mounted:
                return "may not mount"
            models.preprocess(scratch, SAMPLE)
            models.train(scratch, FLAGS, model="undisturbed")
            flags = f"{FLAGS} --stall_timeout=5 --fallback_model=fallback"
            for rescue in ("room", "another place"):
                disk.fill()
                process = scratch.start(
                    "exec env " + launch(processes, flags, "disk/model") if processes > 1 else
                    f"exec lightlda --corpus=corpus --model=disk/model {flags}")
                told = read_until(process, b"cannot save")
                check("No space left" in told, f"does not say why:\n{told}")
                time.sleep(8 if processes > 1 else 2)
                check(process.poll() is None, "gave up")
                if rescue == "room":
                    disk.empty()
                else:
                    process.send_signal(signal.SIGTERM)
                code, err = finish(process, rescue)
                model = "disk/model" if rescue == "room" else "fallback"
                check(code == (0 if rescue == "room" else 73), f"{rescue}: exit code {code}\n{err}")
                check(rescue == "room" or "saved in fallback instead" in err, err)
                check(models.model_hash(scratch, model) == models.model_hash(scratch, "undisturbed"), "another model")
                check(len(models.metrics(scratch, model)) == len(models.metrics(scratch, "undisturbed")), "metrics")
                shutil.rmtree(scratch.path / model)
        return None
    return run


# -- threads

def threads_take_no_signals(scratch):
    """But for the main one: a signal must not interrupt a system call of another."""
    if shutil.which("mpirun") is None:
        return "no mpirun"
    models.preprocess(scratch, SAMPLE)
    scratch.environment["LIGHTLDA_TEST"] = mark = f"{os.getpid()}-{time.monotonic()}"
    flags = LONG.replace("--mh_steps=2", "--mh_steps=2 --num_threads=2")
    process = scratch.start("exec env " + launch(2, f"{flags} --transport=tcp", "model"))
    wait_for(lambda: process.poll() is not None or iterations_logged(scratch) > 0, "a first iteration")
    open_to = {}
    wanted = sum(1 << (number - 1) for number in
                 (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2))
    for pid in workers_of(mark):
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            status = (task / "status").read_text(encoding="utf-8")
            blocked = int(re.search(r"^SigBlk:\s*(\w+)", status, re.MULTILINE).group(1), 16)
            if task.name != str(pid) and blocked & wanted != wanted:
                open_to[task.name] = hex(blocked)
    process.send_signal(signal.SIGTERM)
    code, err = finish(process, "SIGTERM")
    check(code == 75, f"exit code {code}\n{err}")
    check(not open_to, f"threads that take signals: {open_to}")
    return None


if __name__ == "__main__":
    main([
        ("stops at any moment, one process", stops_at_any_moment(1, 0.7)),
        ("stops at any moment, two processes", stops_at_any_moment(2, 0.3)),
        ("SIGHUP", hangup),
        ("a stop is answered at once", answered_at_once),
        ("a stop that was asked for is no error", no_error_when_asked),
        ("SIGUSR2 saves and goes on", saved_when_asked),
        ("time limit", time_limit),
        ("saved when there is room", saved_when_there_is_room),
        ("given up by a signal", given_up_by_a_signal),
        ("full disk, one process", full_disk(1)),
        ("full disk, two processes", full_disk(2)),
        ("threads take no signals", threads_take_no_signals),
    ])
