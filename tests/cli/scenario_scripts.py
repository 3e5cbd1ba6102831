#!/usr/bin/env python3
"""The launchers of scripts/: several processes on this machine, the Slurm template, the lab of several hosts.

They start a stub in lightlda's place, which tells what it was given and stops like lightlda: on SIGUSR1 and SIGTERM
it saves and exits 75. Slurm is played by stubs of its commands. What this machine lacks is skipped by name.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from cli_test import SOURCE_DIR, Failure, check, main

SCRIPTS = SOURCE_DIR / "scripts"
DEADLINE = 120  # seconds within which a launcher must react

# Leaves a file rank-R with its process id, host and arguments; stop-R when stopped. --exit=N ends at once.
STUB = """#!/usr/bin/env python3
import os, signal, socket, sys, time
rank = os.environ.get("OMPI_COMM_WORLD_RANK", os.environ.get("SLURM_PROCID", "0"))
stopped = []
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
    signal.signal(number, lambda number, frame: stopped.append(signal.Signals(number).name))
with open("rank-" + rank + ".new", "w") as file:
    file.write(" ".join([str(os.getpid()), socket.gethostname()] + sys.argv[1:]))
os.rename("rank-" + rank + ".new", "rank-" + rank)
for argument in sys.argv:
    if argument.startswith("--exit="):
        sys.exit(int(argument[7:]))
while not stopped:
    time.sleep(0.01)
if "--deaf" in sys.argv:
    time.sleep(600)
time.sleep(0.2)
with open("stop-" + rank, "w") as file:
    file.write(" ".join(stopped))
time.sleep(0.5)
sys.exit(75)
"""


def write_program(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def wait_until(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {DEADLINE} s")
        time.sleep(0.02)


def finish(process, what):
    """(exit code, stderr) of a process that is to end by itself."""
    try:
        _, err = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired as error:
        process.kill()
        raise Failure(f"{what}: no end within {DEADLINE} s") from error
    return process.returncode, err.decode("utf-8", "replace")


def is_running(pid):
    """Zombies are not."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] not in ("Z", "X")


def start(scratch, command):
    """Starts a launcher."""
    return scratch.start(command)


def ranks(scratch, count):
    """[[process id, host, arguments...]] of the stubs, by rank, once all have started."""
    files = [scratch.path / f"rank-{rank}" for rank in range(count)]
    wait_until(lambda: all(file.exists() for file in files), f"{count} processes start")
    return [file.read_text(encoding="utf-8").split(" ") for file in files]


def stops(scratch):
    return [path.read_text(encoding="utf-8") for path in sorted(scratch.path.glob("stop-*"))]


# -- scripts/run_hosts.sh

def hosts_stop(scratch):
    """The hosts are those of Open MPI's list; SIGTERM, as to a pod that has to go, stops the job saved."""
    (scratch.path / "hosts").write_text("localhost slots=2\n", encoding="utf-8")
    process = start(scratch, "OMPI_MCA_orte_default_hostfile=hosts LIGHTLDA=./stub exec "
                             f"{SCRIPTS}/run_hosts.sh --model='a b' --num_topics=3")
    for rank in ranks(scratch, 2):
        check(rank[2:] == ["--resume=auto", "--model=a", "b", "--num_topics=3"], f"arguments: {rank}")
    process.send_signal(signal.SIGTERM)
    code, err = finish(process, "run_hosts.sh")
    check(code == 75, f"exit code {code}, expected 75\n{err}")
    check(stops(scratch) == ["SIGUSR1"] * 2, f"the processes were stopped by {stops(scratch)}")
    code, _, err = scratch.run(f"OMPI_MCA_orte_default_hostfile=hosts LIGHTLDA=./stub {SCRIPTS}/run_hosts.sh --exit=65")
    check(code == 65, f"exit code {code}, expected 65\n{err}")
    check("mpijob.yaml" in scratch.must(f"{SCRIPTS}/run_hosts.sh --help"), "--help does not say what it is for")


# -- scripts/run_local.sh

def needs_mpirun(test):
    def run(scratch):
        if shutil.which("mpirun") is None:
            return "no mpirun"
        write_program(scratch.path / "stub", STUB)
        return test(scratch)
    return run


def start_local(scratch, arguments):
    return start(scratch, f"exec {SCRIPTS}/run_local.sh --program ./stub {arguments}")


def local_exit_codes(scratch):
    for code in (0, 64, 65, 73, 75):
        command = f"{SCRIPTS}/run_local.sh -n 2 --threads 3 --program ./stub -- --exit={code} '--model=a b'"
        scratch.must(command, exit_code=code)
        for rank in ranks(scratch, 2):
            check(rank[2:] == ["--num_threads=3", f"--exit={code}", "--model=a", "b"], f"arguments: {rank}")


