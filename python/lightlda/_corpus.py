"""Corpus: documents as counts of words, on disk or in memory."""
from __future__ import annotations

import datetime
import io
import itertools
import json
import os
import shutil

import numpy as np

from . import _archive, _arrays, _core
from ._errors import BadInput, UsageError


def _bound(value) -> str:
    """A bound of document frequency: a whole number of documents, or a fraction of them."""
    if value is None:
        return ""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return np.format_float_positional(value, trim="0")
    if isinstance(value, str):
        return value
    raise TypeError(f"expected a number of documents (int) or a fraction (float), found {value!r}")


def _plain(value):
    """A value of metadata for JSON; None: missing."""
    if value is None or isinstance(value, (str, list, tuple)):
        return value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat() if value == value else None  # not NaT
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    if isinstance(value, np.generic):
        value = value.item()
    return None if value != value else value


def _type_of(value) -> str:
    if isinstance(value, (datetime.date, np.datetime64)):
        return ":date"
    if isinstance(value, (list, tuple)):
        return ":list"
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return ":number"
    return ""


class _Metadata:
    """Rows of metadata, and the fields they have by the first row (or all rows, of columns)."""

    _DATES = ("date", "created", "published", "year")  # whole numbers there are years

    def __init__(self, metadata):
        self.specs = []
        self.rows = iter(())
        if metadata is None:
            return
        if hasattr(metadata, "to_dict") and hasattr(metadata, "columns"):  # a frame
            metadata = {str(name): metadata[name].tolist() for name in metadata.columns}
        if isinstance(metadata, dict):
            columns = {name: list(values) for name, values in metadata.items()}
            samples = {name: next((v for v in values if _plain(v) is not None), None)
                       for name, values in columns.items()}
            self.rows = iter(dict(zip(columns, row)) for row in zip(*columns.values()))
        else:
            rows = iter(metadata)
            first = next(rows, {})
            samples, self.rows = first, itertools.chain([first], rows)
        self.names = list(samples)
        for i, (name, value) in enumerate(samples.items()):
            if any(character in name for character in "=:,") or not name:
                raise UsageError(f"`metadata`: a field cannot be named {name!r}")
            kind = "" if name in self._DATES else _type_of(value)
            self.specs.append(f"{name}=m{i}{kind}")

    def next(self):
        row = next(self.rows, {})
        return {f"m{i}": _plain(row.get(name)) for i, name in enumerate(self.names)} if self.specs else {}


def _write_texts(path, texts, ids, metadata) -> int:
    """JSON, a line per text. Returns a bound of the longest line, in bytes."""
    longest = 0
    ids = None if ids is None else iter(ids)
    with open(path, "w", encoding="utf-8") as out:
        for i, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"text {i}: expected a string, found {type(text).__name__}")
            line = {"text": text, **metadata.next()}
            if ids is not None:
                try:
                    line["id"] = str(next(ids))
                except StopIteration:
                    raise BadInput(f"`ids`: expected one for each text, found {i}") from None
            try:
                written = json.dumps(line, ensure_ascii=False, allow_nan=False)
                out.write(written + "\n")
                longest = max(longest, 4 * len(written))
            except UnicodeEncodeError:
                raise BadInput(f"text {i}: has a lone surrogate, which is no character") from None
            except (TypeError, ValueError) as error:
                raise TypeError(f"`metadata` of text {i}: {error}") from None
    return longest


