"""To and from gensim, and pyLDAvis' arrays."""
import numpy as np
import pytest

import lightlda
from lightlda import Corpus, Model

gensim = pytest.importorskip("gensim")

from gensim.corpora import Dictionary  # noqa: E402
from gensim.models import CoherenceModel, LdaModel  # noqa: E402

from lightlda.gensim import dictionary, from_gensim, to_bow, to_gensim  # noqa: E402


def test_corpora(texts):
    tokens = [text.split() for text in texts]
    words = Dictionary(tokens)
    corpus = Corpus.from_bow((words.doc2bow(document) for document in tokens), words)
    assert corpus.vocabulary == [words[i] for i in range(len(words))]
    assert [sorted((int(w), int(c)) for w, c in document) for document in to_bow(corpus)] == [
        words.doc2bow(document) for document in tokens]
    back = dictionary(corpus)
    assert back.token2id == words.token2id and back.cfs == words.cfs and back.dfs == words.dfs
    assert (back.num_docs, back.num_pos) == (words.num_docs, words.num_pos)


def test_models(texts):
    tokens = [text.split() for text in texts]
    corpus = Corpus.from_tokens(tokens)
    model = lightlda.train(corpus, 3, 30)
    theirs = to_gensim(model)
    assert np.abs(theirs.get_topics() - model.phi(np.float64)).max() < 1e-12
    assert [word for word, _ in theirs.show_topic(0, 5)] == [word for word, _ in model.topics(5)[0]]
    bow = theirs.id2word.doc2bow(["oven", "dough", "oven"])
    best = max(theirs.get_document_topics(bow), key=lambda pair: pair[1])[0]
    assert best == model.infer([["oven", "dough", "oven"]])[0].argmax()
    back = from_gensim(theirs)
    assert back.hash == model.hash and np.allclose(back.alpha, model.alpha) and back.vocabulary == model.vocabulary
    # gensim's own model comes over, too, and has coherence here as there.
    lda = LdaModel(to_bow(corpus), 3, dictionary(corpus), passes=3, random_state=0)
    ours = from_gensim(lda)
    assert [word for word, _ in ours.topics(1)[1]] == [word for word, _ in lda.show_topic(1, 1)]
    score = CoherenceModel(topics=[[w for w, _ in topic] for topic in ours.topics(5)], texts=tokens, topn=5,
                           dictionary=Dictionary(tokens), coherence="c_npmi").get_coherence()
    assert abs(ours.coherence("c_npmi", texts=tokens, topn=5, gensim_windows=True) - score) < 1e-9
    with pytest.raises(lightlda.Error):
        ours.train(1)
    assert isinstance(ours, Model)


def test_pyldavis_arrays(matrix):
    """What pyLDAvis.prepare checks of its arguments."""
    counts = matrix.tolil()
    counts[5] = 0
    model = lightlda.train(Corpus.from_csr(counts.tocsr()), 4, 10)
    arrays = model.pyldavis()
    assert arrays["topic_term_dists"].shape == (4, 120) and arrays["doc_topic_dists"].shape == (399, 4)
    for name in ("topic_term_dists", "doc_topic_dists"):
        assert np.abs(arrays[name].sum(axis=1) - 1).max() < 1e-9 and not np.isnan(arrays[name]).any()
    assert (arrays["doc_lengths"] > 0).all() and arrays["doc_lengths"].sum() == arrays["term_frequency"].sum()
    assert len(arrays["vocab"]) == len(arrays["term_frequency"]) == 120