def local_stop(number):
    def run(scratch):
        process = start_local(scratch, "-n 3 --")
        ranks(scratch, 3)
        process.send_signal(number)
        code, err = finish(process, "run_local.sh")
        check(code == 75, f"exit code {code}, expected 75\n{err}")
        check(stops(scratch) == ["SIGUSR1"] * 3, f"the processes were stopped by {stops(scratch)}")
        check("stopping" in err, f"says nothing of the stop:\n{err}")
    return run


def local_stop_at_once(scratch):
    """A signal that comes before the processes have started is not lost."""
    process = start_local(scratch, "-n 2 --")
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    code, err = finish(process, "run_local.sh")
    check(code == 75, f"exit code {code}, expected 75\n{err}")


def local_second_stop(scratch):
    process = start_local(scratch, "-n 2 -- --deaf")
    pids = [int(rank[0]) for rank in ranks(scratch, 2)]
    process.send_signal(signal.SIGINT)
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    code, err = finish(process, "run_local.sh")
    check(code not in (0, 75), f"exit code {code} of a job that did not save\n{err}")
    wait_until(lambda: not any(map(is_running, pids)), "processes end")


def local_killed(scratch):
    """Nothing survives the launcher, and a process that is killed is spoken of."""
    process = start_local(scratch, "-n 2 --")
    pids = [int(rank[0]) for rank in ranks(scratch, 2)]
    process.kill()
    finish(process, "run_local.sh")
    wait_until(lambda: not any(map(is_running, pids)), "processes end")
    for file in scratch.path.glob("rank-*"):
        file.unlink()
    process = start_local(scratch, "-n 2 --")
    os.kill(int(ranks(scratch, 2)[1][0]), signal.SIGKILL)
    code, err = finish(process, "run_local.sh")
    check(code == 137 and "signal 9 (KILL)" in err, f"exit code {code}\n{err}")


def local_usage(scratch):
    script = SCRIPTS / "run_local.sh"
    for arguments, expected, word in (("", 64, "-n"), ("-n 0", 64, "-n"), ("-n two", 64, "two"), ("-n", 64, "value"),
                                      ("-n 2 --threads x --", 64, "--threads"), ("-n 2 --corpus=c", 64, "--corpus"),
                                      ("-n 2 --program ./none --", 1, "none")):
        code, out, err = scratch.run(f"{script} {arguments}")
        check((code, out) == (expected, "") and word in err, f"{arguments}: exit code {code}, {err}")
    check("--threads" in scratch.must(f"{script} --help"), "--help does not tell of --threads")
    command = scratch.must(f"{script} -n 2 --threads 1 --program ./stub --print -- --corpus=c")
    check(command.startswith("mpirun ") and "-np 2" in command, command)
    check(command.rstrip().endswith("./stub --num_threads=1 --corpus=c"), command)


# -- scripts/lightlda.slurm

# srun and mpirun: one process, signals passed on. srun --mpi=list tells what SRUN_MPI has.
SRUN = """#!/usr/bin/env python3
import os, signal, subprocess, sys
if "--mpi=list" in sys.argv:
    print("MPI plugin types are...", os.environ["SRUN_MPI"], sep="\\n\\t", file=sys.stderr)
    sys.exit(0)
open("launched", "w").write(" ".join([os.path.basename(sys.argv[0])] + sys.argv[1:]))
child = subprocess.Popen(sys.argv[[os.path.basename(a) for a in sys.argv].index("lightlda"):])
signal.signal(signal.SIGUSR1, lambda *unused: child.send_signal(signal.SIGUSR1))
sys.exit(child.wait())
"""
SCONTROL = '#!/bin/sh\necho "$@" >> requeued\nexit ${SCONTROL_EXIT:-0}\n'


def slurm(scratch, arguments="", **environment):
    """Starts the job script as Slurm would."""
    for name, text in (("lightlda", STUB), ("srun", SRUN), ("mpirun", SRUN), ("scontrol", SCONTROL)):
        write_program(scratch.path / "bin" / name, text)
    for file in ("rank-0", "stop-0", "launched", "requeued"):
        (scratch.path / file).unlink(missing_ok=True)
    settings = {"SLURM_JOB_ID": "17", "SLURM_NTASKS": "4", "SLURM_NNODES": "4", "SLURM_CPUS_PER_TASK": "20",
                "SRUN_MPI": "pmix", **environment}
    exports = " ".join(f"{name}={value}" for name, value in settings.items())
    return start(scratch, f"exec env {exports} PATH=$PWD/bin:$PATH bash {SCRIPTS}/lightlda.slurm {arguments}")


