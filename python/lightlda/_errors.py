"""What fails, as exceptions. Messages are one line and name arguments in backquotes."""
from __future__ import annotations


class Error(RuntimeError):
    """A call of lightlda that failed. ``code`` is the exit code that the programs end with."""

    code = 1


class UsageError(Error, ValueError):
    """A setting out of range, or settings that do not go together."""

    code = 64


class BadInput(Error, ValueError):
    """An input, corpus or model that is missing, malformed or corrupted."""

    code = 65


class CannotWrite(Error, OSError):
    """An output that cannot be created or written, such as one that exists, or a full disk."""

    code = 73


class Stopped(Error):
    """A run that was stopped with everything saved."""

    code = 75


class Cancelled(Error):
    """A call that was stopped with nothing kept."""


class OutOfMemory(Error, MemoryError):
    """More memory than there is."""


# By StatusCode of lightlda/status.h.
_CLASSES = {2: UsageError, 3: BadInput, 4: CannotWrite, 5: Stopped, 6: Cancelled, 7: OutOfMemory}


def of_status(code: int, message: str) -> Error:
    return _CLASSES.get(code, Error)(message)
