"""Programs of others that read what we write: NumPy, SciPy, pandas, gensim, R. Tests skip those that are absent."""
import importlib
import importlib.util
import os
import subprocess
import sys

from cli_test import Failure, read_json_lines
import models

SYSTEM_PYTHON = "/usr/bin/python3"  # the one that Debian's python3-numpy and so on belong to


def use_system_python():
    """Goes on in the system's Python if this one has no NumPy and that one has."""
    if importlib.util.find_spec("numpy") or os.path.realpath(sys.executable) == os.path.realpath(SYSTEM_PYTHON):
        return
    found = subprocess.run([SYSTEM_PYTHON, "-c", "import numpy"], check=False, capture_output=True) \
        if os.path.exists(SYSTEM_PYTHON) else None
    if found is not None and found.returncode == 0:
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, "-B", *sys.argv])


def needs(*names):
    """Decorates a test(scratch, *modules): skipped where one of the modules is absent."""
    def decorate(test):
        def run(scratch):
            modules = []
            for name in names:
                try:
                    modules.append(importlib.import_module(name))
                except ImportError:
                    return f"{name} is not installed (python3-{name.split('.')[0]})"
            try:
                return test(scratch, *modules)
            except Failure:
                raise
            except Exception as error:  # of a reader, which does not take the file  # pylint: disable=broad-except
                raise Failure(f"{type(error).__name__}: {error}") from error
        run.__name__ = test.__name__
        return run
    return decorate


class Truth:
    """What a model holds, counted from the topics of its tokens: lists and dictionaries of plain Python."""

    def __init__(self, scratch, model="model"):
        manifest = models.manifest(scratch, model)
        self.num_topics = manifest["num_topics"]
        alpha = manifest["alpha"]
        self.alpha = alpha if isinstance(alpha, list) else [alpha] * self.num_topics
        self.beta = manifest["beta"]
        self.hash = manifest["model_hash"]
        self.words = models.words(scratch, model)
        scratch.must(f"lightlda-dump assignments --format=json --model={model} --output=truth.jsonl --overwrite")
        self.names = [document["document"] for document in read_json_lines(scratch.path / "truth.jsonl")]
        self.documents = [pairs for _, pairs in models.assignments(scratch, model)]  # [(word id, topic)]
        self.n_kw = [[0] * len(self.words) for _ in range(self.num_topics)]
        self.n_dk = [[0] * self.num_topics for _ in self.documents]
        for row, pairs in zip(self.n_dk, self.documents):
            for word, topic in pairs:
                self.n_kw[topic][word] += 1
                row[topic] += 1

    def phi(self):
        return [[(n + self.beta) / (sum(row) + self.beta * len(row)) for n in row] for row in self.n_kw]

    def theta(self):
        total = sum(self.alpha)
        return [[(n + a) / (sum(row) + total) for n, a in zip(row, self.alpha)] for row in self.n_dk]
