"""Corpora of texts, tokens, matrices and gensim's bags: what goes in comes out."""
import gc
import json
import os
import pathlib
import pickle

import numpy as np
import pandas
import pytest
import scipy.sparse

import lightlda
from lightlda import Corpus


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.int32, np.int64, np.float32, np.float64, bool])
def test_csr_round_trip(matrix, dtype):
    counts = matrix.minimum(1).astype(dtype) if dtype in (bool, np.int8) else matrix.astype(dtype)
    made = Corpus.from_csr(counts)
    assert (made.num_documents, made.num_words, made.num_tokens) == (*counts.shape, int(counts.astype(int).sum()))
    assert abs(made.to_csr() - counts.astype(np.int32)).nnz == 0
    assert made.vocabulary[:2] == ["0", "1"] and made.document_names[-1] == str(counts.shape[0] - 1)
    assert np.array_equal(made.word_frequencies, np.asarray(counts.astype(int).sum(axis=0)).ravel())
    assert np.array_equal(made.document_frequencies, np.asarray((counts.astype(int) > 0).sum(axis=0)).ravel())


def test_other_matrices(matrix):
    for other in (matrix.toarray(), matrix.tocsc(), matrix.tocoo()):
        assert Corpus.from_csr(other).checksum == Corpus.from_csr(matrix).checksum
    wide = matrix.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    assert Corpus.from_csr(wide).checksum == Corpus.from_csr(matrix).checksum


@pytest.mark.parametrize("bad, found", [(2.5, "2.5"), (-1.0, "-1"), (np.nan, "nan"), (np.inf, "inf"), (1e12, "1e+12")])
def test_what_is_no_count_is_named(bad, found):
    counts = scipy.sparse.csr_matrix(np.array([[1.0, 0, 2], [0, 3.0, bad]]))
    with pytest.raises(lightlda.BadInput, match="row 1, column 2: expected a count.*found ") as raised:
        Corpus.from_csr(counts)
    assert str(raised.value).endswith(found) and isinstance(raised.value, ValueError) and raised.value.code == 65


def test_broken_matrices_are_refused():
    class Broken:
        shape = (2, 3)
        indptr, indices, data = np.array([0, 5, 2]), np.array([0, 1], np.int32), np.array([1, 1])

        def tocsr(self):
            return self

    with pytest.raises(ValueError, match="no CSR matrix"):
        Corpus.from_csr(Broken())
    Broken.indptr, Broken.indices = np.array([0, 1, 2]), np.array([0, 7], np.int32)
    with pytest.raises(ValueError, match="row 1: column 7 of 3"):
        Corpus.from_csr(Broken())
    with pytest.raises(ValueError, match="expected 3 words"):
        Corpus.from_csr(np.ones((2, 3)), vocabulary=["a"])
    with pytest.raises(ValueError, match="no tokens"):
        Corpus.from_csr(np.zeros((2, 3)))
    with pytest.raises(TypeError):
        Corpus.from_csr(np.array([["a"]]))


def test_tokens_and_bags():
    documents = [["b", "a", "b"], [], ["c"]]
    tokens = Corpus.from_tokens(documents, ids=["x", "y", "z"])
    assert tokens.vocabulary == ["b", "a", "c"] and tokens.document_names == ["x", "y", "z"]
    assert tokens.to_csr().toarray().tolist() == [[2, 1, 0], [0, 0, 0], [0, 0, 1]]
    bags = Corpus.from_bow([[(0, 2), (1, 1)], [], [(2, 1.0)]], {0: "b", 1: "a", 2: "c"})
    assert bags.vocabulary == tokens.vocabulary and abs(bags.to_csr() - tokens.to_csr()).nnz == 0
    assert Corpus.from_bow([[(3, 1)]]).vocabulary == ["0", "1", "2", "3"]
    with pytest.raises(ValueError, match="no word 1"):
        Corpus.from_bow([[(2, 1)]], {0: "a", 2: "c"})
    with pytest.raises(TypeError, match="document 1: expected a list of words"):
        Corpus.from_tokens([["a"], "text"])