def requeued(scratch):
    file = scratch.path / "requeued"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def slurm_warning(scratch):
    process = slurm(scratch, "--corpus=c --model=m")
    flags = ranks(scratch, 1)[0][2:]
    check(flags[:2] == ["--num_threads=20", "--resume=auto"] and flags[-2:] == ["--corpus=c", "--model=m"], f"{flags}")
    process.send_signal(signal.SIGUSR1)
    code, err = finish(process, "lightlda.slurm")
    check((code, stops(scratch)) == (75, ["SIGUSR1"]), f"exit code {code}, stopped by {stops(scratch)}\n{err}")
    check(requeued(scratch) == "requeue 17\n", f"scontrol was given: {requeued(scratch)}")
    # The next start ends it.
    code, err = finish(slurm(scratch, "--exit=0", SLURM_RESTART_COUNT=1), "lightlda.slurm")
    check((code, requeued(scratch)) == (0, ""), f"exit code {code}, queued again: {requeued(scratch)}\n{err}")


def slurm_time_limit(scratch):
    """A run that stops by itself, for want of time, is queued again."""
    code, err = finish(slurm(scratch, "--max_hours=2 --exit=75"), "lightlda.slurm")
    check((code, requeued(scratch)) == (75, "requeue 17\n"), f"exit code {code}, {requeued(scratch)}\n{err}")
    process = slurm(scratch, "--max_hours=2")
    ranks(scratch, 1)
    process.send_signal(signal.SIGTERM)
    code, err = finish(process, "lightlda.slurm")
    check((code, requeued(scratch)) == (75, ""), f"a cancelled job: exit code {code}, {requeued(scratch)}\n{err}")


def slurm_cancelled(scratch):
    """Who cancels a job does not want it back."""
    process = slurm(scratch)
    ranks(scratch, 1)
    process.send_signal(signal.SIGTERM)
    code, err = finish(process, "lightlda.slurm")
    check((code, stops(scratch)) == (75, ["SIGUSR1"]), f"exit code {code}, stopped by {stops(scratch)}\n{err}")
    check(requeued(scratch) == "", "a cancelled job was queued again")


def slurm_failures(scratch):
    for number in (1, 65, 75):
        code, err = finish(slurm(scratch, f"--exit={number}"), "lightlda.slurm")
        check((code, requeued(scratch)) == (number, ""), f"exit code {code}, expected {number}\n{err}")
    for environment, word in (({"SCONTROL_EXIT": 1}, "could not"), ({"SLURM_RESTART_COUNT": 100}, "100 restarts")):
        process = slurm(scratch, **environment)
        ranks(scratch, 1)
        process.send_signal(signal.SIGUSR1)
        code, err = finish(process, "lightlda.slurm")
        check(code == 75 and word in err, f"exit code {code}\n{err}")


def slurm_launcher(scratch):
    for environment, expected in (({}, "srun --mpi=pmix --cpus-per-task=20 "), ({"SRUN_MPI": "none"}, "mpirun "),
                                  ({"LIGHTLDA_LAUNCHER": "mpirun"}, "mpirun ")):
        finish(slurm(scratch, "--exit=0", **environment), "lightlda.slurm")
        launched = (scratch.path / "launched").read_text(encoding="utf-8")
        check(launched.startswith(expected), f"{environment}: launched by: {launched}")
    text = (SCRIPTS / "lightlda.slurm").read_text(encoding="utf-8")
    for option in ("--signal=B:USR1@", "--requeue", "--open-mode=append"):
        check(f"\n#SBATCH {option}" in text, f"the template has no #SBATCH {option}")


# -- scripts/lab.sh

def in_lab(hosts, test):
    def run(scratch):
        scratch.environment["LIGHTLDA_LAB"] = f"test{os.getpid()}"
        write_program(scratch.path / "stub", STUB)
        code, _, err = scratch.run(f"{SCRIPTS}/lab.sh up {hosts}")
        if code == 1:
            return err.strip()
        check(code == 0, f"lab.sh up: exit code {code}\n{err}")
        try:
            reason = test(scratch)
        finally:
            scratch.must(f"{SCRIPTS}/lab.sh down")
        check(scratch.environment["LIGHTLDA_LAB"] not in scratch.must("ip netns list"), "namespaces are left behind")
        return reason
    return run


def lab(scratch, arguments, exit_code=0):
    return scratch.must(f"{SCRIPTS}/lab.sh {arguments}", exit_code=exit_code)


def probe(scratch):
    """(MB/s, milliseconds per round trip)"""
    found = re.fullmatch(r"([\d.]+) MB/s, round trip ([\d.]+) ms\n", lab(scratch, "probe"))
    check(found, "lab.sh probe printed something else")
    return float(found.group(1)), float(found.group(2))


