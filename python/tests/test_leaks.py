"""Memory: of a thousand calls that are interrupted, fail or are repeated, and of a matrix."""
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import lightlda
from lightlda import Corpus


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def interrupt(*_):
    raise KeyboardInterrupt


def interrupted(corpus):
    """Whether an interrupt ended the training, at any of its points."""
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.006)
        lightlda.train(corpus, 6, 5000, num_threads=1)
        return False
    except KeyboardInterrupt:
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def failed(corpus, path):
    model = lightlda.train(corpus, 6, 1, num_threads=1)
    with pytest.raises(ZeroDivisionError):
        model.train(5, callback=lambda metrics: 1 / 0, num_threads=1)
    for call in (lambda: lightlda.train(corpus, 1), lambda: lightlda.train(corpus, 6, alpha=-1.0),
                 lambda: Corpus.from_csr(np.full((9, 400), -1)), lambda: model.infer(np.full((2, 120), 0.5)),
                 lambda: lightlda.Model.load(path), lambda: model.groups("color"), lambda: model.report(path, bin="x")):
        with pytest.raises(lightlda.Error):
            call()


def repeated(corpus):
    model = lightlda.train(corpus, 6, 2, num_threads=1)
    model.theta(), model.phi(), model.infer(np.ones((2, 120), int), num_threads=1), model.topics(5)
    model.counts, model.document_counts(), model.assignments(), model.diagnostics(num_threads=1)
    model.train(1, num_threads=1)


def test_a_thousand_calls_do_not_leak(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    calls = [lambda: interrupted(corpus), lambda: failed(corpus, tmp_path / "absent"), lambda: repeated(corpus)]
    old = signal.signal(signal.SIGALRM, interrupt)
    try:
        curve, ended = [], 0
        for i in range(1000):
            ended += bool(calls[i % 3]())
            if i % 20 == 19:
                curve.append(resident())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert ended > 300
    # The line through the curve, after the first fifth, in which pools fill: what a thousand calls would add.
    late = np.array(curve[10:])
    slope = np.polyfit(np.arange(len(late)) * 20, late, 1)[0]
    assert slope * 1000 < 6 << 20, f"{slope:.0f} bytes per call: {[size >> 20 for size in curve]}"


PEAK = """
import sys, numpy as np, scipy.sparse, lightlda
rng = np.random.default_rng(0)
documents, length = 20000, 250
indices = rng.integers(0, 8000, documents * length, dtype=np.int32)
matrix = scipy.sparse.csr_matrix((np.ones(len(indices), np.int64), indices, np.arange(documents + 1) * length), (documents, 8000))
lightlda.Corpus.from_csr(matrix[:10])  # what is loaded when it is first used
def status(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))
with open("/proc/self/clear_refs", "w") as peak:
    peak.write("5")
before = status("VmRSS:")
corpus = lightlda.Corpus.from_csr(matrix)
print(status("VmHWM:") - before, matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes, corpus.num_tokens)
"""


def test_a_matrix_is_read_where_it_is():
    """The peak is 1.3 times the matrix, beside the engine's own: the corpus, and the tokens of which that is made."""
    if not os.access("/proc/self/clear_refs", os.W_OK):
        pytest.skip("the system does not tell the peak of memory")
    done = subprocess.run([sys.executable, "-B", "-c", PEAK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    grown, matrix, tokens = map(int, done.stdout.split())
    own = 2 * 4 * tokens + 20000 * 100  # include/lightlda/corpus_builder.h
    assert grown < own + 0.3 * matrix, (grown, own, matrix)
