#!/usr/bin/env python3
"""lightlda-serve: latency for one client, and documents per second beside lightlda-infer.

usage: bench/serve.py --model=MODEL --input=FILE.jsonl [--bin_dir=DIR] [--repeats=3] [--documents=5000] [--nice=0]

Latency: the 200 documents of FILE whose tokens, stop words left out, are nearest to 200, one per request over one
connection, five times; from the first byte sent to the last byte read, the client's own time included. Throughput: the
first --documents documents in requests of 100, over as many connections as there are cores, so that clients and server
share the machine; lightlda-infer reads them from a file, and its time is that of the whole program less that for one
document, which is the loading of the model. Both write JSON Lines, and the answers are compared. The two take turns;
medians of the repeats. --nice: of all that is measured, for a machine that others use.
"""
import argparse
import http.client
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADERS = {"Content-Type": "application/x-ndjson"}
PATH = "/v1/models/m:infer"
PER_REQUEST = 100


class Server:
    def __init__(self, options):
        self.process = subprocess.Popen(
            [os.path.join(options.bin_dir, "lightlda-serve"), f"--model=m={options.model}", "--listen=127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def ask(link, body):
    link.request("POST", PATH, body, HEADERS)
    answer = link.getresponse()
    data = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{answer.status}: {data[:500]}")
    return data


def infer(options, path):
    """(seconds, output)"""
    begin = time.monotonic()
    done = subprocess.run([os.path.join(options.bin_dir, "lightlda-infer"), f"--model={options.model}", f"--input={path}",
                           "--input_format=jsonl", "--format=json"], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return time.monotonic() - begin, done.stdout


def latency(server, lines, answers):
    """Milliseconds of each request; and how many tokens the documents have."""
    counts = [one["tokens"] + one["unknown"] for one in map(json.loads, answers)]
    order = sorted(range(len(lines)), key=lambda i: abs(counts[i] - 200))[:200]
    link, times = server.connect(), []
    for line in [lines[i] for i in order]:  # a first round is not counted
        ask(link, line)
    for _ in range(5):
        for line in [lines[i] for i in order]:
            begin = time.perf_counter()
            ask(link, line)
            times.append(1000 * (time.perf_counter() - begin))
    return times, [counts[i] for i in order]


def throughput(server, lines):
    """(seconds, output)"""
    requests = [b"".join(lines[i:i + PER_REQUEST]) for i in range(0, len(lines), PER_REQUEST)]
    answers, cores = [b""] * len(requests), len(os.sched_getaffinity(0))

    def client(first):
        link = server.connect()
        for i in range(first, len(requests), cores):
            answers[i] = ask(link, requests[i])

    threads = [threading.Thread(target=client, args=(first,)) for first in range(cores)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begin, b"".join(answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--input", required=True)
    parser.add_argument("--bin_dir", default=os.path.join(ROOT, "build/release/bin"))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--nice", type=int, default=0)
    options = parser.parse_args()
    os.nice(options.nice)
    with open(options.input, "rb") as file, tempfile.TemporaryDirectory() as scratch:
        # Documents without an id have their numbers, which requests begin anew.
        lines = [json.dumps({"id": f"d{i}", "text": json.loads(line)["text"]}).encode() + b"\n"
                 for i, line in zip(range(options.documents), file)]
        all_of, one = os.path.join(scratch, "all.jsonl"), os.path.join(scratch, "one.jsonl")
        with open(all_of, "wb") as out:
            out.writelines(lines)
        with open(one, "wb") as out:
            out.write(lines[0])
        server = Server(options)
        rates, ratios, medians, p99s = {"infer": [], "serve": []}, [], [], []
        for _ in range(options.repeats):
            whole, expected = infer(options, all_of)
            ours = len(lines) / (whole - infer(options, one)[0])
            seconds, answers = throughput(server, lines)
            if answers != expected:
                raise SystemExit("the answers differ")
            rates["infer"].append(ours)
            rates["serve"].append(len(lines) / seconds)
            ratios.append(rates["serve"][-1] / ours)
            times, counts = latency(server, lines, expected.splitlines())
            times.sort()
            medians.append(statistics.median(times))
            p99s.append(times[len(times) * 99 // 100])
        server.stop()
    print(f"latency of {len(times)} requests, documents of {min(counts)} to {max(counts)} tokens: "
          f"median {statistics.median(medians):.2f} ms, 99 % {statistics.median(p99s):.2f} ms "
          f"({min(p99s):.2f} to {max(p99s):.2f})")
    print(f"documents per second: lightlda-infer {statistics.median(rates['infer']):.0f}, lightlda-serve "
          f"{statistics.median(rates['serve']):.0f}, ratio {statistics.median(ratios):.2f} "
          f"({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
