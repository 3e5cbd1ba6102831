#!/usr/bin/env python3
"""Ctrl-C: preprocess leaves nothing; training saves, and a resumed run ends in the very same model."""
import os
import signal
import subprocess
import time

import models
from cli_test import Failure, check, main

DEADLINE = 120  # seconds within which a program must react


def wait(process, what):
    try:
        out, err = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        raise Failure(f"{what}: still running {DEADLINE} s after the signal") from error
    return out, err.decode("utf-8", "replace")


def preprocess_leaves_nothing(scratch):
    process = scratch.start("exec lightlda-preprocess --input=- --format=text --output=corpus",
                            stdin=subprocess.PIPE)
    line = b"red green blue\n" * 1000
    for _ in range(100):
        process.stdin.write(line)
    process.stdin.flush()
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = wait(process, "preprocess")
    check(process.returncode == 1 and "interrupted" in err, f"exit code {process.returncode}, expected 1\n{err}")
    check(os.listdir(scratch.path) == [], f"left behind: {os.listdir(scratch.path)}")


def start_and_interrupt(scratch, arguments, number):
    """Starts training and sends `number` once it is under way. False if training was quicker than that."""
    process = scratch.start(f"exec lightlda --corpus=corpus --model=model {arguments}")
    log = scratch.path / "model" / "metrics.jsonl"
    end = time.monotonic() + DEADLINE
    while process.poll() is None and not (log.exists() and log.stat().st_size > 0):
        check(time.monotonic() < end, "no iteration was logged")
        time.sleep(0.01)
    if process.poll() is None:
        process.send_signal(number)
    _, err = wait(process, "lightlda")
    if process.returncode == 0:
        return False
    check(process.returncode == 75, f"exit code {process.returncode}, expected 75\n{err}")
    check("--resume" in err, f"does not say how to go on:\n{err}")
    check(not scratch.leftovers(), f"left behind: {scratch.leftovers()}")
    return True


def resumed_equals_uninterrupted(number, threads):
    """Stopped by signal `number` under threads[0], resumed under threads[1] with --resume=auto."""
    def run(scratch):
        models.preprocess_tiny(scratch)
        # As many iterations as it takes for the signal to arrive before the end on this machine.
        for iterations in (2000, 20000, 200000):
            flags = (f"--num_topics=20 --num_iterations={iterations} --growth_stages=2 "
                     f"--growth_iterations={iterations // 4} --likelihood_interval=0 --resume=auto")
            if start_and_interrupt(scratch, f"{flags} --num_threads={threads[0]}", number):
                break
            scratch.must("rm -r model")
        else:
            raise Failure("training always ended before the signal")
        stopped_at = len(models.metrics(scratch))
        check(0 < stopped_at, "no iteration before the stop")
        models.train(scratch, f"{flags} --num_threads={threads[1]}")
        models.train(scratch, flags.replace("--resume=auto", ""), model="uninterrupted")
        check(len(models.metrics(scratch)) > stopped_at, "the resumed run did nothing")
        check(len(models.metrics(scratch)) == len(models.metrics(scratch, "uninterrupted")),
              "the runs have different numbers of iterations")
        ours, other = models.model_hash(scratch), models.model_hash(scratch, "uninterrupted")
        check(ours == other, f"stopped after {stopped_at} iterations: {ours}, uninterrupted: {other}")
        models.check_consistent(scratch)
        before = (scratch.path / "model" / "manifest.json").read_bytes()
        models.train(scratch, flags)
        check((scratch.path / "model" / "manifest.json").read_bytes() == before,
              "--resume=auto changed a finished model")
    return run


if __name__ == "__main__":
    main([
        ("preprocess leaves nothing", preprocess_leaves_nothing),
        ("SIGINT, 1 then 4 threads", resumed_equals_uninterrupted(signal.SIGINT, (1, 4))),
        ("SIGTERM, 2 then 1 thread", resumed_equals_uninterrupted(signal.SIGTERM, (2, 1))),
        ("SIGUSR1, 4 then 2 threads", resumed_equals_uninterrupted(signal.SIGUSR1, (4, 2))),
    ])
