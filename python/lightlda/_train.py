"""train(): the loop around the engine's steps, with callbacks, progress, logging and interrupts."""
from __future__ import annotations

import logging
import os
import sys
from typing import Callable

import numpy as np

from . import _core
from ._corpus import Corpus
from ._errors import Cancelled, Error, Stopped, UsageError

logger = logging.getLogger("lightlda")


class _Listener:
    """What the engine tells, to the logger "lightlda"."""

    def plan(self, text: str) -> None:
        for line in text.splitlines():
            logger.debug("%s", line)

    def message(self, text: str) -> None:
        logger.info("%s", text)

    def preview(self, topics) -> None:
        for topic, tokens, words in topics:
            logger.info("topic %d, %d tokens: %s", topic, tokens, " ".join(words))


def describe(metrics: dict) -> str:
    if metrics["stage"]:
        where = f"growth {metrics['stage']}/{metrics['num_growth_stages']}"
    else:
        where = f"iteration {metrics['full_iteration']}/{metrics['num_full_iterations']}"
    likelihood = metrics["log_likelihood_per_token"]
    text = where if likelihood is None else f"{where}: log-likelihood per token {likelihood:.4f}"
    held_out = metrics["held_out_log_likelihood_per_token"]
    return text if held_out is None else f"{text}, of held-out documents {held_out:.4f}"


class _Progress:
    """One line: on stderr, or in a notebook a display that is updated. None: only for a terminal."""

    def __init__(self, wanted: bool | None):
        self._handle = None
        self._wanted = wanted if wanted is not None else sys.stderr is not None and sys.stderr.isatty()
        if self._wanted and "ipykernel" in sys.modules:
            from IPython.display import display

            self._handle = display({"text/plain": "lightlda"}, raw=True, display_id=True)

    def show(self, metrics: dict) -> None:
        if not self._wanted:
            return
        line = f"{describe(metrics)}, {metrics['tokens_per_second'] / 1e6:.2f} million tokens/s"
        if self._handle is not None:
            self._handle.update({"text/plain": line}, raw=True)
        else:
            print(f"\r{line:<79}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._wanted and self._handle is None:
            print(file=sys.stderr)


def set_field(config, name: str, value) -> None:
    """Of a configuration of the engine, which refuses values of another type."""
    try:
        setattr(config, name, value)
    except TypeError:
        expected = type(getattr(config, name)).__name__
        raise TypeError(f"`{name}`: expected {expected}, found {value!r}") from None


def make_config(settings: dict):
    """TrainConfig of keywords; None means the engine's default."""
    config = _core.TrainConfig()
    for name, value in settings.items():
        if value is None:
            continue
        if name in ("alpha", "beta"):
            if isinstance(value, str):
                if value != "auto":
                    one_each = ", one for each topic," if name == "alpha" else ""
                    raise UsageError(f"`{name}`: expected a number{one_each} or \"auto\", found {value!r}")
                continue
            if name == "alpha" and np.ndim(value) == 1:
                config.alpha_vector = [float(item) for item in value]
                continue
            if not value > 0:
                raise UsageError(f"`{name}`: expected a number above 0, found {value}")
            value = float(value)
        if name in ("directory", "evaluate", "fallback_model", "init_model", "scratch_directory", "seed_words"):
            value = os.fspath(value)
        set_field(config, "model" if name == "directory" else name, value)
    return config


class Run:
    """Steps a trainer to its end, or to what ends it before."""

    def __init__(self, corpus: Corpus, settings: dict, model=None):
        self.metrics: list[dict] = []
        self.model = None  # of the engine, when the run has ended
        self._directory = settings.get("directory")
        self._trainer = _core.Trainer(corpus._core, make_config(settings), _Listener(), model)

    def go(self, callback: Callable[[dict], object] | None, progress: bool | None) -> None:
        """Raises what ended the run; then, too, ``model`` is what it has come to, if that is anything."""
        line = _Progress(progress)
        try:
            while not self._trainer.done:
                metrics = self._step()
                line.show(metrics)
                if metrics["log_likelihood_per_token"] is not None:
                    logger.info("%s", describe(metrics))
                if callback is not None and callback(dict(metrics)) is False:
                    return self._keep()
            self._end()
        except Cancelled as ended:  # max_hours, in memory
            logger.info("%s", ended)
            self._keep()
        except Stopped as ended:  # max_hours, in a directory
            logger.info("%s", ended)
            self._load_stopped()
        except Error:
            raise
        except BaseException:  # KeyboardInterrupt, or what the callback raised
            try:
                self._keep()
            except Error as lost:  # a second KeyboardInterrupt has ended the run at once, or a full disk
                logger.warning("what was trained since the last save is lost: %s", lost)
            raise
        finally:
            line.end()

    def _step(self) -> dict:
        before = self._trainer.last
        try:
            metrics = self._trainer.step()
        except BaseException:
            if self._trainer.last is not before:
                self.metrics.append(self._trainer.last)
            raise
        self.metrics.append(metrics)
        return metrics

    def _end(self) -> None:
        if self._directory is None:
            self.model = self._trainer.model()
        else:
            self._trainer.finish()
            self.model = _core.Model.load(os.fspath(self._directory))

    def _keep(self) -> None:
        if self._trainer.last:  # a step was made
            if self._directory is not None:
                self._trainer.save(os.fspath(self._directory))
            self.model = self._trainer.model()

    def _load_stopped(self) -> None:
        directory = os.fspath(self._directory)
        partial = directory.rstrip("/") + ".partial"
        self.model = _core.Model.load(partial if os.path.isdir(partial) else directory)


def corpus_directory(corpus, scratch: str) -> str:
    """Where the engine can read a corpus that is given as an object or by its directory."""
    if not isinstance(corpus, Corpus):
        return os.fspath(corpus)
    if corpus._core.directory:
        return corpus._core.directory
    directory = os.path.join(scratch, "held-out")
    corpus.save(directory)
    return directory