def lab_network(scratch):
    check(lab(scratch, "list") == "h1 10.99.0.1\nh2 10.99.0.2\n", "lab.sh list")
    check(lab(scratch, "exec h2 hostname") == "h2\n", "a host has not its own name")
    lab(scratch, "rate 80mbit")
    check(probe(scratch)[0] < 15, "a link of 80 Mbit/s lets more than 15 MB/s through")
    lab(scratch, "rate off")
    for _ in range(2):  # twice: the second delay takes the place of the first
        lab(scratch, "delay 20 1")
    check(probe(scratch)[1] >= 40, "a delay of 20 ms each way does not take 40")
    lab(scratch, "delay off")
    lab(scratch, "cut h2")
    check(packets_through(scratch) == 0, "a cut cable lets packets through")
    lab(scratch, "heal h2")
    check(packets_through(scratch) == PACKETS, "packets are lost without loss")
    lab(scratch, "loss 50")
    check(0.4 * PACKETS < packets_through(scratch) < 0.6 * PACKETS, "a loss of 50 % does not lose half of the packets")
    for wrong in ("rate fast", "loss 100", "delay x", "cut h9", "exec h9 true", "fly"):
        lab(scratch, wrong, exit_code=64)


PACKETS = 2000
RECEIVE = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
s.bind(("", 9098))
open("listening", "w").close()
s.settimeout(3)
n = 0
try:
    while True:
        n += len(s.recv(16))
except TimeoutError:
    print(n)
"""
SEND = f"""
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range({PACKETS}):
    s.sendto(b"x", ("10.99.0.2", 9098))
"""


def packets_through(scratch):
    """How many of PACKETS packets from h1 arrive at h2."""
    (scratch.path / "receive.py").write_text(RECEIVE, encoding="utf-8")
    (scratch.path / "send.py").write_text(SEND, encoding="utf-8")
    (scratch.path / "listening").unlink(missing_ok=True)
    process = scratch.start(f"exec {SCRIPTS}/lab.sh exec h2 python3 receive.py")
    wait_until((scratch.path / "listening").exists, "h2 listens")
    scratch.run(f"{SCRIPTS}/lab.sh exec h1 python3 send.py")
    out, _ = process.communicate(timeout=DEADLINE)
    return int(out)


def lab_job(scratch):
    if shutil.which("mpirun") is None:
        return "no mpirun"
    lab(scratch, "run -np 4 -- ./stub --exit=0")
    check([rank[1] for rank in ranks(scratch, 4)] == ["h1", "h1", "h2", "h2"], f"hosts: {ranks(scratch, 4)}")
    lab(scratch, "run -- ./stub --exit=65", exit_code=65)
    lab(scratch, "run --pin", exit_code=64)

    def started():
        for file in scratch.path.glob("rank-*"):
            file.unlink()
        process = start(scratch, f"exec {SCRIPTS}/lab.sh run --pin -- ./stub --corpus=c")
        return process, ranks(scratch, 2)

    process, _ = started()
    process.send_signal(signal.SIGINT)
    code, err = finish(process, "lab.sh run")
    check((code, stops(scratch)) == (75, ["SIGUSR1"] * 2), f"exit code {code}, stopped by {stops(scratch)}\n{err}")
    process, found = started()
    lab(scratch, "kill h2")
    code, err = finish(process, "lab.sh run")
    check(code != 0, "a job survived the death of a host")
    wait_until(lambda: not any(is_running(int(rank[0])) for rank in found), "processes end")
    return None


if __name__ == "__main__":
    main([
        ("hosts: SIGTERM stops saved", needs_mpirun(hosts_stop)),
        ("local: exit codes and arguments", needs_mpirun(local_exit_codes)),
        ("local: Ctrl-C stops saved", needs_mpirun(local_stop(signal.SIGINT))),
        ("local: SIGTERM stops saved", needs_mpirun(local_stop(signal.SIGTERM))),
        ("local: SIGHUP stops saved", needs_mpirun(local_stop(signal.SIGHUP))),
        ("local: a signal at the start", needs_mpirun(local_stop_at_once)),
        ("local: a second signal ends the job", needs_mpirun(local_second_stop)),
        ("local: killed", needs_mpirun(local_killed)),
        ("local: usage", needs_mpirun(local_usage)),
        ("slurm: warned, saved, queued again", slurm_warning),
        ("slurm: time limit of its own, queued again", slurm_time_limit),
        ("slurm: cancelled, not queued again", slurm_cancelled),
        ("slurm: failures", slurm_failures),
        ("slurm: srun or mpirun", slurm_launcher),
        ("lab: network", in_lab(2, lab_network)),
        ("lab: jobs", in_lab(2, lab_job)),
    ])
