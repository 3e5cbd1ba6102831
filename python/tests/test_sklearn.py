"""The estimator: scikit-learn's own checks, and what they do not look at."""
import pickle

import numpy as np
import pandas
import pytest
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

import lightlda
from lightlda.sklearn import LightLDA


@parametrize_with_checks([LightLDA()])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.DataConversionWarning")
def test_estimator(estimator, check):
    check(estimator)


def test_fit_is_train(matrix):
    estimator = LightLDA(5, max_iter=20, doc_topic_prior=0.1, topic_word_prior=0.02, random_state=4).fit(matrix)
    trained = lightlda.train(lightlda.Corpus.from_csr(matrix), 5, 20, alpha=0.1, beta=0.02, seed=4,
                             optimize_interval=0)
    assert estimator.model_.hash == trained.hash
    assert np.array_equal(estimator.components_, trained.counts.toarray() + 0.02)
    assert np.allclose(estimator.exp_dirichlet_component_, trained.phi())
    default = LightLDA(5, max_iter=3).fit(matrix)
    assert default.doc_topic_prior_ == default.topic_word_prior_ == 0.2 == default.model_.alpha[0]


def test_transform(matrix):
    estimator = LightLDA(5, max_iter=20).fit(matrix)
    theta = estimator.transform(matrix)
    assert theta.shape == (400, 5) and np.abs(theta.sum(axis=1) - 1).max() < 1e-12
    assert np.array_equal(estimator.transform(matrix[7:9]), theta[7:9])
    assert np.array_equal(LightLDA(5, max_iter=20).fit_transform(matrix), theta)
    assert estimator.transform(matrix.astype(np.float32)).dtype == np.float32
    assert estimator.score(matrix) == -np.log(estimator.perplexity(matrix))
    assert estimator.n_iter_ == 20 and estimator.bound_ > 1


def test_numbers_that_are_no_counts(matrix):
    fractions = matrix.toarray() * 0.5
    with pytest.warns(DataConversionWarning, match=f"{np.count_nonzero(fractions % 1)} entries"):
        rounded = LightLDA(3, max_iter=3).fit(fractions)
    assert rounded.model_.hash == LightLDA(3, max_iter=3).fit(np.floor(fractions + 0.5)).model_.hash
    with pytest.raises(ValueError, match="whole numbers"):
        LightLDA(3, fractional="error").fit(fractions)
    with pytest.raises(ValueError, match="Negative values"):
        LightLDA(3).fit(-fractions)
    with pytest.raises(ValueError, match="no tokens"):
        LightLDA(3).fit(np.zeros((4, 5)))
    with pytest.raises(ValueError, match="n_components"):
        LightLDA(0).fit(matrix)
    with pytest.raises(ValueError, match="features"):
        LightLDA(3, max_iter=2).fit(matrix).transform(matrix[:, :4])


def test_one_component(matrix):
    one = LightLDA(1).fit(matrix)
    assert np.array_equal(one.transform(matrix), np.ones((400, 1)))
    assert np.allclose(one.components_, matrix.sum(axis=0) + 1)


def test_pipeline_and_grid_search(texts):
    pipeline = Pipeline([("count", CountVectorizer()), ("lda", LightLDA(3, max_iter=30, random_state=0))])
    theta = pipeline.fit_transform(texts)
    assert [set(theta[d::3].argmax(axis=1)) for d in range(3)] == [{theta[d].argmax()} for d in range(3)]
    assert list(pipeline.get_feature_names_out()) == ["lightlda0", "lightlda1", "lightlda2"]
    search = GridSearchCV(pipeline, {"lda__n_components": [2, 3]}, cv=2, n_jobs=2).fit(texts)
    assert search.best_params_ == {"lda__n_components": 3}


def test_frames_clones_and_pickles(matrix):
    frame = pandas.DataFrame(matrix.toarray(), columns=[f"w{i}" for i in range(120)])
    estimator = LightLDA(4, max_iter=3).set_output(transform="pandas").fit(frame)
    out = estimator.transform(frame)
    assert list(out.columns) == [f"lightlda{i}" for i in range(4)] and out.index.equals(frame.index)
    assert list(estimator.feature_names_in_) == estimator.model_.vocabulary == list(frame.columns)
    back = pickle.loads(pickle.dumps(estimator))
    assert np.array_equal(back.transform(frame), out) and back.model_.hash == estimator.model_.hash
    assert clone(estimator).get_params() == estimator.get_params()


def test_random_state(matrix):
    hashes = [LightLDA(3, max_iter=2, random_state=state).fit(matrix).model_.hash
              for state in (None, 1, 2, np.random.RandomState(5), np.random.RandomState(5))]
    assert hashes[0] == hashes[1] != hashes[2] and hashes[3] == hashes[4]
