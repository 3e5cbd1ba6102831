"""The systems that bench/compare.py sets side by side: how each is called and what it prints.

A run is one training on one thread with fixed seed, so that it takes the same steps every time: its
likelihoods come from a run that computes them after every iteration, its seconds from runs that compute none.
Words are named w1, w2, ...: the corpus's word ids, from 1.
"""
import json
import os
import re
import shlex
import subprocess
import sys

BETA = 0.01
SEED = 1


def fail(message):
    sys.exit(f"compare.py: {message}")


class Run:
    """One training: one line per iteration over all documents."""

    def __init__(self):
        self.seconds = []      # cumulative seconds of training, [iterations]
        self.likelihoods = []  # joint log-likelihood per token or None, [iterations]

    def add(self, seconds, likelihood):
        self.seconds.append(seconds)
        self.likelihoods.append(likelihood)

    def first_at(self, target):
        """The first iteration, from 1, whose likelihood is at least `target`; None: never."""
        return next((i + 1 for i, value in enumerate(self.likelihoods)
                     if value is not None and value >= target), None)


def execute(command, wrap="", environment=None):
    """Standard output of a command, put behind the words of `wrap`."""
    words = shlex.split(wrap) + [str(word) for word in command]
    process = subprocess.run(words, capture_output=True, text=True, check=False,
                             env={**os.environ, **(environment or {})})
    if process.returncode != 0:
        fail(f"{' '.join(words)}: exit {process.returncode}\n{process.stderr[-2000:]}")
    return process.stdout


class Ours:
    """lightlda as it trains by default, on one thread."""
    name = "lightlda"

    def __init__(self, bin_dir):
        self.bin_dir = bin_dir

    def program(self, name):
        return os.path.join(self.bin_dir, name)

    def run(self, corpus, topics, iterations, wrap, model, likelihoods=False, seed=SEED, flags=()):
        """Trains `iterations` full iterations; returns the run over all documents and all metrics."""
        execute([self.program("lightlda"), f"--corpus={corpus}", f"--model={model}", "--overwrite",
                 f"--num_topics={topics}", f"--alpha={50 / topics}", f"--beta={BETA}", f"--seed={seed}",
                 f"--num_iterations={iterations}", "--num_threads=1", "--preview_interval=0",
                 "--memory_budget=0", f"--likelihood_interval={int(likelihoods)}", *flags], wrap)
        with open(os.path.join(model, "metrics.jsonl"), encoding="utf-8") as lines:
            metrics = [json.loads(line) for line in lines]
        run = Run()
        for line in metrics:
            if line["active_documents"] == metrics[-1]["active_documents"]:
                run.add(line["seconds"], line.get("log_likelihood_per_token"))
        return run, metrics

    def complete(self, heldout, *flags):
        """Held-out log-likelihood per token of a model (--model=...) or a table (--word_topic=...)."""
        out = execute([self.program("lightlda-completion"), f"--heldout={heldout}", *flags])
        return json.loads(out)["completion_log_likelihood_per_token"]


class Peer:
    """Another system, whose programs are in `root` (bench/peers/README.md)."""
    LINE = re.compile(r"^iter \d+ train_s (\S+)(?: ll (\S+))?$")
    environment = {}

    def __init__(self, root):
        self.root = root

    def program(self, name):
        return os.path.join(self.root, "bin", name)

    def prepare(self, folder):
        """Makes the system's own form of folder/text.txt, if it has one."""

    def command(self, folder, topics, iterations, likelihoods, dump):
        """dump: file for the topics of all tokens, or None."""
        raise NotImplementedError

    def parse(self, text):
        run = Run()
        for line in text.splitlines():
            found = self.LINE.match(line)
            if found:
                run.add(float(found.group(1)), float(found.group(2)) if found.group(2) else None)
        return run

    def run(self, folder, topics, iterations, wrap, likelihoods=False, dump=None):
        command = self.command(folder, topics, iterations, likelihoods, dump)
        run = self.parse(execute(command, wrap, self.environment))
        if len(run.seconds) != iterations:
            fail(f"{self.name}: expected {iterations} iterations, found {len(run.seconds)} in its output")
        return run

    def documents(self, dump, folder):
        """Documents of a dump as lists of (word id from 0, topic)."""
        del folder
        with open(dump, encoding="ascii") as lines:
            for line in lines:
                pairs = (field.split(":") for field in line.split())
                yield [(int(word[1:]) - 1, int(topic)) for word, topic in pairs]