def test_texts_are_read_as_the_program_reads_them(texts, tmp_path, program):
    file = tmp_path / "in.jsonl"
    file.write_text("".join(json.dumps({"id": f"d{i}", "text": text}) + "\n" for i, text in enumerate(texts)))
    program("lightlda-preprocess", f"--input={file}", f"--output={tmp_path / 'cli'}", "--stopwords=en", "--min_df=2",
            "--max_df=0.9")
    directory = tmp_path / "python"
    ids = (f"d{i}" for i in range(len(texts)))
    made = Corpus.from_texts(iter(texts), ids, stopwords="en", min_df=2, max_df=0.9, directory=directory)
    assert made.directory == str(directory)
    assert made.checksum == Corpus.open(tmp_path / "cli").checksum
    with pytest.raises(lightlda.CannotWrite, match="python"):
        Corpus.from_texts(texts, directory=directory)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cli", "in.jsonl", "python"]


def test_stop_words_and_bounds(texts):
    made = Corpus.from_texts(texts, stopwords=["oven", "tide"], min_df=1, max_df=1.0)
    assert "oven" not in made.vocabulary and "yeast" in made.vocabulary and made.num_words == 13
    stops = sum(text.split().count(word) for text in texts for word in ("oven", "tide"))
    assert made.summary["dropped_tokens"] == {"stop word": stops}
    with pytest.raises(lightlda.UsageError):
        Corpus.from_texts(texts, stemmer="klingon")
    with pytest.raises(TypeError):
        Corpus.from_texts(texts, min_df=[1])


def test_texts_that_are_none():
    with pytest.raises(TypeError, match="text 1: expected a string, found float"):
        Corpus.from_texts(["a b c", float("nan")])
    with pytest.raises(ValueError, match="text 0: has a lone surrogate"):
        Corpus.from_texts(["\ud800"])
    with pytest.raises(TypeError, match="found one string"):
        Corpus.from_texts("a text")
    with pytest.raises(ValueError, match="`ids`"):
        Corpus.from_texts(["a", "b"], ids=["x"])


def test_metadata_of_every_type(texts):
    frame = pandas.DataFrame({
        "when": pandas.to_datetime(["2019-05-03", None, "2020-01-01"] * 30), "kind": ["a", "b", None] * 30,
        "score": [1.5, 2.0, np.nan] * 30, "title": ["one", "", "three"] * 30,
        "tags": [["x", "y"], [], ["x"]] * 30})
    made = Corpus.from_texts(texts, metadata=frame)
    back = made.metadata
    assert back["when"].tolist()[:3] == ["2019-05-03", "", "2020-01-01"]
    assert back["kind"].tolist()[:3] == ["a", "b", None]
    assert back["score"].tolist()[:2] == [1.5, 2.0] and np.isnan(back["score"][2])
    assert back["title"].tolist()[:3] == ["one", "", "three"] and back["tags"].tolist()[:3] == [["x", "y"], [], ["x"]]
    rows = ({"year": 2000 + i % 3, "kind": "a"} for i in range(len(texts)))
    assert Corpus.from_texts(texts, metadata=rows).metadata["year"].tolist()[:3] == ["2000", "2001", "2002"]
    with pytest.raises(lightlda.UsageError, match="a:b"):
        Corpus.from_texts(texts, metadata={"a:b": [1] * len(texts)})


def test_temporary_directories_go(texts, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = Corpus.from_texts(texts)
    assert len(os.listdir(tmp_path)) == 1 and made.directory is None
    model = lightlda.train(made, 3, 3)
    del made
    assert model.theta().shape == (len(texts), 3)  # the model keeps its corpus
    del model
    gc.collect()
    assert not os.listdir(tmp_path)
    with pytest.raises(TypeError):
        Corpus.from_texts([1])
    assert not os.listdir(tmp_path)


def test_pickle_and_save(corpus, texts, tmp_path):
    for made in (corpus, Corpus.from_texts(texts)):
        assert pickle.loads(pickle.dumps(made)).checksum == made.checksum
    corpus.save(tmp_path / "saved")
    opened = Corpus.open(tmp_path / "saved")
    assert opened.checksum == corpus.checksum and pickle.loads(pickle.dumps(opened)).directory == opened.directory
    with pytest.raises(lightlda.CannotWrite):
        corpus.save(tmp_path / "saved")
    with pytest.raises(lightlda.BadInput, match="absent"):
        Corpus.open(pathlib.Path("absent"))


def test_a_matrix_is_not_copied():
    """Beside the matrix and the engine's own copy of the tokens nothing of its size is made."""
    import tracemalloc

    counts = scipy.sparse.random(3000, 2000, 0.02, "csr", random_state=0)
    counts.data = np.ones(len(counts.data), np.int64)
    size = counts.data.nbytes + counts.indices.nbytes + counts.indptr.nbytes
    tracemalloc.start()
    Corpus.from_csr(counts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.3 * size
