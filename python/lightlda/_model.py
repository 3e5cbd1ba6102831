"""Model: topics, and what can be asked of them; train() makes them."""
from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from typing import Callable

import numpy as np

from . import _archive, _arrays, _core
from ._corpus import Corpus
from ._documents import DocumentTables
from ._errors import BadInput, UsageError
from ._train import Run, corpus_directory

_ONE_FILE = (".ll", ".tar")


class Model(DocumentTables):
    """K topics over V words. ``train`` makes one, ``Model.load`` reads one.

    Topics, words and documents are numbered from 0, as in the programs' output. Arrays that are said to be views
    show the model's own memory: they cannot be written, and stay valid when the model is gone.
    """

    def __init__(self, core, corpus: Corpus | None = None, *, directory=None, settings=None, metrics=None,
                 _scratch=None):
        if not isinstance(core, _core.Model):
            raise TypeError("use lightlda.train, Model.load or Model.from_counts")
        self._core = core
        self._corpus = corpus
        self._directory = directory
        self._settings = settings
        self._metrics = metrics
        self._labels: dict[int, str] = {}
        self._inferencer = None
        self._words = None
        self._documents = None
        if _scratch is not None:
            _archive.remove_with(self, _scratch)

    # -- in and out

    @classmethod
    def load(cls, path, corpus: Corpus | None = None) -> Model:
        """A model directory, or the one file that ``save`` made. corpus: if it is not where training found it."""
        path = os.fspath(path)
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return _unpack(file, path, corpus)
        return cls(_core.Model.load(path), corpus, directory=path)

    def save(self, path, overwrite=False) -> None:
        """Into a new directory, for ``load`` and the programs; into one file if the name ends in .ll or .tar."""
        path = os.fspath(path)
        if not path.endswith(_ONE_FILE):
            return self._save_directory(path, overwrite)
        with _archive.new_file(path, overwrite) as file, tempfile.TemporaryDirectory(prefix="lightlda-") as scratch:
            self._save_directory(os.path.join(scratch, "model"), False)
            _archive.pack(os.path.join(scratch, "model"), file)
        return None

    def _save_directory(self, path, overwrite) -> None:
        self._core.save(path, overwrite)
        if self.labels:
            _core.write_labels(self._core, path, self.labels)

    def __reduce__(self):
        corpus = self._corpus if self._corpus is not None and self._corpus.directory else None
        return _from_bytes, (_archive.to_bytes(self._save_directory_to), corpus, self._settings, self._metrics)

    def _save_directory_to(self, path) -> None:
        self._save_directory(path, False)

    @classmethod
    def from_counts(cls, counts, vocabulary, alpha, beta=0.01) -> Model:
        """A model of a table of counts [K, V], SciPy's or NumPy's, that comes from elsewhere."""
        begins, topics, values, num_topics = _arrays.csr_parts(_arrays.sparse().csr_matrix(counts).T.tocsr())
        _arrays.check_counts(begins, topics, values)
        alpha = np.broadcast_to(np.asarray(alpha, float), num_topics)
        words = [str(word) for word in vocabulary]
        order = _arrays.sparse().csr_matrix((values, topics, begins), shape=(len(words), num_topics))
        order.sum_duplicates()
        order.eliminate_zeros()
        core = _core.Model.from_tables(words, order.indptr.astype(np.uint64), order.indices.astype(np.uint32),
                                       order.data.astype(np.uint32), list(map(float, alpha)), float(beta), "")
        return cls(core)

    # -- training on

    def train(self, num_iterations: int, callback: Callable[[dict], object] | None = None, *,
              progress: bool | None = None, num_threads: int | None = None) -> Model:
        """Goes on for so many iterations, in memory; the result is that of one run of all iterations.

        Returns the model itself. What was written to a directory stays as it is.
        """
        settings, growth = self._settings_to_go_on()
        done = max(0, self._core.progress()["iteration"] - growth)
        settings.update(num_iterations=done + int(num_iterations), directory=None, overwrite=None, resume=None)
        if num_threads is not None:
            settings["num_threads"] = num_threads
        corpus = self.corpus
        run = Run(corpus, settings, self._core)
        try:
            run.go(callback, progress)
        except BaseException as error:
            if run.model is not None:
                self._become(run, settings)
            _attach(error, self)
            raise
        self._become(run, settings)
        return self

    def _become(self, run: Run, settings: dict) -> None:
        metrics = self._known_metrics() + run.metrics
        labels = self.labels
        self.__init__(run.model, self._corpus, settings=settings, metrics=metrics)
        self._labels = labels

    def _settings_to_go_on(self) -> tuple[dict, int]:
        saved = self.manifest.get("settings", {})
        if "num_iterations" not in saved:
            raise UsageError("the model was not trained here, or not from documents: it cannot go on")
        growth = sum(stage["iterations"] for stage in saved["growth"])
        if self._settings is not None:
            return dict(self._settings), growth
        names = ("num_topics", "alpha", "beta", "optimize_interval", "seed", "mh_steps", "likelihood_interval")
        settings = {name: saved[name] for name in names}
        if not saved["growth"]:
            settings["growth_stages"] = 0
        return settings, growth

    # -- what it is made of

    @property
    def num_topics(self) -> int:
        return self._core.num_topics

    @property
    def num_words(self) -> int:
        return self._core.num_words

    @property
    def num_tokens(self) -> int:
        """Tokens that the model counts."""
        return self._core.num_tokens

    @property
    def alpha(self) -> np.ndarray:
        """The prior of topics in a document, [K] float64: a view."""
        return self._core.alpha

    @property
    def beta(self) -> float:
        """The prior of a word in a topic."""
        return self._core.beta

    @property
    def topic_totals(self) -> np.ndarray:
        """Tokens of each topic, n_k, [K] int64: a view."""
        return self._core.topic_totals

    @property
    def vocabulary(self) -> list[str]:
        """The words by id, [V]."""
        if self._words is None:
            self._words = self._core.words()
        return self._words

    @property
    def word_frequencies(self) -> np.ndarray:
        """Tokens of each word in the corpus, [V] int64: a view."""
        return self._core.word_frequencies

    @property
    def counts(self):
        """n_kw, SciPy CSC [K, V] int32, whose data and indices are views."""
        begins, topics, counts = self._core.word_topic()
        return _arrays.sparse().csc_matrix((counts, topics, begins), shape=(self.num_topics, self.num_words),
                                           copy=False)

    def phi(self, dtype=np.float32, topics=None, num_threads=0) -> np.ndarray:
        """Probabilities of words in topics, (n_kw + beta) / (n_k + beta V), [K, V]; rows sum to 1.

        topics: only these rows.
        """
        full = self._core.phi32 if _is_single(dtype) else self._core.phi64
        return full(num_threads) if topics is None else full(num_threads)[topics]

    def topics(self, n=10, weight="probability", lam=0.6, *, frex_weight=0.5,
               min_count=3) -> list[list[tuple[str, float]]]:
        """The n words of greatest weight of each topic, with their weights, [K][<= n], greatest first.

        weight: "probability", "relevance" (lam is its lambda), "frex", "lift" or "score".
        """
        tops = self._core.top_words(n, weight, lam, frex_weight, min_count)
        return [[(word, value) for word, value, _, _ in topic] for topic in tops]

    def topics_frame(self, n=10, weight="probability", lam=0.6, *, frex_weight=0.5, min_count=3):
        """The same as a frame: topic, rank (from 1), word, weight, probability, count."""
        rows = [(k, rank + 1, *word)
                for k, topic in enumerate(self._core.top_words(n, weight, lam, frex_weight, min_count))
                for rank, word in enumerate(topic)]
        names = ("topic", "rank", "word", "weight", "probability", "count")
        return _arrays.frame({name: [row[i] for row in rows] for i, name in enumerate(names)})

    @property
    def labels(self) -> dict[int, str]:
        """Names that people gave to topics: {topic: label}. Set them all at once."""
        if self._directory is not None:
            return _core.read_labels(self._core, self._directory)
        return dict(self._labels)

    @labels.setter
    def labels(self, labels: dict[int, str]) -> None:
        labels = {int(topic): str(label) for topic, label in labels.items()}
        if self._directory is not None:
            _core.write_labels(self._core, self._directory, labels)
        else:
            bad = [topic for topic in labels if not 0 <= topic < self.num_topics]
            if bad:
                raise BadInput(f"`labels`: topic {bad[0]} of {self.num_topics}")
            self._labels = labels

    def automatic_labels(self) -> list[str]:
        """For each topic three words that tell it apart, [K]."""
        return _core.automatic_labels(self._core)

    @property
    def hash(self) -> str:
        """Of the counts: equal hashes mean equal topics. The programs show it, too."""
        return self._core.model_hash

    @property
    def manifest(self) -> dict:
        """Every setting of the run."""
        return json.loads(self._core.manifest)

    @property
    def complete(self) -> bool:
        """Whether all iterations are done that were asked for."""
        return self._core.progress()["complete"]

    @property
    def log_likelihood(self) -> float:
        """Joint, per token of the training documents, when training ended."""
        return self._core.progress()["log_likelihood_per_token"]

    @property
    def metrics(self):
        """A frame with a row per iteration: iteration, stage, full_iteration, log_likelihood_per_token, ..."""
        return _arrays.frame(self._known_metrics())

    def _known_metrics(self) -> list[dict]:
        if self._metrics is None and self._directory is not None:
            with open(os.path.join(self._directory, "metrics.jsonl"), encoding="utf-8") as lines:
                self._metrics = [json.loads(line) for line in lines][:self._core.progress()["iteration"]]
        return list(self._metrics or [])

    @property
    def corpus(self) -> Corpus:
        """The corpus it was trained on: the object, or what is in the directory that training read."""
        if self._corpus is None:
            directory = self._core.corpus_directory
            if not directory:
                raise BadInput("the model's corpus was in memory; give it: Model.load(path, corpus)")
            self._corpus = Corpus.open(directory)
        return self._corpus

    @corpus.setter
    def corpus(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._documents = None

    def __str__(self) -> str:
        return self._core.summary(8)

    def __repr__(self) -> str:
        return f"<lightlda.Model: {self.num_topics:,} topics, {self.num_words:,} words, hash {self.hash}>"


def _is_single(dtype) -> bool:
    dtype = np.dtype(dtype)
    if dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise UsageError(f"`dtype`: expected float32 or float64, found {dtype}")
    return dtype == np.dtype(np.float32)


def _unpack(file, name, corpus) -> Model:
    scratch = _archive.scratch_directory()
    try:
        directory = os.path.join(scratch, "model")
        _archive.unpack(file, directory, name)
        return Model(_core.Model.load(directory), corpus, directory=directory, _scratch=scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def _from_bytes(content: bytes, corpus, settings, metrics) -> Model:
    model = _unpack(io.BytesIO(content), "the pickled model", corpus)
    model._settings, model._metrics = settings, metrics
    return model


def _attach(error: BaseException, model: Model) -> None:
    try:
        error.model = model
    except AttributeError:
        pass


def train(corpus, num_topics: int, num_iterations: int = 100, *, alpha=None, beta=None,
          optimize_interval: int | None = None, init_model=None, init_weight: float | None = None,
          frozen_topics: str | None = None, seed_words=None, seed: int = 1, num_threads: int = 0, mh_steps: int | None = None,
          growth_stages: int | None = None, growth_iterations: int | None = None, growth_beta: float | None = None,
          likelihood_interval: int = 5, preview_interval: int = 0, evaluate=None, directory=None,
          overwrite: bool = False, resume: str = "no", checkpoint_minutes: float = 10, max_hours: float = 0,
          save_wait_minutes: float = 0, fallback_model=None, memory_budget: int | None = None,
          scratch_directory=None, callback: Callable[[dict], object] | None = None,
          progress: bool | None = None) -> Model:
    """Trains a model of ``num_topics`` topics. The same settings and seed give the same model, on any machine.

    corpus: a Corpus, or the directory of one.
    alpha: of each topic, a number or [K]; None or "auto": learned, beginning at 0.1.
    beta: of each word, a number; None or "auto": learned where topics are few, 0.01 else. optimize_interval:
    iterations between updates of what is learned; 0: the priors stay as they are given.
    init_model: directory of a model to begin with; init_weight: of its counts. frozen_topics: of it, those that stay
    as they are, "all" or "0-9,12". seed_words: file of words that topics are to be about.
    num_iterations: over all documents; growth, on parts of them, comes before. 0: until the run has settled. num_threads: 0, one per core.
    evaluate: a held-out Corpus, or its directory: how well its documents are predicted is in the metrics.
    directory: where the model is written, with checkpoints; None: it is in memory alone. resume: "auto" goes on
    with a stopped run that is there, "yes" insists. What else there is means what the program's flags mean.

    callback: called with the metrics of each iteration, a dict; training ends, and the model so far is returned,
    when it returns False. What it raises ends training, too, as Ctrl-C does: the iteration is finished, the state
    saved in ``directory``, and the exception raised, with the model so far as its attribute ``model``. A second
    Ctrl-C ends training at once.
    progress: a line on stderr, or in a notebook; None: if stderr is a terminal. Messages go to the logger "lightlda".
    """
    settings = dict(locals())
    for name in ("corpus", "callback", "progress"):
        del settings[name]
    if not isinstance(corpus, Corpus):
        if not isinstance(corpus, (str, os.PathLike)):
            raise TypeError(f"`corpus`: expected a lightlda.Corpus or its directory, found {type(corpus).__name__}")
        corpus = Corpus.open(corpus)
    with tempfile.TemporaryDirectory(prefix="lightlda-") as scratch:
        if evaluate is not None:
            settings["evaluate"] = corpus_directory(evaluate, scratch)
        run = Run(corpus, settings)

        def made() -> Model:
            kept = {**settings, "evaluate": None}
            at = None if directory is None or not run.model.progress()["complete"] else os.fspath(directory)
            return Model(run.model, corpus, directory=at, settings=kept, metrics=None if at else run.metrics)

        try:
            run.go(callback, progress)
        except BaseException as error:
            if run.model is not None:
                _attach(error, made())
            raise
        return made()
