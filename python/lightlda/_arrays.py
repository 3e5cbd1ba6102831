"""Matrices of counts, frames, and documents in the forms that users have them."""
from __future__ import annotations

import numpy as np

from ._errors import BadInput

_KEPT = (np.dtype(np.int32), np.dtype(np.int64), np.dtype(np.float32), np.dtype(np.float64))


def frame(columns, index=None):
    """{column: values} as a pandas DataFrame."""
    try:
        import pandas
    except ImportError:
        raise ImportError("tables are pandas frames: install pandas (Debian: python3-pandas)") from None
    made = pandas.DataFrame(columns)
    return made if index is None else made.set_index(index)


def sparse():
    try:
        import scipy.sparse
    except ImportError:
        raise ImportError("sparse matrices need SciPy (Debian: python3-scipy)") from None
    return scipy.sparse


def is_matrix(documents) -> bool:
    return hasattr(documents, "tocsr") or (isinstance(documents, np.ndarray) and documents.ndim == 2)


def csr_parts(matrix):
    """(indptr int64, indices, data, num_columns) of a matrix of counts; a CSR matrix is not copied."""
    if not hasattr(matrix, "tocsr"):
        matrix = np.asarray(matrix)
        if matrix.ndim != 2:
            raise BadInput(f"expected a matrix, documents by words, found {matrix.ndim} dimensions")
        rows, columns = np.nonzero(matrix)
        begins = np.zeros(matrix.shape[0] + 1, np.int64)
        np.cumsum(np.bincount(rows, minlength=matrix.shape[0]), out=begins[1:])
        return begins, columns.astype(np.int64), _numbers(matrix[rows, columns]), matrix.shape[1]
    csr = matrix.tocsr()
    indices = np.ascontiguousarray(csr.indices)
    if indices.dtype not in (np.int32, np.int64):
        indices = indices.astype(np.int64)
    return csr.indptr.astype(np.int64, copy=False), indices, _numbers(csr.data), csr.shape[1]


def _numbers(data):
    data = np.ascontiguousarray(data)
    if data.dtype in _KEPT:
        return data
    if data.dtype.kind in "biu":
        return data.astype(np.int64)
    if data.dtype.kind == "f":
        return data.astype(np.float64)
    raise TypeError(f"expected a matrix of numbers, found {data.dtype}")


def check_counts(indptr, indices, data) -> None:
    """Raises BadInput that names the row and column of what is no count."""
    if data.dtype.kind == "f":
        bad = ~((data >= 0) & (data <= 2**31 - 1) & (data == np.floor(data)))
    else:
        bad = (data < 0) | (data > 2**31 - 1)
    if bad.any():
        at = int(np.argmax(bad))
        row = int(np.searchsorted(indptr, at, side="right")) - 1
        raise BadInput(f"row {row}, column {int(indices[at])}: expected a count, a whole number from 0 to "
                       f"2147483647, found {data[at]:.6g}")


def tokens_of_matrix(matrix, num_words: int):
    """(begins, words) with a word for each token."""
    indptr, indices, data, columns = csr_parts(matrix)
    if columns != num_words:
        raise BadInput(f"expected a matrix with {num_words} columns, one per word of the model, found {columns}")
    check_counts(indptr, indices, data)
    counts = data.astype(np.int64, copy=False)
    ends = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=ends[1:])
    return ends[indptr].astype(np.uint64), np.repeat(indices.astype(np.uint32), counts)


def document_list(documents, what="documents"):
    """A list of texts or of lists of tokens, and whether it is of texts."""
    if isinstance(documents, (str, bytes)):
        raise TypeError(f"expected a list of {what}, found one string; put it in a list")
    listed = list(documents)
    is_text = bool(listed) and isinstance(listed[0], str)
    for i, document in enumerate(listed):
        if isinstance(document, str) != is_text or isinstance(document, bytes):
            raise TypeError(f"document {i}: expected {'a string' if is_text else 'a list of tokens'}, "
                            f"found {type(document).__name__}")
    return listed, is_text
