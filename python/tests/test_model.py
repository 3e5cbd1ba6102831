"""Models: views, probabilities, tables and scores, recomputed with NumPy."""
import gc
import itertools
import json
import os
import pickle

import numpy as np
import pytest

import lightlda
from lightlda import Corpus, Model


def counts_of(model):
    return model.counts.toarray().astype(np.int64)


def test_views_outlive_the_model(corpus):
    model = lightlda.train(corpus, 4, 5)
    views = [model.alpha, model.topic_totals, model.word_frequencies, model.counts.data, model.counts.indices,
             model.document_lengths, model.document_counts().data]
    again = [model.alpha, model.topic_totals, model.word_frequencies, model.counts.data, model.counts.indices,
             model.document_lengths, model.document_counts().data]
    for view, other in zip(views, again):
        assert np.shares_memory(view, other) and not view.flags.owndata and not view.flags.writeable
    kept = [view.copy() for view in views]
    del model, again
    gc.collect()
    junk = [np.full(1 << 16, 7) for _ in range(20)]
    assert all(np.array_equal(view, copy) for view, copy in zip(views, kept)) and junk


def test_counts_and_phi(model, matrix):
    counts = counts_of(model)
    assert counts.shape == (6, 120) and np.array_equal(counts.sum(axis=0), np.asarray(matrix.sum(axis=0)).ravel())
    assert np.array_equal(counts.sum(axis=1), model.topic_totals) and counts.sum() == model.num_tokens
    expected = (counts + model.beta) / (counts.sum(axis=1, keepdims=True) + model.beta * 120)
    assert np.abs(model.phi(np.float64) - expected).max() < 1e-15
    assert model.phi().dtype == np.float32 and np.abs(model.phi() - expected).max() < 1e-7
    assert np.array_equal(model.phi(topics=[2, 0]), model.phi()[[2, 0]])
    assert np.abs(model.phi(np.float64).sum(axis=1) - 1).max() < 1e-12
    with pytest.raises(lightlda.UsageError, match="`dtype`"):
        model.phi(np.int32)


def test_theta(model, matrix):
    n_dk = model.document_counts().toarray()
    lengths = np.asarray(matrix.sum(axis=1)).ravel()
    assert np.array_equal(n_dk.sum(axis=1), lengths) and np.array_equal(model.document_lengths, lengths)
    assert np.array_equal(n_dk.sum(axis=0), model.topic_totals)
    expected = (n_dk + model.alpha) / (lengths[:, None] + model.alpha.sum())
    assert np.abs(model.theta(np.float64) - expected).max() < 1e-15
    assert np.abs(model.theta().astype(float).sum(axis=1) - 1).max() < 1e-6
    assert np.array_equal(model.theta(documents=[3, 1]), model.theta()[[3, 1]])
    shares = model.theta(np.float64, dense=False)
    assert np.abs(shares.toarray() - n_dk / np.maximum(lengths, 1)[:, None]).max() < 1e-15
    begins, words, topics = model.assignments()
    assert np.array_equal(np.diff(begins), lengths)
    rows = np.repeat(np.arange(400), lengths)
    recounted = np.zeros_like(n_dk)
    np.add.at(recounted, (rows, topics), 1)
    assert np.array_equal(recounted, n_dk) and np.array_equal(np.bincount(words, minlength=120), model.word_frequencies)
    short = lightlda.train(Corpus.from_csr(np.array([[1, 2], [0, 0], [5, 1]])), 2, 3)
    n_dk = short.document_counts().toarray()
    assert np.allclose(short.theta(dense=False).toarray(), n_dk / np.array([[3], [1], [6]]))
    assert np.allclose(short.theta()[1], short.alpha / short.alpha.sum())
    assert model.document_names[:2] == ["0", "1"] and np.array_equal(model.document_ids, np.arange(400))


def test_topics(model):
    phi = model.phi(np.float64)
    for k, topic in enumerate(model.topics(5)):
        assert [p for _, p in topic] == sorted(phi[k])[:-6:-1]
        assert all(phi[k, int(word)] == p for word, p in topic)
    share = np.maximum(model.word_frequencies, 1) / model.num_tokens
    for k, topic in enumerate(model.topics(3, "relevance", 0.3, min_count=1)):
        relevance = 0.3 * np.log(phi[k]) + 0.7 * np.log(phi[k] / share)
        relevance[counts_of(model)[k] == 0] = -np.inf
        assert np.allclose([value for _, value in topic], np.sort(relevance)[:-4:-1])
    frame = model.topics_frame(2)
    assert frame.shape == (12, 6) and frame["rank"].tolist()[:3] == [1, 2, 1]
    with pytest.raises(lightlda.UsageError, match="`weight`"):
        model.topics(3, "best")


