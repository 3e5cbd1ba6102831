#!/usr/bin/env python3
"""SIGKILL: does a run that is killed again and again end in the model of one that is not?

    tests/faults/kill.py --bin_dir=build/release/bin [--kills=200] [--seed=N] [--report=FILE]

Trains with several processes, kills one of them, mpirun or all, at random moments, in saves and at the final save,
and goes on with other numbers of processes, servers and threads until a run is done. Then: the model's hash is that of
one process that nobody disturbed, the metrics have every iteration once, nothing runs any more, and nothing is left
in the directory for temporary files. A line of JSON per run, a Markdown table at the end; the seed repeats it.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = SOURCE_DIR / "data" / "debian-descriptions-sample.jsonl.xz"
RUN_LOCAL = SOURCE_DIR / "scripts" / "run_local.sh"
TARGETS = ("worker", "server", "rank 0", "mpirun", "all")
MOMENTS = ("any", "save", "end")
ITERATIONS = 120
FLAGS = [f"--num_iterations={ITERATIONS}", "--num_topics=50", "--growth_stages=2", "--growth_iterations=3",
         "--likelihood_interval=0", "--preview_interval=0", "--mh_steps=2", "--resume=auto"]
STOPS = {"SIGINT": signal.SIGINT, "SIGTERM": signal.SIGTERM, "SIGUSR1": signal.SIGUSR1}
SKIPPED = 77
DEADLINE = 120  # seconds within which a job has to end


class Wrong(Exception):
    """What must not happen did."""


def processes(mark):
    """{(name, rank): pid} of what runs with LIGHTLDA_FAULTS=mark; zombies do not."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            if b"LIGHTLDA_FAULTS=" + mark.encode() not in environment:
                continue
            stat = (entry / "stat").read_text(encoding="utf-8")
        except OSError:
            continue  # gone, or somebody else's
        if stat.rsplit(")", 1)[1].split()[0] in ("Z", "X"):
            continue
        ranks = [int(pair[21:]) for pair in environment if pair.startswith(b"OMPI_COMM_WORLD_RANK=")]
        found[(stat[stat.index("(") + 1:stat.rindex(")")], ranks[0] if ranks else -1)] = int(entry.name)
    return found


def wait_until(condition, seconds, nap=0.002):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(nap)
    return True


