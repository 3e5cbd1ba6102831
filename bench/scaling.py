#!/usr/bin/env python3
"""The tables of docs/lab/007-scaling-model.md: what the scaling model predicts, beside what runs in the lab take.

  bench/scaling.py measure --bin_dir=DIR --corpus=CORPUS --num_topics=1000 --output=FILE   (as root; minutes)
  bench/scaling.py compare --bin_dir=DIR FILE...
  bench/scaling.py processors --bin_dir=DIR --corpus=CORPUS --num_topics=1000      (as root; minutes)
  bench/scaling.py paper --bin_dir=DIR

measure trains on 1, 2 and 4 hosts of scripts/lab.sh, one thread each, at several rates of their links, and writes a
JSON object a run. compare prints each run beside the prediction for it: the model's constants times one factor, by
which this machine's core is slower or busier, taken from the run of one host. Where hosts share a core, each is
slower by as much. processors compares the processor time of an iteration, all processes together, which is there to be
measured on a busy machine, too: the difference of two runs that differ by so many iterations. paper prints the predictions for the LightLDA paper's job.
"""
import argparse
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

LAB = pathlib.Path(__file__).resolve().parents[1] / "scripts" / "lab.sh"
GBITS = {"off": 0, "10gbit": 10, "1gbit": 1, "100mbit": 0.1, "10mbit": 0.01}
SETTLED = 8  # last iterations that are measured


def lab(*arguments, check=True):
    return subprocess.run([LAB, *arguments], check=check, env=dict(os.environ, LIGHTLDA_LAB="scaling"))


def training(arguments, staleness, iterations, model):
    return [f"{arguments.bin_dir}/lightlda", f"--corpus={arguments.corpus}", f"--model={model}", "--overwrite",
            f"--num_topics={arguments.num_topics}", f"--alpha={50 / arguments.num_topics}",
            f"--num_iterations={iterations}", f"--staleness={staleness}", "--num_threads=1",
            "--likelihood_interval=0", "--preview_interval=0", "--memory_budget=0"]


def train(arguments, processes, staleness, model):
    """What metrics.jsonl says of the settled iterations, on average or in the median."""
    lab("run", "--pin", "-np", str(processes), "--", *training(arguments, staleness, arguments.iterations, model))
    lines = [json.loads(line) for line in open(f"{model}/metrics.jsonl", encoding="utf-8")][-SETTLED:]
    result = {"seconds": statistics.median(line["active_tokens"] / line["tokens_per_second"] for line in lines),
              "tokens": lines[-1]["active_tokens"]}
    for key in ("exchanged_bytes_per_token", "waiting_share"):
        result[key] = statistics.mean(line.get(key, 0) for line in lines)
    return result


def measure(arguments):
    with tempfile.TemporaryDirectory() as scratch, open(arguments.output, "a", encoding="utf-8") as output:
        for processes in arguments.processes:
            lab("up", str(processes))
            try:
                for rate in arguments.rates if processes > 1 else ["off"]:
                    lab("rate", rate)
                    for staleness in arguments.staleness if processes > 1 else [0]:
                        run = {"corpus": arguments.corpus, "num_topics": arguments.num_topics,
                               "processes": processes, "rate": rate, "staleness": staleness,
                               "cores": os.cpu_count()}
                        run.update(train(arguments, processes, staleness, f"{scratch}/model"))
                        output.write(json.dumps(run) + "\n")
                        output.flush()
            finally:
                lab("down")


