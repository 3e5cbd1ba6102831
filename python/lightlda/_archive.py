"""Directories as one file, and directories that go when nobody needs them."""
from __future__ import annotations

import contextlib
import io
import os
import pathlib
import shutil
import tarfile
import tempfile
import weakref

from ._errors import BadInput, CannotWrite, Error


@contextlib.contextmanager
def new_file(path, overwrite: bool):
    """A file to write bytes to, which is at ``path`` when all is written, and nowhere if anything fails."""
    path = os.fspath(path)
    if os.path.lexists(path) and not overwrite:
        raise CannotWrite(f"{path}: exists already; give another name or `overwrite`")
    partial = path + ".partial"
    try:
        with open(partial, "wb") as file:
            yield file
        os.replace(partial, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.remove(partial)
        if isinstance(error, OSError) and not isinstance(error, Error):
            raise CannotWrite(f"{path}: {error.strerror}") from None
        raise


def pack(directory, file) -> None:
    """Writes the files of a directory as a tar archive, the same bytes for the same files."""
    directory = pathlib.Path(directory)
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                entry = tarfile.TarInfo(path.relative_to(directory).as_posix())
                entry.size = path.stat().st_size
                with path.open("rb") as content:
                    archive.addfile(entry, content)


def unpack(file, directory, name="archive") -> None:
    """Files and nothing else, within the directory and nowhere else."""
    root = pathlib.Path(directory)
    try:
        with tarfile.open(fileobj=file, mode="r:") as archive:
            for entry in archive:
                parts = pathlib.PurePosixPath(entry.name).parts
                if not entry.isfile() or not parts or ".." in parts or parts[0] == "/":
                    raise BadInput(f"{name}: no model in one file: it has the entry {entry.name!r}")
                path = root.joinpath(*parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as out:
                    shutil.copyfileobj(archive.extractfile(entry), out)
    except tarfile.TarError as error:
        raise BadInput(f"{name}: no model in one file: {error}") from None


def to_bytes(save) -> bytes:
    """What ``save(directory)`` writes."""
    with tempfile.TemporaryDirectory(prefix="lightlda-") as scratch:
        save(os.path.join(scratch, "saved"))
        content = io.BytesIO()
        pack(os.path.join(scratch, "saved"), content)
        return content.getvalue()


def _remove(directory: str, pid: int) -> None:
    if os.getpid() == pid:  # not a child that has inherited the object
        shutil.rmtree(directory, ignore_errors=True)


def scratch_directory(parent=None) -> str:
    return tempfile.mkdtemp(prefix="lightlda-", dir=parent)


def remove_with(owner, directory: str) -> None:
    """Removes the directory when ``owner`` is gone."""
    weakref.finalize(owner, _remove, directory, os.getpid())
