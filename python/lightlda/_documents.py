"""The part of Model that is about documents: theta, new documents, tables, scores."""
from __future__ import annotations

import numpy as np

from . import _archive, _arrays, _core
from ._corpus import Corpus
from ._errors import BadInput, UsageError
from ._report import Report, make_report

_MEASURES = ("u_mass", "c_uci", "c_npmi", "c_v")


class DocumentTables:
    """Base of Model. Tables are pandas frames with the columns of lightlda-dump."""

    # -- the documents it was trained on

    def _document_topics(self):
        if self._documents is None:
            self._documents = _core.DocumentTopics.read(self._core, self.corpus._core)
        return self._documents

    def theta(self, dtype=np.float32, documents=None, dense=True):
        """Shares of topics in the documents of the corpus, [D, K]; rows sum to 1.

        dense: (n_dk + alpha_k) / (n_d + sum alpha), an array. Else n_dk / n_d, SciPy CSR without the prior, which
        has zeros; rows of documents without tokens are zero. documents: only these rows.
        D are the documents that have topics: all, unless the run was stopped in growth (``document_ids``).
        """
        read = self._document_topics()
        if dense:
            full = read.theta32() if np.dtype(dtype) == np.float32 else read.theta64()
            return full.astype(dtype, copy=False) if documents is None else full[documents].astype(dtype, copy=False)
        shares = self.document_counts().astype(dtype)
        lengths = np.repeat(np.maximum(read.lengths, 1), np.diff(shares.indptr))
        shares.data /= lengths.astype(dtype)
        return shares if documents is None else shares[documents]

    def document_counts(self):
        """Tokens of each topic in each document, n_dk, SciPy CSR [D, K] int32, whose data are a view."""
        begins, topics, counts = self._document_topics().counts()
        shape = (len(begins) - 1, self.num_topics)
        return _arrays.sparse().csr_matrix((counts, topics, begins), shape=shape, copy=False)

    def assignments(self):
        """The topic of every token: (begins [D + 1], words [N], topics [N]).

        Document d has the tokens begins[d] up to begins[d + 1], in its own order.
        """
        return _core.assignments(self._core, self.corpus._core)

    @property
    def document_ids(self) -> np.ndarray:
        """Which documents of the corpus the rows of theta are, [D] int64, ascending."""
        return self._document_topics().documents

    @property
    def document_names(self) -> list[str]:
        """Of the rows of theta, [D]."""
        return self._document_topics().names()

    @property
    def document_lengths(self) -> np.ndarray:
        """Tokens of the rows of theta, n_d, [D] int32: a view."""
        return self._document_topics().lengths

    # -- new documents

    def infer(self, documents, *, dtype=np.float32, num_threads=0, return_unknown=False):
        """Shares of topics in documents, [n, K]; rows sum to 1. The same document always has the same shares.

        documents: texts, which are read as the corpus was; lists of words; or a matrix of counts [n, V].
        return_unknown: also how many of its tokens the model does not know, [n] uint32.
        """
        begins, words, unknown = self._tokens(documents, num_threads)
        if self._inferencer is None:
            self._inferencer = _core.Inferencer(self._core)
        single = np.dtype(dtype) == np.float32
        infer = self._inferencer.infer32 if single else self._inferencer.infer64
        theta = infer(begins, words, num_threads).astype(dtype, copy=False)
        return (theta, unknown) if return_unknown else theta

    def _tokens(self, documents, num_threads):
        """(begins [n + 1], words, unknown [n])."""
        if _arrays.is_matrix(documents):
            begins, words = _arrays.tokens_of_matrix(documents, self.num_words)
            return begins, words, np.zeros(len(begins) - 1, np.uint32)
        listed, is_text = _arrays.document_list(documents, "texts, or of lists of words")
        if is_text:
            return _core.TextReader(self._core).read(listed, num_threads)
        return _core.find_words(self._core, [list(document) for document in listed])

    def perplexity(self, documents, *, method="completion", seed=1, num_particles=20, num_threads=0) -> float:
        """How well held-out documents are predicted, exp(-log-likelihood per token): lower is better.

        documents: a Corpus, or what ``infer`` takes. method: "completion", or "left_to_right", which takes longer.
        """
        return self.predict(documents, method=method, seed=seed, num_particles=num_particles,
                            num_threads=num_threads)["perplexity"]

    def predict(self, documents, *, method="completion", seed=1, num_particles=20, num_threads=0) -> dict:
        """The same with log_likelihood_per_token, num_tokens (predicted), num_unknown and num_documents."""
        if isinstance(documents, Corpus):
            corpus = documents._core
        else:
            begins, words, _ = self._tokens(documents, num_threads)
            if len(words) == 0:
                raise BadInput("the documents have no word of the model")
            corpus = _core.corpus_from_csr(begins.astype(np.int64), words.astype(np.int64),
                                           np.ones(len(words), np.int32), self.vocabulary, [], 1)
        return _core.predict(self._core, corpus, method, seed, num_particles, num_threads)

    # -- tables

    def diagnostics(self, top_words=10, documents=True, num_threads=0):
        """How good each topic is, a row per topic, [K]. documents: whether the corpus is read, too."""
        corpus = self.corpus._core if documents else None
        return _arrays.frame(_core.diagnostics(self._core, corpus, top_words, num_threads), "topic")

    def top_documents(self, num=10, *, min_document_tokens=30, min_share=0.0, and_topic=None, num_threads=0):
        """The documents with the largest shares of each topic: topic, rank, document, name, share, tokens, ..."""
        return _arrays.frame(_core.top_documents(self._core, self.corpus._core, num, min_document_tokens, min_share,
                                                 and_topic, num_threads))

    def similar(self, num=10, num_threads=0):
        """The nearest topics of each by their words: topic, neighbour, hellinger (0: the same, 1: no word)."""
        return _arrays.frame(_core.similar(self._core, num, num_threads))

    def correlation(self, min_share=0.05, num_threads=0):
        """Pairs of topics that documents have together: topic_a, topic_b, documents, npmi."""
        return _arrays.frame(_core.correlation(self._core, self.corpus._core, min_share, num_threads))

    def hierarchy(self, on="documents", num_threads=0):
        """Ward's linkage of the topics: step, left, right, height, size; on "documents" or "words"."""
        return _arrays.frame(_core.hierarchy(self._core, self._corpus_for(on), 0, num_threads)[0])

    def clusters(self, num_clusters, on="documents", num_threads=0):
        """The hierarchy, cut: a row per topic with its cluster and the words that tell the cluster apart."""
        if num_clusters < 1:
            raise UsageError(f"`num_clusters`: expected 1 or more, found {num_clusters}")
        _, clusters, words = _core.hierarchy(self._core, self._corpus_for(on), num_clusters, num_threads)
        labels = [", ".join(words[cluster]) for cluster in clusters]
        return _arrays.frame({"topic": range(self.num_topics), "cluster": clusters, "label": labels}, "topic")

    def _corpus_for(self, on):
        if on not in ("documents", "words"):
            raise UsageError(f"`on`: expected documents or words, found {on}")
        return self.corpus._core if on == "documents" else None

    def groups(self, by, *, bin="auto", bin_width=0.0, num_threads=0):
        """Shares of topics in documents with the same value of a field of the metadata, or of two.

        value, (value_2,) topic, tokens, share, documents, stderr. bin: of dates, "year", "quarter", "month", "week",
        "day"; bin_width: of numbers.
        """
        by = [by] if isinstance(by, str) else list(by)
        made = _core.groups(self._core, self.corpus._core, by, bin, bin_width, num_threads)
        if len(by) < 2:
            del made["value_2"]
        return _arrays.frame(made)

    def compare(self, other, max_distance=0.75, num_threads=0):
        """What became of the topics of ``other``, an older model: topic, other_topic, hellinger, kind.

        ``attrs["stability"]`` of the frame, from 0 to 1, says how alike the models are.
        """
        made, stability = _core.compare(self._core, other._core, max_distance, num_threads)
        frame = _arrays.frame(made)
        frame = frame.astype({"topic": "Int64", "other_topic": "Int64"})
        frame.attrs["stability"] = stability
        return frame

    def merge_topics(self, groups):
        """A model in which the topics of each group, [[topic, ...], ...], are one."""
        merged, _ = self._core.merge_topics([list(map(int, group)) for group in groups])
        return type(self)(merged)

    # -- scores

    def coherence(self, measure="c_npmi", corpus=None, *, texts=None, topn=10, per_topic=False,
                  gensim_windows=False, num_threads=0):
        """How well the topn words of topics go together: "u_mass", "c_uci", "c_npmi" or "c_v", as in gensim.

        Counted in ``corpus``, by default the model's own, or in ``texts``, lists of words. per_topic: [K] float64
        rather than the mean.
        """
        if measure not in _MEASURES:
            raise UsageError(f"`measure`: expected one of {', '.join(_MEASURES)}, found {measure}")
        reference = Corpus.from_tokens(texts) if texts is not None else corpus or self.corpus
        words = [[word for word, _ in topic] for topic in self.topics(topn)]
        mean, topics = _core.coherence(words, reference._core, topn, measure == "c_v", gensim_windows,
                                       reference._in_order, num_threads)
        if mean[measure] is None:
            raise BadInput(f"{measure} needs the order of words, which bags of words do not have; use u_mass, or "
                           "give `texts` or a `corpus` of texts")
        return np.array([topic[measure] for topic in topics]) if per_topic else mean[measure]

    def diversity(self, topn=25) -> float:
        """The share of different words among the topn of all topics, in (0, 1]."""
        return _core.topic_diversity(self._core, topn)

    # -- a page to look at

    def report(self, path, *, title="", by=(), bin="auto", documents=10, snippet_bytes=240, max_bytes=5 << 20,
               labels=None, overwrite=False, num_threads=0) -> list[str]:
        """Writes one HTML file that shows the model, as the program ``lightlda-dump report`` does.

        Returns what was left out so that it has at most max_bytes, and what else it does not show, a line each.

        by: fields of the metadata whose groups are shown; by default the first date and up to three categories.
        bin: of dates, as in ``groups``. documents: of each topic; snippet_bytes: of the text of each.
        labels: {topic: label}, or the file that the page saves; by default the model's own.
        """
        with _archive.new_file(path, overwrite) as file:
            made = make_report(self, title=title, by=by, bin=bin, documents=documents, snippet_bytes=snippet_bytes,
                               max_bytes=max_bytes, labels=labels, num_threads=num_threads)
            file.write(made.page)
        return made.left_out

    def show(self, *, height=800, **settings) -> Report:
        """The same page in a notebook, as the last value of a cell: a frame of so many pixels.

        settings: as ``report`` has them. The page stays in the notebook's file; a smaller ``max_bytes`` keeps that small.
        """
        return make_report(self, height=height, **settings)

    # -- for other tools

    def pyldavis(self) -> dict:
        """The arguments of ``pyLDAvis.prepare(**model.pyldavis())``; documents without tokens are left out.

        pyLDAvis numbers topics by size from 1, unless it is given sort_topics=False, start_index=0.
        """
        rows = np.flatnonzero(self.document_lengths)
        return {"topic_term_dists": self.phi(np.float64), "doc_topic_dists": self.theta(np.float64, documents=rows),
                "doc_lengths": np.asarray(self.document_lengths)[rows].astype(np.int64), "vocab": self.vocabulary,
                "term_frequency": np.asarray(self.word_frequencies)}
