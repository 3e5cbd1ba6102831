"""The notebooks of docs/notebooks run from the first cell to the last."""
import os
import pathlib

import pytest

import lightlda

nbclient = pytest.importorskip("nbclient", reason="needs python3-nbclient and python3-ipykernel")
nbformat = pytest.importorskip("nbformat", reason="needs python3-nbformat")
pytest.importorskip("ipykernel", reason="needs python3-ipykernel")
pytest.importorskip("sklearn")
pytest.importorskip("gensim")

NOTEBOOKS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "notebooks"


@pytest.fixture(autouse=True)
def same_package(monkeypatch):
    """Kernels, which run in the notebooks' folder, import the package that is tested."""
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(os.path.dirname(os.path.abspath(lightlda.__file__))))


def run(name):
    """[text of each code cell's outputs], and the last output."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells), "is kept without outputs"
    client = nbclient.NotebookClient(notebook, timeout=500, kernel_name="python3",
                                     resources={"metadata": {"path": str(NOTEBOOKS)}})
    client.execute()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    texts = ["".join(output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in cell)
             for cell in outputs]
    return texts, outputs[-1][-1]


def test_all_are_tested():
    assert {path.name for path in NOTEBOOKS.iterdir()} == {"texts-to-report.ipynb", "matrix-and-sklearn.ipynb"}


def test_texts_to_report():
    texts, last = run("texts-to-report.ipynb")
    assert texts[0].startswith("9127 ") and "9,127 documents" in texts[1]
    topics = [line.split()[2:] for line in texts[2].splitlines()]
    assert len(topics) == 40 and all(len(words) == 7 for words in topics)
    groups = {word for words in topics for word in words}
    assert {"game", "xml"} <= groups  # what the packages are about
    assert "left out: nothing" in texts[-1]
    # The page is shown in a frame; what other frontends show is one line.
    assert last["data"]["text/html"].startswith("<iframe srcdoc=") and len(last["data"]["text/html"]) > 100_000
    assert "lightlda report" in last["data"]["text/plain"]


def test_matrix_and_sklearn():
    texts, last = run("matrix-and-sklearn.ipynb")
    likelihoods = [float(line) for line in texts[2].split()]
    assert likelihoods[-1] > likelihoods[0] and likelihoods[-1] - likelihoods[-2] < 0.002  # it has settled
    score, larger = (float(part.split()[0]) for part in texts[3].split(", "))
    assert score > larger
    assert "lightlda__n_components" in texts[4] and last["data"]["text/plain"].startswith("[('")