class WarpLda(Peer):
    """Its likelihood is part of every pass and of its own seconds; the variant without has none."""
    name = "WarpLDA"
    environment = {"OMP_NUM_THREADS": "1"}
    LINE = re.compile(r"^Iteration \d+, (\S+) s, .*log_likelihood \(per token\) (\S+)")

    def prepare(self, folder):
        if not os.path.exists(f"{folder}/warplda.vocab"):
            execute([self.program("warplda_format"), "-input", f"{folder}/text.txt", "-prefix", f"{folder}/warplda"])

    def command(self, folder, topics, iterations, likelihoods, dump):
        # A likelihood is summed up while its pass samples: about half an iteration old.
        program = "warplda" if likelihoods else "warplda_no_likelihood"
        output = ["--dumpz", f"--z={dump}"] if dump else ["--nodumpz"]
        return [self.program(program), f"--prefix={folder}/warplda", f"--k={topics}", f"--niter={iterations}",
                "--alpha=50", f"--beta={BETA}", "--nodumpmodel", "--nowriteinfo", *output]

    def parse(self, text):
        run, total = Run(), 0.0
        for line in text.splitlines():
            found = self.LINE.match(line)
            if found:
                total += float(found.group(1))
                likelihood = float(found.group(2))
                run.add(total, likelihood if likelihood < 0 else None)
        return run

    def documents(self, dump, folder):
        """A line: the number of tokens, then WORD:TOPIC with words by their line in warplda.vocab."""
        with open(f"{folder}/warplda.vocab", encoding="ascii") as lines:
            words = [int(line[1:]) - 1 for line in lines]
        with open(dump, encoding="ascii") as lines:
            for line in lines:
                pairs = (field.split(":") for field in line.split()[1:])
                yield [(words[int(word)], int(topic)) for word, topic in pairs]


class Mallet(Peer):
    """SparseLDA; seconds without likelihoods by our driver."""
    name = "Mallet"

    def java(self, *arguments):
        # One thread of its own, so the collector without threads; all the memory it may want.
        return ["java", "-Xmx8g", "-XX:+UseSerialGC", "-Djava.awt.headless=true",
                "-cp", f"{self.root}/mallet/classes:{self.root}/mallet/*", *arguments]

    def prepare(self, folder):
        if not os.path.exists(f"{folder}/mallet.bin"):
            execute(self.java("cc.mallet.classify.tui.Csv2Vectors", "--input", f"{folder}/text.txt", "--output",
                              f"{folder}/mallet.bin", "--keep-sequence", "--preserve-case", "--token-regex", r"\S+"))

    def command(self, folder, topics, iterations, likelihoods, dump):
        return self.java("MalletRun", f"{folder}/mallet.bin", topics, iterations, 50 / topics, BETA, SEED,
                         int(likelihoods), dump or "-")


class Tomotopy(Peer):
    """Exact dense Gibbs sampling, vectorised; seconds without likelihoods by our driver."""
    name = "tomotopy"

    def command(self, folder, topics, iterations, likelihoods, dump):
        return [self.program("tomotopy_run"), f"{folder}/text.txt", topics, iterations, 50 / topics, BETA, SEED,
                int(likelihoods), dump or "-"]


def all_peers(root):
    return {peer.name: peer(root) for peer in (WarpLda, Mallet, Tomotopy)}
