#!/usr/bin/env python3
"""Several processes under mpirun: the same model, stops and restarts, peers that die or stop answering."""
import json
import os
import pathlib
import signal
import subprocess
import time

import models
from cli_test import SOURCE_DIR, Failure, check, main

SAMPLE = "--input=$DATA/debian-descriptions-sample.jsonl.xz --stopwords=en"
FLAGS = "--num_topics=50 --num_iterations=3 --growth_stages=3 --growth_iterations=2 --likelihood_interval=1"
# With proposals, of which an iteration exchanges less often: under a sanitizer it would take long to stop.
LONG = "--num_topics=50 --num_iterations=100000 --growth_stages=0 --likelihood_interval=0 --resume=auto --mh_steps=2"
DEADLINE = 120  # seconds within which a job must react


def launch(processes, arguments, model, options=""):
    # MPI keeps memory to the end that LeakSanitizer takes for leaks; ours are looked for in the unit tests.
    return (f"ASAN_OPTIONS=detect_leaks=0 {SOURCE_DIR}/scripts/run_local.sh -n {processes} --threads 1 --no-bind {options} -- "
            f"--corpus=corpus --model={model} {arguments}")


def workers_of(launcher):
    """Process ids of the lightlda processes that a launcher has started, by rank."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = dict(pair.split("=", 1) for pair in
                               (entry / "environ").read_text().split("\0") if "=" in pair)
            if environment.get("LIGHTLDA_TEST") == launcher and (entry / "comm").read_text() == "lightlda\n":
                found[int(environment["OMPI_COMM_WORLD_RANK"])] = int(entry.name)
        except (OSError, KeyError, UnicodeDecodeError):
            continue  # gone, or somebody else's
    return [found[rank] for rank in sorted(found)]


def check_gone(mark):
    """The last ones end when they see that mpirun has."""
    end = time.monotonic() + 5
    while workers_of(mark) and time.monotonic() < end:
        time.sleep(0.02)
    check(not workers_of(mark), "processes are left")


class Job:
    """A job under way: started, and past its first iterations."""

    def __init__(self, scratch, processes, arguments, model="model"):
        self.mark = f"{os.getpid()}-{time.monotonic()}"
        scratch.environment["LIGHTLDA_TEST"] = self.mark
        self.process = scratch.start("exec env " + launch(processes, arguments, model))
        log = scratch.path / model / "metrics.jsonl"
        before = log.stat().st_size if log.exists() else 0
        end = time.monotonic() + DEADLINE
        while not (log.exists() and log.stat().st_size > before):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failure(f"no iteration was logged\n{self.process.communicate()[1].decode()}")
            time.sleep(0.05)
        self.workers = workers_of(self.mark)
        check(len(self.workers) == processes, f"found {self.workers}, expected {processes} processes")

    def wait(self):
        """(exit code, stderr)."""
        try:
            _, err = self.process.communicate(timeout=DEADLINE)
        except subprocess.TimeoutExpired as error:
            os.killpg(self.process.pid, signal.SIGKILL)
            for pid in workers_of(self.mark):
                os.kill(pid, signal.SIGKILL)
            raise Failure(f"the job goes on {DEADLINE} s after it should have ended") from error
        check_gone(self.mark)
        return self.process.returncode, err.decode("utf-8", "replace")


def the_same_model(scratch):
    models.preprocess(scratch, SAMPLE)
    expected = {}
    for steps in ("0", "2"):  # full conditionals, and proposals
        models.train(scratch, f"{FLAGS} --mh_steps={steps}", model=f"alone{steps}")
        expected[steps] = models.model_hash(scratch, f"alone{steps}")
    jobs = [(2, "0", ""), (2, "2", ""), (3, "2", "--server_processes=1"), (4, "0", "--transport=tcp"),
            (4, "2", "--server_processes=2 --transport=tcp --secure")]
    for number, (processes, steps, flags) in enumerate(jobs):
        model = f"model{number}"
        out = scratch.must(launch(processes, f"{FLAGS} --mh_steps={steps} {flags}", model))
        check(out == "", f"training writes to stdout:\n{out}")
        found = models.model_hash(scratch, model)
        check(found == expected[steps], f"{processes} processes {flags}: {found}, one process: {expected[steps]}")
        line = models.metrics(scratch, model)[-1]
        check(line["exchanged_bytes_per_token"] > 0 and 0 <= line["waiting_share"] <= 1, f"metrics: {line}")
    models.check_consistent(scratch, model="model1")
    for staleness, steps in ((1, 0), (4, 2)):
        model = f"stale{staleness}"
        # So few topics that the sample has tokens enough for stale rows; with more there are none.
        scratch.must(launch(3, f"{FLAGS} --num_topics=4 --num_iterations=12 --staleness={staleness} --mh_steps={steps}",
                            model))
        models.check_consistent(scratch, model=model)
        check(models.manifest(scratch, model)["settings"]["staleness"] == staleness, "rows were not stale")
    plan = scratch.must(launch(2, f"{FLAGS} --staleness=1 --dry_run", "planned"))
    for part in ("staleness 0, not 1: topics have too few tokens", "MB per process: ", " exchange ", " server shard ",
                 " its answers "):
        check(part in " ".join(plan.split()), f"the plan does not say {part!r}:\n{plan}")


def a_host_with_its_blocks_only(scratch):
    """Each process may have a part of the blocks; what nobody has is named."""
    models.preprocess(scratch, SAMPLE)
    (scratch.path / "corpus" / "block-00002.bin").rename(scratch.path / "elsewhere.bin")
    code, _, err = scratch.run(launch(2, FLAGS, "model"))
    check(code == 65 and "block-00002.bin: no process can read this block" in err, f"{code}\n{err}")
    check(not (scratch.path / "model").exists(), "a model directory is left")


def stopped_and_resumed(number, processes):
    """Stopped by a signal to the launcher or to one process; another number of processes goes on."""
    def run(scratch):
        models.preprocess(scratch, SAMPLE)
        job = Job(scratch, processes[0], LONG)
        if number == signal.SIGUSR1:
            os.kill(job.workers[-1], number)
        else:
            job.process.send_signal(number)
        code, err = job.wait()
        check(code == 75, f"exit code {code}, expected 75\n{err}")
        check(err.count("--resume=auto") == 1, f"does not say once how to go on:\n{err}")
        done = len(models.metrics(scratch))
        flags = LONG.replace("100000", str(done + 5))
        scratch.must(launch(processes[1], flags, "model"))
        models.train(scratch, flags.replace("--resume=auto", ""), model="uninterrupted")
        ours, other = models.model_hash(scratch), models.model_hash(scratch, "uninterrupted")
        check(ours == other, f"stopped after {done} iterations: {ours}, uninterrupted: {other}")
        check(not scratch.leftovers(), f"left behind: {scratch.leftovers()}")
    return run


def a_killed_process_ends_the_job(scratch):
    models.preprocess(scratch, SAMPLE)
    flags = LONG + " --checkpoint_interval=0.005"
    job = Job(scratch, 3, flags)
    manifest = scratch.path / "model" / "manifest.json"
    end = time.monotonic() + DEADLINE
    while not manifest.exists() and time.monotonic() < end:
        time.sleep(0.05)
    check(manifest.exists(), "no checkpoint was written")
    os.kill(job.workers[1], signal.SIGKILL)
    code, err = job.wait()
    check(code not in (0, 75), f"exit code {code}\n{err}")
    check("(rank 1 on host " in err and "its process has ended" in err, f"does not name the process:\n{err}")
    saved = json.loads(manifest.read_text(encoding="utf-8"))["progress"]["iteration"]
    flags = LONG.replace("100000", str(saved + 5))
    scratch.must(launch(2, flags, "model"))
    models.train(scratch, flags.replace("--resume=auto", ""), model="uninterrupted")
    check(models.model_hash(scratch) == models.model_hash(scratch, "uninterrupted"),
          "the job that was killed and resumed made another model")


def a_silent_process_is_named(scratch):
    models.preprocess(scratch, SAMPLE)
    job = Job(scratch, 3, LONG + " --stall_timeout=5")
    os.kill(job.workers[2], signal.SIGSTOP)
    try:
        code, err = job.wait()
    finally:
        for pid in workers_of(job.mark):
            os.kill(pid, signal.SIGKILL)
    check(code == 1, f"exit code {code}, expected 1\n{err}")
    check("rank 2 on host" in err and "not heard of for" in err, f"does not name the process:\n{err}")


def wrong_calls(scratch):
    models.preprocess(scratch, SAMPLE)
    for arguments, code, text in (
            ("--num_topics=50 --server_processes=2", 64, "--server_processes=2"),
            ("--num_topics=50 --bind_interface=nowhere9 --transport=tcp", 64, "nowhere9"),
            ("--num_topics=50 --transport=pigeon", 64, "expected auto, ipc or tcp"),
            ("--num_topcis=50", 64, "unknown flag --num_topcis"),
            ("--num_topics=50 --corpus=nothing", 65, "nothing/manifest.json"),
            ("--num_topics=50 --memory_budget=1K", 64, "--memory_budget")):
        found, _, err = scratch.run(launch(2, arguments, "model"))
        check(found == code and text in err, f"{arguments}: exit code {found}, expected {code}\n{err}")
        check(err.count("error:") == 1, f"{arguments}: expected one line\n{err}")
        check(not (scratch.path / "model").exists(), f"{arguments}: a model directory is left")


if __name__ == "__main__":
    main([
        ("processes, servers and transports make the same model", the_same_model),
        ("a block that nobody has is named", a_host_with_its_blocks_only),
        ("Ctrl-C at the launcher, 2 then 3 processes", stopped_and_resumed(signal.SIGINT, (2, 3))),
        ("SIGUSR1 to one process, 3 then 2 processes", stopped_and_resumed(signal.SIGUSR1, (3, 2))),
        ("a killed process ends the job, which goes on from its checkpoint", a_killed_process_ends_the_job),
        ("a silent process is named", a_silent_process_is_named),
        ("wrong calls", wrong_calls),
    ])