# Runs a program and appends the processor seconds it took to a file.
TIMED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, file=open(sys.argv[1], "a"))
sys.exit(code)
"""
EXTRA = 20  # iterations by which two runs differ


def processor_seconds(arguments, processes, staleness, iterations, scratch):
    times = pathlib.Path(scratch) / "times"
    times.unlink(missing_ok=True)
    lab("run", "--pin", "-np", str(processes), "--", sys.executable, "-c", TIMED, times,
        *training(arguments, staleness, iterations, f"{scratch}/model"))
    return sum(float(line) for line in times.read_text(encoding="utf-8").split())


def processors(arguments):
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        lab("up", str(max(arguments.processes)))
        try:
            for processes, staleness in itertools.product(arguments.processes, arguments.staleness):
                few, many = (processor_seconds(arguments, processes, staleness, iterations, scratch)
                             for iterations in (arguments.iterations, arguments.iterations + EXTRA))
                measured = (many - few) / EXTRA
                found = predict(arguments, corpus=arguments.corpus, num_topics=arguments.num_topics,
                                workers=processes, staleness=staleness)
                expected = processes * sum(found[part] for part in ("sampling_seconds", "row_seconds", "shard_seconds"))
                rows.append([processes, staleness, f"{expected:.3f}", f"{measured:.3f}", f"{expected / measured:.2f}"])
        finally:
            lab("down")
    table(["processes", "staleness", "predicted s", "measured s", "ratio"], rows)


def predict(arguments, **flags):
    command = [f"{arguments.bin_dir}/lightlda-scaling"] + [f"--{name}={value}" for name, value in flags.items()]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def predict_run(arguments, run, slowdown):
    shared = max(1, run["processes"] / run["cores"])
    return predict(arguments, corpus=run["corpus"], num_topics=run["num_topics"], workers=run["processes"],
                   staleness=run["staleness"], gbits=GBITS[run["rate"]], slowdown=slowdown * shared)


def compare(arguments):
    runs = [json.loads(line) for file in arguments.files for line in open(file, encoding="utf-8")]
    groups = {}
    for run in runs:
        groups.setdefault((run["corpus"], run["num_topics"]), []).append(run)
    for (corpus, num_topics), members in groups.items():
        alone = [run for run in members if run["processes"] == 1]
        if not alone:
            sys.exit(f"scaling.py: no run of one host for {corpus}, K = {num_topics}")
        seconds = statistics.median(run["seconds"] for run in alone)
        slowdown = seconds / predict_run(arguments, alone[0], 1)["seconds"]
        print(f"**{pathlib.Path(corpus).name}, K = {num_topics:,}**; one host: {seconds:.3f} s an iteration, "
              f"{slowdown:.2f} times what the constants say.\n")
        rows = []
        for run in members:
            if run["processes"] == 1:
                continue
            found = predict_run(arguments, run, slowdown)
            rows.append([run["processes"], run["rate"], run["staleness"],
                         f"{found['seconds']:.3f}", f"{run['seconds']:.3f}",
                         f"{found['seconds'] / run['seconds']:.2f}", found["limit"],
                         f"{found['wire_bytes_per_token']:.3f}", f"{run['exchanged_bytes_per_token']:.3f}",
                         f"{run['waiting_share']:.2f}"])
        table(["hosts", "link", "staleness", "predicted s", "measured s", "ratio", "limit", "predicted bytes per token",
               "measured", "waiting"], rows)


def paper(arguments):
    """200 billion tokens, 1 M words, 1 M topics; machines of 20 cores, one process each."""
    rows = []
    for machines, staleness, mh_steps in itertools.product((8, 24), (0, 1), (1, 2)):
        # As many slices as keep ten of them below 320 MB.
        slow, fast = (predict(arguments, num_topics=1000000, workers=machines, num_threads=20, gbits=gbits,
                              staleness=staleness, mh_steps=mh_steps, slices=256) for gbits in (10, 25))
        rows.append([machines, staleness, mh_steps, f"{slow['seconds']:.0f}", f"{fast['seconds']:.0f}",
                     f"{slow['tokens_per_second'] / 1e9:.2f}", f"{slow['sampling_seconds']:.0f}",
                     f"{slow['row_seconds']:.0f}", f"{slow['shard_seconds']:.0f}",
                     f"{slow['network_seconds']:.0f}", f"{fast['network_seconds']:.0f}",
                     f"{(slow['pushed_bytes'] + slow['pulled_bytes']) / 1e9:.1f}",
                     f"{slow['worker_memory_bytes'] / 1e9:.0f}", slow["limit"]])
    table(["machines", "staleness", "proposals", "seconds per iteration, 10 Gbit/s", "25", "Gtokens/s", "sampling s",
           "rows s", "shard s", "network s, 10 Gbit/s", "25", "GB exchanged per machine", "GB of memory per machine",
           "limit"], rows)


def numbers(text):
    return [int(number) for number in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("measure", "compare", "processors", "paper"):
        command = commands.add_parser(name)
        command.add_argument("--bin_dir", required=True, type=os.path.abspath)
        if name == "compare":
            command.add_argument("files", nargs="+")
        if name in ("measure", "processors"):
            command.add_argument("--corpus", required=True, type=os.path.abspath)
            command.add_argument("--num_topics", type=int, default=1000)
            command.add_argument("--iterations", type=int, default=12, help="over all documents, after growth")
            command.add_argument("--processes", type=numbers, default=[1, 2, 4])
            command.add_argument("--staleness", type=numbers, default=[0, 1])
        if name == "measure":
            command.add_argument("--rates", type=lambda text: text.split(","), default=["off", "1gbit", "100mbit"])
            command.add_argument("--output", required=True)
    arguments = parser.parse_args()
    {"measure": measure, "compare": compare, "processors": processors, "paper": paper}[arguments.command](arguments)


if __name__ == "__main__":
    main()
