#!/usr/bin/env python3
"""--overwrite keeps the old model until the new one is complete, whenever it is killed or stopped, and the run that
was cut short goes on or begins anew."""
import os
import signal
import time

import models
import scenario_cluster
from cli_test import check, main

FLAGS = "--num_topics=20 --growth_stages=0 --likelihood_interval=0 --seed=2 --num_threads=1"
SHORT = f"{FLAGS} --num_iterations=3"
MARK = "run.json"
LABELS = '{"model_hash": "of another model", "labels": {"1": "precious"}}'


def prepare(scratch):
    """model: the old one; expected: what shall replace it, by SHORT. Returns what topics the old one shows."""
    models.preprocess_tiny(scratch)
    models.train(scratch, "--num_topics=3 --num_iterations=2")
    models.train(scratch, SHORT, model="expected")
    (scratch.path / "model/labels.json").write_text(LABELS, encoding="utf-8")
    return scratch.must("lightlda-dump topics --model=model")


def start(scratch, flags, until):
    """Starts training into `model` and waits for a file of the run."""
    return wait_for(scratch, scratch.start(f"exec lightlda --corpus=corpus --model=model {FLAGS} {flags}"), until)


def wait_for(scratch, process, until):
    end = time.monotonic() + 120
    while not ((scratch.path / until).exists() and (scratch.path / until).stat().st_size > 0):
        check(process.poll() is None and time.monotonic() < end, f"no {until}")
        time.sleep(0.005)
    return process


def kill(scratch, flags, until):
    process = start(scratch, flags, until)
    process.kill()
    process.communicate()


def check_old(scratch, topics):
    check(scratch.must("lightlda-dump topics --model=model") == topics, "the old model is not as it was")


def check_replaced(scratch):
    check(models.model_hash(scratch) == models.model_hash(scratch, "expected"), "another model than expected")
    check(sorted(os.listdir(scratch.path)) == ["corpus", "expected", "model"], f"left: {os.listdir(scratch.path)}")
    check(not (scratch.path / "model" / MARK).exists(), "the mark is left")
    check((scratch.path / "model/labels.json").read_text(encoding="utf-8") == LABELS, "the labels are lost")
    scratch.must("lightlda-dump doc_topic --model=model")


def several_processes(scratch):
    """Stopped as two, gone on with as three."""
    topics = prepare(scratch)
    flags = f"{FLAGS} --mh_steps=2"
    launch = scenario_cluster.launch(2, f"{flags} --num_iterations=1000000 --overwrite", "model")
    process = wait_for(scratch, scratch.start(f"exec env {launch}"), "model.partial/metrics.jsonl")
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=120)[1].decode()
    check(process.returncode == 75 and "saved in model.partial, model is kept" in err, f"{process.returncode}\n{err}")
    check_old(scratch, topics)
    total = models.manifest(scratch, "model.partial")["progress"]["iteration"] + 2
    scratch.must(scenario_cluster.launch(3, f"{flags} --num_iterations={total} --resume=auto", "model"))
    models.train(scratch, f"{flags} --num_iterations={total} --overwrite", model="expected")
    check_replaced(scratch)


def killed_before_a_save(scratch):
    topics = prepare(scratch)
    kill(scratch, "--num_iterations=1000000 --overwrite", "model.partial/metrics.jsonl")
    check_old(scratch, topics)
    code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {SHORT}")
    check(code == 73 and "model.partial: an unfinished run" in err and "--resume=auto goes on" in err, err)
    check_old(scratch, topics)
    models.train(scratch, f"{SHORT} --resume=auto")
    check_replaced(scratch)


def killed_after_a_save(scratch):
    topics = prepare(scratch)
    kill(scratch, "--num_iterations=1000000 --overwrite --checkpoint_interval=0.00001", "model.partial/manifest.json")
    check_old(scratch, topics)
    done = len(models.metrics(scratch, "model.partial"))
    process = start(scratch, "--num_iterations=1000000 --resume=auto", "model.partial/metrics.jsonl")
    end = time.monotonic() + 120
    while len((scratch.path / "model.partial/metrics.jsonl").read_bytes().splitlines()) < done + 100:
        check(process.poll() is None and time.monotonic() < end, "no iteration was done")
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=120)[1].decode()
    check(process.returncode == 75, f"exit code {process.returncode}\n{err}")
    check("resumed after iteration" in err, f"began anew:\n{err}")
    check("saved in model.partial, model is kept until the run is complete; the same run with --resume=auto" in err, err)
    check_old(scratch, topics)
    total = models.manifest(scratch, "model.partial")["progress"]["iteration"] + 2
    check(total > done, "nothing was done")
    models.train(scratch, f"{FLAGS} --num_iterations={total} --resume=yes")
    models.train(scratch, f"{FLAGS} --num_iterations={total} --overwrite", model="expected")
    check_replaced(scratch)


