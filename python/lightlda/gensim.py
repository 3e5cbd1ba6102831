"""To and from gensim: corpora, dictionaries, LdaModel. Needs gensim (Debian: python3-gensim)."""
from __future__ import annotations

import numpy as np

from . import _arrays
from ._corpus import Corpus
from ._model import Model


def dictionary(source):
    """A gensim Dictionary of a Corpus or a Model, with the same ids."""
    from gensim.corpora import Dictionary

    made = Dictionary()
    made.token2id = {word: i for i, word in enumerate(source.vocabulary)}
    made.id2token = dict(enumerate(source.vocabulary))
    made.cfs = {i: int(count) for i, count in enumerate(source.word_frequencies)}
    if isinstance(source, Corpus):
        made.dfs = {i: int(count) for i, count in enumerate(source.document_frequencies)}
        made.num_docs, made.num_pos = source.num_documents, source.num_tokens
    return made


def to_bow(corpus: Corpus):
    """The documents as gensim's models take them, (word id, count) pairs. The way back is Corpus.from_bow."""
    from gensim.matutils import Sparse2Corpus

    return Sparse2Corpus(corpus.to_csr(), documents_columns=False)


def to_gensim(model: Model, id2word=None):
    """A gensim LdaModel of the same topics: it infers, shows, scores and saves. ``get_topics()`` is phi."""
    from gensim.models import LdaModel

    made = LdaModel(num_topics=model.num_topics, id2word=id2word or dictionary(model), alpha=np.array(model.alpha),
                    eta=model.beta, dtype=np.float64)
    made.state.sstats[:] = model.counts.toarray()
    made.sync_state()
    return made


def from_gensim(lda) -> Model:
    """A Model of an LdaModel's topics. gensim's counts are expectations; ours are whole, the nearest ones.

    It has no documents: ``theta`` is not there, ``infer`` takes lists of words and matrices.
    """
    counts = np.rint(np.asarray(lda.state.sstats, np.float64)).astype(np.int64)
    words = [lda.id2word[i] for i in range(counts.shape[1])]
    beta = float(np.mean(np.asarray(lda.eta, np.float64)))
    return Model.from_counts(_arrays.sparse().csr_matrix(counts), words, np.asarray(lda.alpha, np.float64), beta)