def test_themes_are_found(texts):
    model = lightlda.train(Corpus.from_texts(texts), 3, 50)
    from conftest import THEMES

    assert {frozenset(word for word, _ in topic) for topic in model.topics(5)} == set(map(frozenset, THEMES))
    theta, unknown = model.infer(["Oven, dough; and ZEBRAS", "a comet", ""], return_unknown=True)
    topic_of = {word: k for k, topic in enumerate(model.topics(5)) for word, _ in topic}
    assert theta.argmax(axis=1)[:2].tolist() == [topic_of["oven"], topic_of["comet"]]
    assert unknown.tolist() == [2, 0, 0] and np.allclose(theta[2], model.alpha / model.alpha.sum())
    assert model.coherence("c_npmi") > 0.5 and model.coherence("c_v", texts=[t.split() for t in texts]) > 0.5


def test_inference_does_not_depend_on_the_batch(model, matrix):
    theta = model.infer(matrix, dtype=np.float64)
    assert np.abs(theta.sum(axis=1) - 1).max() < 1e-12
    assert np.array_equal(theta[[5, 2]], model.infer(matrix[[5, 2]], dtype=np.float64, num_threads=1))
    tokens = [list(itertools.chain.from_iterable([str(w)] * c for w, c in enumerate(row) if c))
              for row in matrix[:3].toarray()]
    assert np.array_equal(theta[:3], model.infer(tokens, dtype=np.float64))
    assert np.array_equal(theta[:3], model.infer(matrix[:3].toarray().astype(float), dtype=np.float64))
    for wrong, error in [("text", TypeError), ([["a"], "b"], TypeError), (["a text"], lightlda.BadInput),
                         (matrix[:, :5], lightlda.BadInput), (matrix[:2] * 0.5, lightlda.BadInput),
                         (-matrix[:2], lightlda.BadInput), (-1.0 * matrix[:2], lightlda.BadInput)]:
        with pytest.raises(error):
            model.infer(wrong)
    assert model.infer([]).shape == (0, 6)


def hellinger(a, b):
    return np.sqrt(np.maximum(0, 1 - np.sqrt(a / a.sum()) @ np.sqrt(b / b.sum())))


def test_similar_and_compare(model, corpus):
    counts = counts_of(model)
    for row in model.similar(3).itertuples():
        assert abs(row.hellinger - hellinger(counts[row.topic], counts[row.neighbour])) < 1e-7
    itself = model.compare(model)
    assert itself["topic"].tolist() == itself["other_topic"].tolist() == list(range(6))
    assert (itself["kind"] == "matched").all() and itself.attrs["stability"] == 1
    order = [3, 1, 4, 0, 5, 2]
    permuted = Model.from_counts(counts[order], model.vocabulary, np.array(model.alpha)[order], model.beta)
    assert model.compare(permuted)["other_topic"].tolist() == [order.index(k) for k in range(6)]
    merged = model.merge_topics([[1, 4]])
    assert merged.num_topics == 5 and np.array_equal(counts_of(merged)[1], counts[1] + counts[4])


def test_document_tables(model):
    theta, n_dk = model.theta(np.float64), model.document_counts().toarray()
    for k, rows in model.top_documents(4, min_document_tokens=0).groupby("topic"):
        assert np.allclose(rows["share"], np.sort(theta[:, k])[:-5:-1])
        assert np.allclose(rows["share"], theta[rows["document"], k])
    shares = n_dk / n_dk.sum(axis=1, keepdims=True)
    has = shares >= 0.05
    for row in model.correlation().itertuples():
        assert row.documents == (has[:, row.topic_a] & has[:, row.topic_b]).sum()
    table = model.diagnostics()
    assert np.array_equal(table["tokens"], model.topic_totals)
    assert np.array_equal(table["documents"], (n_dk > 0).sum(axis=0))
    assert table["coherence_npmi"].isna().all()  # bags have no order
    assert model.hierarchy("words")["size"].tolist()[-1] == 6
    assert sorted(set(model.clusters(2)["cluster"])) == [0, 1]
    with pytest.raises(lightlda.UsageError, match="`on`"):
        model.hierarchy("topics")


def test_groups(texts):
    corpus = Corpus.from_texts(texts, metadata={"kind": ["a", "b", "c"] * 30, "year": [2000, 2001] * 45})
    model = lightlda.train(corpus, 3, 20)
    n_dk = model.document_counts().toarray()
    table = model.groups("kind")
    for value, rows in table.groupby("value"):
        of_value = n_dk["abc".index(value)::3].sum(axis=0)
        assert abs(rows["share"].sum() - 1) < 1e-12
        assert np.allclose(rows["share"], of_value[rows["topic"]] / of_value.sum())
    two = model.groups(["kind", "year"])
    assert set(two["value_2"]) == {"2000", "2001"} and two["tokens"].sum() == n_dk.sum()
    with pytest.raises(lightlda.Error, match="color"):
        model.groups("color")
    with pytest.raises(lightlda.UsageError, match="`bin`"):
        model.groups("year", bin="century")