def begun_anew(scratch):
    topics = prepare(scratch)
    kill(scratch, "--num_iterations=1000000 --overwrite", "model.partial/metrics.jsonl")
    check_old(scratch, topics)
    models.train(scratch, f"{SHORT} --overwrite")
    check_replaced(scratch)


def two_at_once(scratch):
    topics = prepare(scratch)
    process = start(scratch, "--num_iterations=1000000 --overwrite", "model.partial/metrics.jsonl")
    try:
        for flags in ("--overwrite", "--resume=auto"):
            code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {SHORT} {flags}")
            check(code == 73 and "another process is writing it" in err, f"{flags}: {code}\n{err}")
    finally:
        process.kill()
        process.communicate()
    check_old(scratch, topics)


def notes_that_came_meanwhile(scratch):
    topics = prepare(scratch)
    process = start(scratch, "--num_iterations=400 --overwrite", "model.partial/metrics.jsonl")
    (scratch.path / "model" / "notes.txt").write_text("precious")
    err = process.communicate(timeout=300)[1].decode()
    check(process.returncode == 73, f"exit code {process.returncode}\n{err}")
    check("complete in model.partial, but cannot be moved: model: holds notes.txt" in err, err)
    check_old(scratch, topics)
    scratch.must("mv model/notes.txt .")
    models.train(scratch, f"{FLAGS} --num_iterations=400 --resume=auto")
    check((scratch.path / "notes.txt").read_text() == "precious", "the notes are gone")
    check(not (scratch.path / "model.partial").exists(), "not replaced")
    check(models.manifest(scratch)["progress"]["iteration"] == 400, "not the new model")


def preload(scratch, faults):
    shim = f"{scratch.environment['PATH'].split(':')[0]}/../tests/cli/libfault_shim.so"
    return f"FAULTS={faults} LD_PRELOAD={shim}" if os.path.exists(shim) else None


def killed_at(faults, model_is_gone=False):
    """Killed at a system call of the exchange; the next start finishes it, whatever it is asked for."""
    def run(scratch):
        environment = preload(scratch, faults)
        if environment is None:
            return "needs the library to preload"
        topics = prepare(scratch)
        code, _, err = scratch.run(f"{environment} lightlda --corpus=corpus --model=model {SHORT} --overwrite")
        check(code in (-9, 137), f"exit code {code}, expected SIGKILL\n{err}")
        check((scratch.path / "model").exists() != model_is_gone, f"there: {os.listdir(scratch.path)}")
        if not model_is_gone:
            shown = scratch.must("lightlda-dump topics --model=model")
            check(shown in (topics, scratch.must("lightlda-dump topics --model=expected")), "neither old nor new")
        models.train(scratch, f"{SHORT} --resume=auto")
        check_replaced(scratch)
        return None
    return run


def without_exchange(scratch):
    environment = preload(scratch, "renameat2=22")
    if environment is None:
        return "needs the library to preload"
    prepare(scratch)
    scratch.must(f"{environment} lightlda --corpus=corpus --model=model {SHORT} --overwrite")
    check_replaced(scratch)
    scratch.must(f"{environment} lightlda-preprocess --input=$DATA/tiny/tiny.ldac --format=ldac "
                 "--vocab=$DATA/tiny/vocab.txt --output=corpus --overwrite")
    check_replaced(scratch)
    return None


if __name__ == "__main__":
    main([
        ("killed before the first save", killed_before_a_save),
        ("killed after a save, stopped, resumed", killed_after_a_save),
        ("several processes", several_processes),
        ("begun anew", begun_anew),
        ("two at once", two_at_once),
        ("notes that came meanwhile", notes_that_came_meanwhile),
        ("a file system without exchange", without_exchange),
        ("killed before the exchange", killed_at("renameat2=kill_before")),
        ("killed after the exchange", killed_at("renameat2=kill_after")),
        ("killed while the old one is removed", killed_at("unlinkat=kill_after@4")),
        ("killed when the old one is all but gone", killed_at("unlinkat=kill_before@9")),
        ("killed between the renames", killed_at("renameat2=22,rename_directory=kill_after@1", model_is_gone=True)),
        ("killed before the last rename", killed_at("renameat2=22,rename_directory=kill_before@3")),
        ("killed after the last rename", killed_at("renameat2=22,rename_directory=kill_after@3")),
    ])