class Run:
    """One model, trained by jobs that are killed."""

    def __init__(self, directory, corpus, number, chance, num_iterations):
        self.model = directory / f"model{number}"
        self.temporary = directory / "tmp"
        self.log = directory / "log"
        self.corpus = corpus
        self.chance = chance
        self.num_iterations = num_iterations
        self.mark = f"{os.getpid()}-{number}"

    def start(self, interval):
        """A job with whatever numbers chance gives; (Popen, {role: ranks})."""
        size = self.chance.randint(2, 4)
        servers = self.chance.randint(0, size - 1)
        # MPI keeps memory to the end that LeakSanitizer takes for leaks.
        environment = dict(os.environ, LIGHTLDA_FAULTS=self.mark, TMPDIR=str(self.temporary),
                           ASAN_OPTIONS="detect_leaks=0")
        command = [RUN_LOCAL, "-n", str(size), "--threads", str(self.chance.randint(1, 3)), "--no-bind", "--",
                   f"--corpus={self.corpus}", f"--model={self.model}", f"--server_processes={servers}",
                   f"--transport={self.chance.choice(('auto', 'tcp'))}", f"--checkpoint_interval={interval}", *FLAGS]
        with open(self.log, "wb") as log:
            job = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True)
        workers = list(range(size - servers))
        return job, {"rank 0": [0], "worker": workers[1:] or workers, "server": list(range(size))[-max(servers, 1):]}

    def wait_for_moment(self, job, moment):
        """False if the job has ended before."""
        manifest = self.model / "manifest.json"
        if moment == "any":
            time.sleep(self.chance.uniform(0.3, 3))
        elif moment == "save":
            wait_until(lambda: job.poll() is not None or any(self.model.glob("*.tmp*")), 5)
        else:
            wait_until(lambda: job.poll() is not None or self.iterations() >= self.num_iterations, DEADLINE)
            time.sleep(self.chance.uniform(0, 0.05))
        return job.poll() is None and (moment == "any" or manifest is not None)

    def iterations(self):
        try:
            return len((self.model / "metrics.jsonl").read_bytes().splitlines())
        except OSError:
            return 0

    def hit(self, job, roles, target, number):
        """Sends the signal; False if there is nothing to send it to."""
        found = processes(self.mark)
        ranks = {rank: pid for (name, rank), pid in found.items() if name == "lightlda"}
        if target == "launcher":
            pids = [job.pid]
        elif target == "mpirun":
            pids = [pid for (name, _), pid in found.items() if name == "mpirun"]
        elif target == "all":
            pids = [pid for (name, _), pid in found.items() if name in ("mpirun", "lightlda")]
        else:
            pids = [ranks[rank] for rank in [self.chance.choice(roles[target])] if rank in ranks]
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        return bool(pids)

    def end(self, job):
        """(exit code, seconds it took until nothing runs any more)."""
        begin = time.monotonic()
        if not wait_until(lambda: job.poll() is not None, DEADLINE, 0.02):
            raise Wrong("the job does not end")
        if not wait_until(lambda: not processes(self.mark), 25, 0.02):
            raise Wrong(f"still running: {processes(self.mark)}")
        return job.returncode, round(time.monotonic() - begin, 2)

    def finish(self):
        """Lets a last job end by itself; its log if that fails."""
        for _ in range(20):
            job, _ = self.start(0)
            code, _ = self.end(job)
            if code == 0:
                return
            if code != 75:
                raise Wrong(f"exit code {code}: {self.log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        raise Wrong("stopped twenty times by nobody")

    def check(self, expected):
        manifest = json.loads((self.model / "manifest.json").read_text(encoding="utf-8"))
        if manifest["model_hash"] != expected["model_hash"]:
            raise Wrong(f"hash {manifest['model_hash']}, undisturbed {expected['model_hash']}")
        lines = (self.model / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
        numbers = [json.loads(line)["iteration"] for line in lines]
        if numbers != list(range(1, len(numbers) + 1)) or len(numbers) != expected["lines"]:
            raise Wrong(f"metrics of iterations {numbers}, expected 1 to {expected['lines']}")
        left = sorted(str(path.relative_to(self.model)) for path in self.model.rglob("*.tmp*"))
        if left:
            raise Wrong(f"left in the model: {left}")

    def left_in_temporary(self):
        return sorted(path.name for path in self.temporary.iterdir())


def sockets_left():
    try:
        return [line for line in open("/proc/net/unix", encoding="utf-8") if "@lightlda-" in line]
    except OSError:
        return []


def new_line(kind):
    """num_single: signals to one process of the job, of which the others should name it."""
    return {"kind": kind, "hits": [], "num_hits": 0, "ended_s": [], "num_single": 0, "named": 0}


def one_run(run, kind, expected):
    """Hits a model's jobs up to three times, then lets it end. A line for the report."""
    line = new_line(kind)
    for _ in range(run.chance.randint(1, 3)):
        if kind == "kill":
            target, number, name = run.chance.choice(TARGETS), signal.SIGKILL, "SIGKILL"
        else:
            target = run.chance.choice(("launcher", "rank 0", "worker", "server"))
            name = run.chance.choice(sorted(STOPS))
            number = STOPS[name]
        moment = run.chance.choice(MOMENTS) if kind == "kill" else "any"
        job, roles = run.start(0.001 if moment == "save" else run.chance.choice((0, 0.001, 0.005)))
        hit = run.wait_for_moment(job, moment) and run.hit(job, roles, target, number)
        code, seconds = run.end(job)
        line["hits"].append(f"{name} {target}, {moment}, exit {code}" + ("" if hit else " (ended before)"))
        if hit:
            line["num_hits"] += 1
            line["ended_s"].append(seconds)
            told = run.log.read_text(encoding="utf-8", errors="replace")
            line["named"] += re.search(r"^lightlda: .*rank \d+ on host ", told, re.MULTILINE) is not None
            line["num_single"] += target in roles
        allowed = {0, 75} if kind == "stop" or not hit else {0, 1, 75, 137}
        if code not in allowed:
            raise Wrong(f"{line['hits']}: {run.log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
    run.finish()
    run.check(expected)
    return line


def undisturbed(directory, corpus):
    model = directory / "undisturbed"
    subprocess.run(["lightlda", f"--corpus={corpus}", f"--model={model}", *FLAGS], check=True,
                   stderr=subprocess.DEVNULL)
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    lines = len((model / "metrics.jsonl").read_text(encoding="utf-8").splitlines())
    return {"model_hash": manifest["model_hash"], "lines": lines}


def campaign(arguments, directory):
    """The number of runs that went wrong."""
    corpus = directory / "corpus"
    subprocess.run(["lightlda-preprocess", f"--input={SAMPLE}", "--stopwords=en", f"--output={corpus}"], check=True,
                   stderr=subprocess.DEVNULL)
    expected = undisturbed(directory, corpus)
    chance = random.Random(arguments.seed)
    table = collections.defaultdict(collections.Counter)
    longest = collections.defaultdict(float)
    number = 0
    for kind, wanted in (("kill", arguments.kills), ("stop", arguments.stops)):
        hits = 0
        while hits < wanted:
            number += 1
            (directory / "tmp").mkdir()
            run = Run(directory, corpus, number, random.Random(chance.random()), expected["lines"])
            try:
                line = one_run(run, kind, expected)
                wrong = None
            except Wrong as error:
                line, wrong = new_line(kind), str(error)
                for pid in processes(run.mark).values():
                    os.kill(pid, signal.SIGKILL)
            line.update(run=number, wrong=wrong, left=run.left_in_temporary(), sockets=len(sockets_left()))
            print(json.dumps(line), flush=True)
            hits += max(1, line["num_hits"])
            counts = table[kind]
            counts.update(runs=1, hits=line["num_hits"], wrong=wrong is not None,
                          single=line["num_single"], named=line["named"],
                          left=sum("lightlda" in name for name in line["left"]), mpi_left=bool(line["left"]))
            longest[kind] = max([longest[kind], *line["ended_s"]])
            subprocess.run(["rm", "-rf", directory / "tmp", run.model], check=True)
    rows = ["| signals | runs | sent | to one process | named by others | wrong | runs that left files of lightlda "
            "| of Open MPI | longest end, s |", "|---|---|---|---|---|---|---|---|---|"]
    for kind, counts in table.items():
        rows.append(f"| {kind} | {counts['runs']} | {counts['hits']} | {counts['single']} | {counts['named']} "
                    f"| {counts['wrong']} | {counts['left']} | {counts['mpi_left']} | {longest[kind]} |")
    print(f"seed {arguments.seed}", *rows, sep="\n")
    if arguments.report:
        pathlib.Path(arguments.report).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return sum(counts["wrong"] + counts["left"] for counts in table.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin_dir", required=True)
    parser.add_argument("--kills", type=int, default=5, help="SIGKILLs to send (default: 5)")
    parser.add_argument("--stops", type=int, default=2, help="SIGINT, SIGTERM and SIGUSR1 to send (default: 2)")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--report", default="")
    arguments = parser.parse_args()
    if shutil.which("mpirun") is None:
        print("skipped: no mpirun")
        sys.exit(SKIPPED)
    if arguments.seed is None:
        arguments.seed = int(time.time())
    print(f"seed {arguments.seed}", flush=True)
    os.environ["PATH"] = f"{pathlib.Path(arguments.bin_dir).resolve()}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="lightlda-kill-") as directory:
        sys.exit(1 if campaign(arguments, pathlib.Path(directory)) else 0)


if __name__ == "__main__":
    main()
