#!/usr/bin/env python3
"""Files of the corpus that are cut, written to or replaced while a run uses them: a named error with exit code 65,
and nothing saved over the last good model. A file that was only touched, or is gone, does no harm."""
import os
import signal
import time

import models
import scenario_cluster
from cli_test import check, main

RUN = "lightlda --corpus=corpus --model=model --num_topics=20 --num_iterations=1000000 --growth_stages=0 --likelihood_interval=0"
BLOCK = "corpus/block-00000.bin"


def start(scratch, flags):
    """Starts training and waits until it samples."""
    metrics = scratch.path / "model" / "metrics.jsonl"
    before = metrics.stat().st_size if metrics.exists() else 0
    process = scratch.start(f"exec {RUN} {flags}")
    end = time.monotonic() + 120
    while not (metrics.exists() and metrics.stat().st_size > before):
        check(process.poll() is None and time.monotonic() < end, "no iteration was logged")
        time.sleep(0.005)
    return process


def change(scratch, kind):
    path = scratch.path / BLOCK
    if kind == "cut":
        os.truncate(path, 0)
    elif kind == "written to":
        with open(path, "r+b") as block:
            block.write(b"\x07" * path.stat().st_size)
    elif kind == "replaced":
        other = scratch.path / "other"
        other.write_bytes(b"x" * path.stat().st_size)
        os.replace(other, path)
    elif kind == "touched":
        os.utime(path, (1, 1))
    elif kind == "copied anew":
        other = scratch.path / "other"
        other.write_bytes(path.read_bytes())
        os.replace(other, path)
    else:
        scratch.must("rm -r corpus")


def end_of(scratch, process, stop):
    if stop:
        process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=120)
    return process.returncode, err.decode()


def lost(kind, stop):
    """With `stop` the change is found at the save; without, it ends the run by itself."""
    def run(scratch):
        models.preprocess_tiny(scratch)
        models.train(scratch, "--num_topics=20 --num_iterations=3 --growth_stages=0 --likelihood_interval=0")
        before = (scratch.path / "model" / "manifest.json").read_bytes()
        process = start(scratch, "--resume=auto")
        change(scratch, kind)
        code, err = end_of(scratch, process, stop)
        check(code == 65, f"exit code {code}, expected 65\n{err}")
        check(f"error: {BLOCK}: was changed while it was in use" in err, f"does not say so:\n{err}")
        check((scratch.path / "model" / "manifest.json").read_bytes() == before, "saved over the good model")
    return run


def lost_in_a_cluster(scratch):
    models.preprocess_tiny(scratch)
    job = scenario_cluster.Job(scratch, 2, RUN.split("--model=model")[1])
    change(scratch, "cut")
    code, err = job.wait()
    check(code == 65, f"exit code {code}, expected 65\n{err}")
    check(f"{BLOCK}: was changed while it was in use" in err, f"does not say so:\n{err}")


def kept(kind):
    def run(scratch):
        models.preprocess_tiny(scratch)
        process = start(scratch, "")
        change(scratch, kind)
        code, err = end_of(scratch, process, stop=True)
        check(code == 75, f"exit code {code}, expected 75\n{err}")
        scratch.must("lightlda-dump topics --model=model")
    return run


def not_ours(scratch):
    """A signal from outside is what it was."""
    models.preprocess_tiny(scratch)
    for sanitizer in ("ASAN_OPTIONS", "TSAN_OPTIONS"):  # which else have a handler of their own
        scratch.environment[sanitizer] = "handle_segv=0:handle_sigbus=0"
    for number in (signal.SIGBUS, signal.SIGSEGV):
        process = start(scratch, "--overwrite" if (scratch.path / "model").exists() else "")
        process.send_signal(number)
        code, err = end_of(scratch, process, stop=False)
        check(code == -number, f"exit code {code}, expected {-number}\n{err}")
        scratch.must("rm -rf model model.partial")


if __name__ == "__main__":
    main([
        ("cut", lost("cut", stop=False)),
        ("written to", lost("written to", stop=True)),
        ("replaced", lost("replaced", stop=True)),
        ("cut under several processes", lost_in_a_cluster),
        ("touched", kept("touched")),
        ("copied anew", kept("copied anew")),
        ("gone", kept("gone")),
        ("signals that have another reason", not_ours),
    ])
