"""The report of a model: a page that shows it, in a file of its own or in a notebook."""
from __future__ import annotations

import html
import logging
import os
import tempfile

from . import _core
from ._train import set_field

logger = logging.getLogger("lightlda")


class Report:
    """A page of HTML that asks for nothing beyond itself. A notebook shows it in a frame."""

    def __init__(self, page: bytes, left_out: list[str], height: int = 800):
        self.page = page
        self.left_out = left_out
        self.height = int(height)

    def _repr_html_(self) -> str:
        # The frame has an origin of its own: words and documents that are shown there reach nothing of the notebook,
        # and the page keeps nothing in the browser. `srcdoc` is an attribute: what ends one is escaped.
        page = html.escape(self.page.decode("utf-8"), quote=True)
        return (f'<iframe srcdoc="{page}" sandbox="allow-scripts allow-downloads allow-popups '
                f'allow-popups-to-escape-sandbox" title="lightlda report" width="100%" height="{self.height}" '
                'style="border:1px solid #8888;border-radius:6px"></iframe>')

    def __repr__(self) -> str:
        return (f"<a lightlda report of {len(self.page):,} bytes: the last value of a notebook's cell is shown; "
                "model.report(path) writes a file>")


def make_report(model, *, title="", by=(), bin="auto", documents=10, snippet_bytes=240, max_bytes=5 << 20, labels=None,
                num_threads=0, height=800) -> Report:
    """The page of a model. The keywords are those of ``Model.report`` and ``Model.show``."""
    options = _core.ReportOptions()
    for name, value in dict(title=title, by=[by] if isinstance(by, str) else list(by), bin=bin, documents=documents,
                            snippet_bytes=snippet_bytes, max_bytes=max_bytes, num_threads=num_threads).items():
        set_field(options, name, value)
    names, file = (labels, "") if labels is None or hasattr(labels, "items") else (None, os.fspath(labels))
    if names is not None:
        names = {int(topic): str(label) for topic, label in names.items()}
    corpus = model.corpus._core if model._core.corpus_checksum else None
    with tempfile.TemporaryDirectory(prefix="lightlda-") as scratch:
        options.model_directory = model._directory or os.path.join(scratch, "model")
        if model._directory is None:  # its labels and the curves of its training are files
            model._save_directory(options.model_directory, False)
        page, left_out = _core.report(model._core, corpus, options, names, file)
    for what in left_out:
        logger.info("left out of the report: %s", what)
    return Report(page, left_out, height)
