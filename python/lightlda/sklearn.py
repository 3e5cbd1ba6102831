"""LightLDA: an estimator of scikit-learn (Debian: python3-sklearn)."""
from __future__ import annotations

import warnings

import numpy as np
import scipy.sparse
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, check_non_negative

from ._corpus import Corpus
from ._model import Model, train


class LightLDA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Latent Dirichlet allocation of a matrix of counts, documents by words.

    n_components: topics. doc_topic_prior: alpha, topic_word_prior: beta; None: 1 / n_components, as scikit-learn has
    it. optimize_interval: iterations between updates of alpha; 0: it stays. max_iter: iterations over all documents.
    random_state: None is the seed 1: a fit can always be repeated. n_jobs: threads; None: one per core; the result
    does not depend on it. fractional: numbers that are not whole are rounded, half away from zero, with a
    DataConversionWarning ("round"), or refused ("error"). callback: as of lightlda.train. verbose: a line of progress.

    Attributes: components_ [n_components, n_features], n_kw + beta. exp_dirichlet_component_, likewise: phi.
    model_: the lightlda.Model. n_iter_, bound_ (exp of minus the joint log-likelihood
    per token; None of one component), doc_topic_prior_, topic_word_prior_, n_features_in_, feature_names_in_.
    """

    def __init__(self, n_components=10, *, doc_topic_prior=None, topic_word_prior=None, max_iter=100,
                 random_state=None, n_jobs=None, optimize_interval=0, fractional="round", callback=None, verbose=0):
        self.n_components = n_components
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.max_iter = max_iter
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.optimize_interval = optimize_interval
        self.fractional = fractional
        self.callback = callback
        self.verbose = verbose

    def _more_tags(self):
        return {"requires_positive_X": True, "preserves_dtype": [np.float64, np.float32]}

    def _counts(self, X, reset):
        """X as CSR of whole numbers."""
        X = self._validate_data(X, reset=reset, accept_sparse="csr",
                                dtype=[np.float64, np.float32, np.int64, np.int32])
        check_non_negative(X, type(self).__name__)
        counts = scipy.sparse.csr_matrix(X)
        if counts.dtype.kind != "f":
            return counts
        rounded = np.floor(counts.data + 0.5)
        changed = int(np.count_nonzero(rounded != counts.data))
        if changed == 0:
            return counts
        if self.fractional != "round":
            raise ValueError(f"{type(self).__name__}: {changed} entries of X are not whole numbers; LDA counts "
                             "tokens. fractional=\"round\" rounds them")
        warnings.warn(f"{type(self).__name__}: {changed} entries of X are not whole numbers and were rounded",
                      DataConversionWarning, stacklevel=3)
        return scipy.sparse.csr_matrix((rounded, counts.indices, counts.indptr), shape=counts.shape)

    def _seed(self) -> int:
        if self.random_state is None:
            return 1
        if isinstance(self.random_state, (int, np.integer)):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _threads(self) -> int:
        return 0 if self.n_jobs is None or self.n_jobs < 0 else int(self.n_jobs)

    def fit(self, X, y=None):
        counts = self._counts(X, reset=True)
        if not isinstance(self.n_components, (int, np.integer)) or self.n_components < 1:
            raise ValueError(f"n_components: expected 1 or more, found {self.n_components!r}")
        share = 1.0 / self.n_components
        self.doc_topic_prior_ = share if self.doc_topic_prior is None else self.doc_topic_prior
        self.topic_word_prior_ = share if self.topic_word_prior is None else self.topic_word_prior
        names = getattr(self, "feature_names_in_", None)
        if counts.sum() == 0:
            raise ValueError(f"{type(self).__name__}: X has no tokens (n_samples={counts.shape[0]}, "
                             f"n_features={counts.shape[1]}): all counts are 0")
        self.model_ = self._train(counts, names)
        self.n_iter_ = self.max_iter
        self.components_ = self.model_.counts.toarray() + float(self.model_.beta)
        self._n_features_out = self.components_.shape[0]
        return self

    def _train(self, counts, names) -> Model:
        if self.n_components == 1:  # nothing to draw: the one topic has all tokens
            words = range(counts.shape[1]) if names is None else names
            self.bound_ = None
            return Model.from_counts(counts.sum(axis=0).reshape(1, -1).astype(np.int64), words,
                                     self.doc_topic_prior_, self.topic_word_prior_)
        model = train(Corpus.from_csr(counts, names), num_topics=self.n_components, num_iterations=self.max_iter,
                      alpha=self.doc_topic_prior_, beta=self.topic_word_prior_, seed=self._seed(),
                      num_threads=self._threads(), optimize_interval=self.optimize_interval,
                      likelihood_interval=0, callback=self.callback, progress=bool(self.verbose))
        self.bound_ = float(np.exp(-model.log_likelihood))
        return model

    @property
    def exp_dirichlet_component_(self):
        return self.model_.phi(np.float64)

    def transform(self, X):
        """Shares of topics, [n_samples, n_components]; rows sum to 1."""
        check_is_fitted(self)
        counts = self._counts(X, reset=False)
        dtype = np.float32 if getattr(X, "dtype", None) == np.float32 else np.float64
        return self.model_.infer(counts, dtype=dtype, num_threads=self._threads())

    def fit_transform(self, X, y=None, **fit_params):
        """``fit(X).transform(X)``. The topics that training drew are ``model_.theta()``."""
        return self.fit(X).transform(X)

    def score(self, X, y=None) -> float:
        """Log-likelihood per token of X by document completion: higher is better."""
        check_is_fitted(self)
        return float(self.model_.predict(self._counts(X, reset=False))["log_likelihood_per_token"])

    def perplexity(self, X) -> float:
        """exp(-score(X)). scikit-learn's own is of a bound, and not comparable."""
        return float(np.exp(-self.score(X)))


__all__ = ["LightLDA"]
