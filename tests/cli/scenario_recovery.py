#!/usr/bin/env python3
"""What is lost when a run is killed or files are damaged: at most the work since the last save, and never silently."""
import os
import signal
import time

import models
from cli_test import check, main

DEADLINE = 120  # seconds
# Without previews: nobody reads what a run says until it is killed, and a pipe is soon full.
FLAGS = "--num_topics=20 --growth_stages=0 --likelihood_interval=0 --preview_interval=0"


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        check(time.monotonic() < end, f"{what}: nothing within {DEADLINE} s")
        time.sleep(0.01)


def start(scratch, flags):
    return scratch.start(f"exec lightlda --corpus=corpus --model=model {FLAGS} {flags}")


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    _, err = process.communicate(timeout=DEADLINE)
    check(process.returncode == -signal.SIGKILL, f"ended before it was killed: {process.returncode}")
    return err.decode("utf-8", "replace")


def a_finished_model_stays_readable(scratch):
    models.preprocess_tiny(scratch)
    models.train(scratch, f"{FLAGS} --num_iterations=10")
    log = scratch.path / "model" / "metrics.jsonl"
    topics, size = scratch.must("lightlda-dump topics --model=model"), log.stat().st_size
    process = start(scratch, "--num_iterations=1000000000 --resume=auto")
    wait_for(lambda: log.stat().st_size > 2 * size, "more iterations")
    check(scratch.must("lightlda-dump topics --model=model") == topics, "the topics changed while it was trained further")
    kill(process)
    code, out, err = scratch.run("lightlda-dump topics --model=model")
    check((code, out, err) == (0, topics, ""), f"after a kill: exit code {code}\n{err}")
    models.train(scratch, f"{FLAGS} --num_iterations=10 --resume=auto")
    models.train(scratch, f"{FLAGS} --num_iterations=40 --resume=auto")
    check([line["iteration"] for line in models.metrics(scratch)] == list(range(1, 41)), "lines of metrics are missing")


def a_killed_run_goes_on_from_its_checkpoint(scratch):
    models.preprocess_tiny(scratch)
    process = start(scratch, "--num_iterations=1000000000 --checkpoint_interval=0.0001")
    manifests = [scratch.path / "model" / name for name in ("manifest.json", "manifest.prev.json")]
    wait_for(lambda: all(path.exists() for path in manifests), "checkpoints")
    err = kill(process)
    check("checkpoint of iteration " in err and ", training paused for " in err, f"no word of the checkpoints:\n{err}")
    scratch.must("lightlda-dump assignments --model=model")
    saved = models.manifest(scratch)["progress"]["iteration"]
    models.train(scratch, f"{FLAGS} --num_iterations={saved + 10} --resume=auto")
    models.train(scratch, f"{FLAGS} --num_iterations={saved + 10}", model="undisturbed")
    check(models.model_hash(scratch) == models.model_hash(scratch, "undisturbed"), "not the undisturbed model")
    check(len(models.metrics(scratch)) == saved + 10, "lines of metrics are missing or surplus")


def damage_costs_one_save(scratch):
    models.preprocess_tiny(scratch)
    models.train(scratch, f"{FLAGS} --num_iterations=30", model="undisturbed")
    newest = "gen-000002/"
    for file in ("manifest.json", newest + "word_topic.bin", newest + "topics-00000.bin"):
        for content in (None, b"", b"garbage"):
            scratch.must("rm -rf model")
            models.train(scratch, f"{FLAGS} --num_iterations=10")
            models.train(scratch, f"{FLAGS} --num_iterations=20 --resume=auto")
            path = scratch.path / "model" / file
            path.unlink()
            if content is not None:
                path.write_bytes(content)
            said = f"model/{file}: "
            code, _, err = scratch.run("lightlda-dump assignments --model=model")
            check(code == 0, f"{file}: exit code {code}\n{err}")
            check(said in err and "used instead: the generation before, of iteration 10" in err and err.count("\n") == 1,
                  f"{file}: not one line that says what is used instead:\n{err}")
            if "topics" not in file:  # which new documents do not need
                code, _, err = scratch.run("echo word | lightlda-infer --model=model --input=-")
                check(said in err, f"{file}: lightlda-infer does not say what is used instead:\n{err}")
            code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {FLAGS} --num_iterations=30 --resume=auto")
            check(code == 0, f"{file}: exit code {code}\n{err}")
            check(said in err and "resumed after iteration 10 of 30" in err, f"{file}: does not say what it does:\n{err}")
            check(models.model_hash(scratch) == models.model_hash(scratch, "undisturbed"), f"{file}: not the undisturbed model")
            check(len(models.metrics(scratch)) == 30, f"{file}: lines of metrics are missing or surplus")


if __name__ == "__main__":
    main([
        ("a finished model stays readable", a_finished_model_stays_readable),
        ("a killed run goes on from its checkpoint", a_killed_run_goes_on_from_its_checkpoint),
        ("damage costs one save", damage_costs_one_save),
    ])
