"""The code of docs/python.md runs, block after block."""
import importlib.util
import pathlib
import re

import pytest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "python.md"


def test_the_page(tmp_path, monkeypatch, capsys):
    pytest.importorskip("gensim")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names, run = {}, 0
    for block in blocks:
        if "import tomotopy" in block and importlib.util.find_spec("tomotopy") is None:
            continue
        exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102: our own page
        run += 1
    assert run >= 8
    assert (tmp_path / "model.ll").is_file() and names["theta"].shape == (60, 2)
    # The two themes of the tour are its topics.
    top = {frozenset(word for word, _ in topic) for topic in names["model"].topics(2)}
    assert len(top) == 2