def test_scores(model, corpus, matrix):
    with pytest.raises(lightlda.BadInput, match="bags of words"):
        model.coherence("c_npmi")
    per_topic = model.coherence("u_mass", per_topic=True)
    assert per_topic.shape == (6,) and abs(per_topic.mean() - model.coherence("u_mass")) < 1e-12
    has = matrix.toarray() > 0
    for k, topic in enumerate(model.topics(4)):
        words = [int(word) for word, _ in topic]
        scores = [np.log((np.count_nonzero(has[:, a] & has[:, b]) / 400 + 1e-12) / (np.count_nonzero(has[:, b]) / 400))
                  for i, a in enumerate(words) for b in words[:i]]
        assert abs(model.coherence("u_mass", topn=4, per_topic=True)[k] - np.mean(scores)) < 1e-9
    with pytest.raises(lightlda.UsageError, match="`measure`"):
        model.coherence("best")
    assert model.perplexity(corpus) == model.perplexity(matrix) < 120
    assert model.perplexity(matrix[:20], method="left_to_right", num_particles=2) < 120
    words = {word for topic in model.topics(25) for word, _ in topic}
    assert model.diversity() == len(words) / (6 * 25)
    with pytest.raises(lightlda.BadInput):
        model.perplexity([["zebra"]])


def test_save_load_and_pickle(model, corpus, tmp_path):
    model.save(tmp_path / "model")
    model.save(tmp_path / "model.ll")
    with pytest.raises(lightlda.CannotWrite):
        model.save(tmp_path / "model.ll")
    model.save(tmp_path / "model.ll", overwrite=True)
    for back in (Model.load(tmp_path / "model"), Model.load(tmp_path / "model.ll"), pickle.loads(pickle.dumps(model))):
        assert back.hash == model.hash and back.vocabulary == model.vocabulary
        assert json.dumps(back.manifest) == json.dumps(model.manifest)
        assert len(back.metrics) == len(model.metrics)
        with pytest.raises(lightlda.BadInput, match="in memory"):
            back.theta()
        back.corpus = corpus
        assert np.array_equal(back.theta(), model.theta())
    assert Model.load(tmp_path / "model.ll", corpus).train(2).hash == back.train(2).hash != model.hash
    (tmp_path / "bad.ll").write_bytes(b"no archive")
    with pytest.raises(lightlda.BadInput, match="bad.ll"):
        Model.load(tmp_path / "bad.ll")
    with pytest.raises(lightlda.BadInput, match="absent"):
        Model.load(tmp_path / "absent")
    assert sorted(os.listdir(tmp_path)) == ["bad.ll", "model", "model.ll"]


def test_a_pickled_model_goes_on(corpus):
    model = lightlda.train(corpus, 6, 4, alpha=0.3, growth_iterations=2)
    copy = pickle.loads(pickle.dumps(model))
    copy.corpus = corpus
    assert copy.train(3).hash == model.train(3).hash


def test_archives_cannot_write_elsewhere(tmp_path):
    import io
    import tarfile

    path = tmp_path / "evil.ll"
    with tarfile.open(path, "w") as archive:
        entry = tarfile.TarInfo("../escaped")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(lightlda.BadInput, match="escaped"):
        Model.load(path)
    assert os.listdir(tmp_path) == ["evil.ll"]


def test_labels_are_saved(corpus, tmp_path, program):
    model = lightlda.train(corpus, 4, 3)
    model.labels = {2: "galaxies"}
    with pytest.raises(lightlda.BadInput):
        model.labels = {4: "none"}
    model.save(tmp_path / "model")
    loaded = Model.load(tmp_path / "model")
    assert loaded.labels == {2: "galaxies"}
    loaded.labels = {0: "cakes"}
    assert "cakes" in program("lightlda-dump", "labels", f"--model={tmp_path / 'model'}")
    assert Model.load(tmp_path / "model").labels == {0: "cakes"} and len(loaded.automatic_labels()) == 4


def test_what_it_says(model):
    assert "6 topics" in repr(model) and "log-likelihood" in str(model)
    assert model.manifest["settings"]["num_topics"] == 6
    with pytest.raises(TypeError, match="lightlda.train"):
        Model("a")
    with pytest.raises(TypeError, match="from_texts"):
        Corpus("a")