class Corpus:
    """Documents, read-only. Made by ``from_texts``, ``from_tokens``, ``from_csr``, ``from_bow`` or ``open``.

    D are its documents, V its words; both are numbered from 0, documents as they came in.
    """

    def __init__(self, core, _scratch=None):
        if not isinstance(core, _core.Corpus):
            raise TypeError("use Corpus.from_texts, from_tokens, from_csr, from_bow or open")
        self._core = core
        self._is_scratch = _scratch is not None
        self._words = None
        self._in_order = False  # though it is made of words, not of text
        self.summary: dict = {}
        if _scratch is not None:
            _archive.remove_with(self, _scratch)

    @classmethod
    def open(cls, directory) -> Corpus:
        """A corpus that lightlda-preprocess wrote, or ``save``."""
        return cls(_core.Corpus.open(os.fspath(directory)))

    @classmethod
    def from_texts(cls, texts, ids=None, metadata=None, *, stopwords=None, min_df=None, max_df=None, max_vocab=0,
                   stemmer=None, min_token_length=None, directory=None, overwrite=False, seed=1,
                   num_threads=0) -> Corpus:
        """Texts as the program lightlda-preprocess reads them.

        texts: any iterable of strings; it is read once and may be larger than memory.
        ids: names of the documents. metadata: a frame, {field: values}, or an iterable of {field: value}.
        stopwords: a language ("en"), a file, or an iterable of words. stemmer: "english" and so on.
        min_df, max_df: documents (int) or a share of all (float) that a word is in, by default 5 and 0.5.
        directory: where the corpus is written; by default a temporary one that goes with the object.
        """
        if isinstance(texts, str):
            raise TypeError("`texts`: expected an iterable of strings, found one string")
        parent = None if directory is None else os.path.dirname(os.path.abspath(os.fspath(directory)))
        scratch = _archive.scratch_directory(parent)
        try:
            fields = _Metadata(metadata)
            config = _core.PreprocessConfig()
            config.inputs = [os.path.join(scratch, "texts.jsonl")]
            config.format = "jsonl"
            config.metadata_fields = fields.specs
            config.min_df, config.max_df, config.max_vocab = _bound(min_df), _bound(max_df), max_vocab
            config.stemmer = stemmer or "none"
            config.min_token_length = -1 if min_token_length is None else min_token_length
            config.seed, config.num_threads, config.overwrite = seed, num_threads, overwrite
            config.output = os.path.join(scratch, "corpus") if directory is None else os.fspath(directory)
            config.stopwords = stopwords or "none" if stopwords is None or isinstance(stopwords, str) else (
                cls._write_words(os.path.join(scratch, "stopwords.txt"), stopwords))
            longest = _write_texts(config.inputs[0], texts, ids, fields)
            if longest > config.max_line_bytes:
                config.max_line_bytes = 1 << 31
            summary = _core.preprocess(config)
            os.remove(config.inputs[0])
            corpus = cls(_core.Corpus.open(config.output), scratch if directory is None else None)
            corpus.summary = summary
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        if directory is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        return corpus

    @staticmethod
    def _write_words(path, words) -> str:
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(f"{word}\n" for word in words)
        return path

    @classmethod
    def from_tokens(cls, documents, ids=None, *, seed=1) -> Corpus:
        """Documents as iterables of words, in memory. Their order is kept: windows of coherence need it."""
        if isinstance(documents, str):
            raise TypeError("`documents`: expected an iterable of lists of words, found one string")
        builder = _core.CorpusBuilder(seed)
        names = itertools.count() if ids is None else iter(ids)
        for i, document in enumerate(documents):
            if isinstance(document, str):
                raise TypeError(f"document {i}: expected a list of words, found a string; texts go to from_texts")
            name = next(names, None)
            if name is None:
                raise BadInput(f"`ids`: expected one for each document, found {i}")
            builder.add_words(str(name), list(document))
        made = cls(builder.build())
        made._in_order = True
        return made

    @classmethod
    def from_csr(cls, matrix, vocabulary=None, ids=None, *, seed=1) -> Corpus:
        """A matrix of counts [D, V], SciPy's or NumPy's, of any type if its numbers are whole.

        vocabulary: the words, [V]; by default "0", "1" and so on. ids: names of the documents, [D].
        The arrays of a CSR matrix are read where they are.
        """
        begins, indices, data, columns = _arrays.csr_parts(matrix)
        words = [str(i) for i in range(columns)] if vocabulary is None else [str(word) for word in vocabulary]
        if len(words) != columns:
            raise BadInput(f"`vocabulary`: expected {columns} words, one per column, found {len(words)}")
        names = [] if ids is None else [str(name) for name in ids]
        return cls(_core.corpus_from_csr(begins, indices, data, words, names, seed))

    @classmethod
    def from_bow(cls, documents, id2word=None, ids=None, *, seed=1) -> Corpus:
        """gensim's form: an iterable of documents, each of pairs (word id, count).

        id2word: a gensim Dictionary or {id: word}; by default ids are the words.
        """
        begins, indices, counts = [0], [], []
        for document in documents:
            pairs = list(document)
            indices.append(np.fromiter((pair[0] for pair in pairs), np.int64, len(pairs)))
            counts.append(np.fromiter((pair[1] for pair in pairs), np.float64, len(pairs)))
            begins.append(begins[-1] + len(pairs))
        indices = np.concatenate(indices) if indices else np.zeros(0, np.int64)
        counts = np.concatenate(counts) if counts else np.zeros(0)
        num_words = int(indices.max()) + 1 if len(indices) else 0
        if id2word is None:
            words = [str(i) for i in range(num_words)]
        else:
            num_words = max([num_words] + [int(i) + 1 for i in id2word.keys()])
            named = dict(id2word.items())
            missing = next((i for i in range(num_words) if i not in named), None)
            if missing is not None:
                raise BadInput(f"`id2word`: has no word {missing} of {num_words}")
            words = [str(named[i]) for i in range(num_words)]
        names = [] if ids is None else [str(name) for name in ids]
        return cls(_core.corpus_from_csr(np.asarray(begins, np.int64), indices, counts, words, names, seed))

    def save(self, directory, overwrite=False) -> None:
        """Writes the files of the corpus, for ``open`` and the programs."""
        self._core.save(os.fspath(directory), overwrite)

    @property
    def directory(self) -> str | None:
        """None of a corpus in memory, or in a temporary directory."""
        return None if self._is_scratch else self._core.directory or None

    @property
    def num_documents(self) -> int:
        return self._core.num_documents

    @property
    def num_words(self) -> int:
        return self._core.num_words

    @property
    def num_tokens(self) -> int:
        return self._core.num_tokens

    @property
    def vocabulary(self) -> list[str]:
        """The words by id, [V]."""
        if self._words is None:
            self._words = self._core.words()
        return self._words

    @property
    def word_frequencies(self) -> np.ndarray:
        """Tokens of each word, [V] int64: a view."""
        return self._core.word_frequencies

    @property
    def document_frequencies(self) -> np.ndarray:
        """Documents with each word, [V] int64: a view."""
        return self._core.document_frequencies

    @property
    def document_names(self) -> list[str]:
        """[D]"""
        return self._core.document_names()

    @property
    def checksum(self) -> str:
        """Equal checksums mean equal corpora."""
        return self._core.checksum

    @property
    def metadata(self):
        """A frame with a row per document, [D], and a column per field; dates as text, "2019-05"."""
        return _arrays.frame(self._core.metadata())

    def to_csr(self):
        """SciPy CSR [D, V] int32, rows as the documents came in, words ascending."""
        begins, words, counts = self._core.to_csr()
        return _arrays.sparse().csr_matrix((counts, words, begins), shape=(self.num_documents, self.num_words))

    def __len__(self) -> int:
        return self.num_documents

    def __repr__(self) -> str:
        return (f"<lightlda.Corpus: {self.num_documents:,} documents, {self.num_words:,} words, "
                f"{self.num_tokens:,} tokens>")

    def __reduce__(self):
        if self.directory is not None:
            return Corpus.open, (self.directory,)
        return _from_bytes, (_archive.to_bytes(self.save), self._in_order)


def _from_bytes(content: bytes, in_order: bool) -> Corpus:
    scratch = _archive.scratch_directory()
    _archive.unpack(io.BytesIO(content), os.path.join(scratch, "corpus"))
    corpus = Corpus(_core.Corpus.open(os.path.join(scratch, "corpus")), scratch)
    corpus._in_order = in_order
    return corpus
