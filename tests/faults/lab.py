#!/usr/bin/env python3
"""Hosts that vanish, in the lab of scripts/lab.sh: is the lost one named, and is everything gone in time?

    tests/faults/lab.py --bin_dir=build/release/bin [--only=TEXT] [--report=FILE]

Every fault x what mpirun's own connections are set to x how long lightlda waits. A line of JSON per run and a
Markdown table at the end. The whole takes ten minutes and needs root; --only=TEXT runs the cases whose name
contains the text, e.g. --only='cut, Open MPI'.
"""
import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
LAB = SOURCE_DIR / "scripts" / "lab.sh"
SAMPLE = SOURCE_DIR / "data" / "debian-descriptions-sample.jsonl.xz"
SKIPPED = 77

KEEPALIVE = {"Open MPI's": [], "10,2,5": ["--keepalive", "10,2,5"], "3,1,3": ["--keepalive", "3,1,3"]}
# Flags, and seconds within which nothing may be left running.
WAITS = {"default": ([], 25), "tuned": (["--stall_timeout=3"], 8)}
DEADLINE = 90  # seconds after which a run is given up


def lab(*arguments):
    subprocess.run([LAB, *arguments], check=True)


def stat_of(pid):
    """(name, state) of a process that is not a zombie; None else."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    name, rest = text[text.index("(") + 1:].rsplit(")", 1)
    state = rest.split()[0]
    return None if state in ("Z", "X") else (name, state)


def processes(host):
    """{pid: name} of what runs on a host."""
    space = f"lightlda-{os.environ['LIGHTLDA_LAB']}-{host}"
    pids = subprocess.run(["ip", "netns", "pids", space], capture_output=True, text=True, check=False).stdout.split()
    found = {int(pid): stat_of(pid) for pid in pids}
    return {pid: stat[0] for pid, stat in found.items() if stat}


def signal_rank(host, number):
    for pid, name in processes(host).items():
        if name == "lightlda":
            os.kill(pid, number)


# What is done to h2; mpirun and rank 0 are on h1.
FAULTS = {
    "cut": lambda: lab("cut", "h2"),
    "one-way": lambda: lab("mute", "h2"),
    "kill": lambda: lab("kill", "h2"),
    "kill rank": lambda: signal_rank("h2", signal.SIGKILL),
    "stop": lambda: signal_rank("h2", signal.SIGSTOP),
}


def run_case(directory, fault, keepalive, waits):
    """What happened: {named_s, ended_s, gone_s, exit_code, errors}."""
    flags, _ = WAITS[waits]
    model = directory / "model"
    subprocess.run(["rm", "-rf", model], check=True)
    errors = directory / "errors"
    with open(errors, "wb") as log:
        job = subprocess.Popen(
            [LAB, "run", *KEEPALIVE[keepalive], "--", "lightlda", f"--corpus={directory}/corpus", f"--model={model}",
             "--num_topics=50", "--num_iterations=1000000", "--growth_stages=0", "--likelihood_interval=0",
             "--preview_interval=0", "--mh_steps=2", "--num_threads=1", *flags], stderr=log, stdin=subprocess.DEVNULL)
    while not (model / "metrics.jsonl").exists():
        if job.poll() is not None:
            raise RuntimeError("the job did not start: " + errors.read_text(encoding="utf-8"))
        time.sleep(0.05)
    time.sleep(1)
    FAULTS[fault]()
    begin = time.monotonic()
    outcome = {"named_s": None, "ended_s": None, "gone_s": None}
    while None in outcome.values() and time.monotonic() < begin + DEADLINE:
        now = round(time.monotonic() - begin, 1)
        told = errors.read_text(encoding="utf-8", errors="replace")
        seen = {"named_s": re.search(r"^lightlda: .*rank 1 on host h2", told, re.MULTILINE),
                "ended_s": job.poll() is not None,
                "gone_s": not any(processes(f"h{host}") for host in (1, 2, 3))}
        for what, is_so in seen.items():
            if is_so and outcome[what] is None:
                outcome[what] = now
        if outcome["gone_s"] is not None and outcome["ended_s"] is not None:
            break
        time.sleep(0.1)
    outcome["exit_code"] = job.poll()
    lines = errors.read_text(encoding="utf-8", errors="replace").splitlines()
    outcome["errors"] = [line for line in lines if "rror" in line or "warning" in line][:5]
    if job.poll() is None:
        job.kill()
    return outcome


def run_all(only, report):
    """The number of cases that failed."""
    rows, failed = [], 0
    for fault in FAULTS:
        for keepalive in KEEPALIVE:
            for waits, (_, bound) in WAITS.items():
                name = f"{fault}, {keepalive}, {waits}"
                if only not in name:
                    continue
                with tempfile.TemporaryDirectory(prefix="lightlda-lab-") as name_of_directory:
                    directory = pathlib.Path(name_of_directory)
                    subprocess.run(["lightlda-preprocess", f"--input={SAMPLE}", "--stopwords=en",
                                    f"--output={directory}/corpus"], check=True, stderr=subprocess.DEVNULL)
                    lab("up", "3")
                    try:
                        outcome = run_case(directory, fault, keepalive, waits)
                    finally:
                        lab("down")
                passed = (outcome["named_s"] is not None and outcome["gone_s"] is not None
                          and outcome["ended_s"] is not None
                          and max(outcome["gone_s"], outcome["ended_s"]) <= bound and outcome["exit_code"] not in (0, 75))
                failed += not passed
                line = {"case": name, "passed": passed, "bound_s": bound, **outcome}
                print(json.dumps(line), flush=True)
                rows.append(line)
    table = ["| fault at h2 | keep-alive of mpirun | lightlda waits | named after, s | mpirun gone, s | all gone, s "
             "| bound, s | exit code | |", "|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        cells = row["case"].split(", ") + [row["named_s"], row["ended_s"], row["gone_s"], row["bound_s"],
                                           row["exit_code"], "" if row["passed"] else "FAILED"]
        table.append("| " + " | ".join(map(str, cells)) + " |")
    print("\n".join(table))
    if report:
        pathlib.Path(report).write_text("\n".join(table) + "\n", encoding="utf-8")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin_dir", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--report", default="")
    arguments = parser.parse_args()
    os.environ["PATH"] = f"{pathlib.Path(arguments.bin_dir).resolve()}:{os.environ['PATH']}"
    os.environ["LIGHTLDA_LAB"] = f"faults{os.getpid()}"
    probe = subprocess.run([LAB, "up", "1"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print("skipped: " + probe.stderr.strip())
        sys.exit(SKIPPED)
    lab("down")
    sys.exit(1 if run_all(arguments.only, arguments.report) else 0)


if __name__ == "__main__":
    main()
