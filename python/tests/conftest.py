"""Documents with planted themes, and the programs to compare with."""
import os
import pathlib
import subprocess

import numpy as np
import pytest
import scipy.sparse

import lightlda

THEMES = [["dough", "oven", "flour", "yeast", "crust"], ["sail", "anchor", "harbour", "tide", "mast"],
          ["comet", "orbit", "galaxy", "star", "moon"]]


def theme_texts(num_documents=90, num_tokens=40, seed=0):
    """A document has words of one theme; document d of theme d % 3."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(THEMES[d % 3], num_tokens)) for d in range(num_documents)]


@pytest.fixture(scope="session")
def texts():
    return theme_texts()


@pytest.fixture(scope="session")
def matrix():
    """Counts [400, 120] of five topics that overlap."""
    rng = np.random.default_rng(7)
    phi = rng.dirichlet(np.full(120, 0.1), 5)
    theta = rng.dirichlet(np.full(5, 0.2), 400)
    counts = rng.poisson(50 * theta @ phi)
    return scipy.sparse.csr_matrix(counts)


@pytest.fixture(scope="session")
def corpus(matrix):
    return lightlda.Corpus.from_csr(matrix)


@pytest.fixture(scope="session")
def model(corpus):
    return lightlda.train(corpus, num_topics=6, num_iterations=30)


@pytest.fixture(scope="session")
def program():
    """Runs a program of lightlda; returns its stdout."""
    bin_dir = os.environ.get("LIGHTLDA_BIN_DIR", "")
    if not (pathlib.Path(bin_dir) / "lightlda").is_file():
        pytest.skip("LIGHTLDA_BIN_DIR has no programs")

    def run(name, *arguments):
        done = subprocess.run([os.path.join(bin_dir, name), *map(str, arguments)], capture_output=True, text=True,
                              check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def write_ldac(tmp_path):
    def write(matrix):
        path = tmp_path / "documents.ldac"
        rows = []
        for row in range(matrix.shape[0]):
            part = slice(matrix.indptr[row], matrix.indptr[row + 1])
            pairs = [f"{w}:{c}" for w, c in zip(matrix.indices[part], matrix.data[part])]
            rows.append(" ".join([str(len(pairs)), *pairs]))
        path.write_text("\n".join(rows) + "\n")
        vocabulary = tmp_path / "words.txt"
        vocabulary.write_text("".join(f"{w}\n" for w in range(matrix.shape[1])))
        return path, vocabulary

    return write
