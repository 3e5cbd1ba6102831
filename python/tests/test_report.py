"""The report, in a file and in a notebook: the page that the program writes."""
import html.parser
import os
import pathlib
import sys

import numpy as np
import pytest

import lightlda
from lightlda import Corpus, Model

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "cli"))
from report_page import Page  # noqa: E402

HOSTILE = """</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>"'&quot; srcdoc=" """


@pytest.fixture(scope="module")
def dated(texts, tmp_path_factory):
    """A corpus in a directory, whose documents have dates, sections and hostile titles."""
    metadata = {"created": [f"{2000 + d % 4}-05-0{1 + d % 9}" for d in range(len(texts))],
                "section": ["maths", "art", HOSTILE] * (len(texts) // 3),
                "title": [HOSTILE if d % 5 == 0 else f"Title {d}" for d in range(len(texts))]}
    return Corpus.from_texts(texts, metadata=metadata, directory=tmp_path_factory.mktemp("report") / "corpus")


@pytest.fixture(scope="module")
def trained(dated):
    return lightlda.train(dated, 3, 20)


class Frames(html.parser.HTMLParser):
    """Elements of what a notebook is given, by how a browser reads them."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        assert not data.strip(), f"text beside the frame: {data[:80]}"


def test_it_is_the_page_of_the_program(dated, tmp_path, program):
    model = lightlda.train(dated, 3, 20, directory=tmp_path / "model")
    for flags, settings in [([], {}),
                            (["--title=Über <b>", "--by=section", "--num=2", "--snippet_bytes=30"],
                             {"title": "Über <b>", "by": "section", "documents": 2, "snippet_bytes": 30}),
                            (["--by=created,section", "--bin=year"], {"by": ["created", "section"], "bin": "year"})]:
        program("lightlda-dump", "report", f"--model={tmp_path / 'model'}", f"--output={tmp_path / 'theirs.html'}",
                "--overwrite", *flags)
        assert model.report(tmp_path / "ours.html", overwrite=True, **settings) == []
        assert (tmp_path / "ours.html").read_bytes() == (tmp_path / "theirs.html").read_bytes()


def test_of_a_model_in_memory(trained, tmp_path):
    trained.report(tmp_path / "r.html")
    page = Page(tmp_path / "r.html")
    page.check_frame()
    assert page.header["model_hash"] == trained.hash and page.header["tokens"] == trained.topic_totals.tolist()
    rows, _ = page.word_topic()
    counts = trained.counts.toarray()
    assert {word: row for word, row in zip(page.words, rows)} == {
        word: {k: counts[k, w] for k in range(3) if counts[k, w]} for w, word in enumerate(trained.vocabulary)}
    assert len(page.header["metrics"]["iteration"]) == len(trained.metrics)
    assert {field["name"] for field in page.header["fields"]} == {"created", "section"}
    bare = Model.from_counts(counts, trained.vocabulary, 0.1)  # nothing but topics
    bare.report(tmp_path / "bare.html")
    assert Page(tmp_path / "bare.html").header["tokens"] == trained.topic_totals.tolist()


def test_labels(dated, tmp_path):
    model = lightlda.train(dated, 3, 5)
    shown = []
    for labels in (None, {1: "Sea"}):
        model.report(tmp_path / "r.html", labels=labels, overwrite=True)
        shown.append(Page(tmp_path / "r.html").header["labels"])
    assert shown == [{}, {"1": "Sea"}]
    model.labels = {0: "Sky"}
    model.report(tmp_path / "r.html", overwrite=True)
    assert Page(tmp_path / "r.html").header["labels"] == {"0": "Sky"}
    model.save(tmp_path / "model")
    other = Model.load(tmp_path / "model")
    other.report(tmp_path / "r.html", labels=tmp_path / "model" / "labels.json", overwrite=True)
    assert Page(tmp_path / "r.html").header["labels"] == {"0": "Sky"}
    with pytest.raises(lightlda.BadInput, match="7"):
        model.report(tmp_path / "x.html", labels={7: "none"})
    with pytest.raises(lightlda.BadInput, match="model/labels.json: .*of a model with hash"):
        lightlda.train(dated, 4, 5).report(tmp_path / "x.html", labels=tmp_path / "model" / "labels.json")


def test_what_fails_leaves_nothing(trained, tmp_path):
    (tmp_path / "there.html").write_text("mine")
    for error, match, path, settings in [
            (lightlda.CannotWrite, "there.html: exists already", "there.html", {}),
            (lightlda.CannotWrite, "No such file", "absent/r.html", {}),
            (lightlda.UsageError, "max_bytes", "r.html", {"max_bytes": 1000}),
            (lightlda.Error, "color", "r.html", {"by": "color"}),
            (lightlda.UsageError, "`bin`", "r.html", {"bin": "century"}),
            (TypeError, "`documents`: expected int, found 'many'", "r.html", {"documents": "many"}),
            (TypeError, "no_such", "r.html", {"no_such": 1})]:
        with pytest.raises(error, match=match):
            trained.report(tmp_path / path, **settings)
    with pytest.raises(TypeError, match="no_such"):
        trained.show(no_such=1)
    assert os.listdir(tmp_path) == ["there.html"] and (tmp_path / "there.html").read_text() == "mine"


def test_what_is_too_large_is_said(tmp_path, caplog):
    rng = np.random.default_rng(0)
    model = lightlda.train(Corpus.from_csr(rng.poisson(0.3, (200, 3000))), 20, 3)
    model.report(tmp_path / "whole.html")
    whole = (tmp_path / "whole.html").stat().st_size
    with caplog.at_level("INFO", logger="lightlda"):
        left_out = model.report(tmp_path / "r.html", max_bytes=whole - 1)
    assert (tmp_path / "r.html").stat().st_size < whole and "counts of 1" in left_out[0]
    assert "left out of the report: counts of 1" in caplog.text


def test_a_notebook_shows_it_in_a_frame_of_its_own(trained, tmp_path):
    shown = trained.show(height=500, title=HOSTILE)
    trained.report(tmp_path / "r.html", title=HOSTILE)
    ((tag, attributes),) = Frames(shown._repr_html_()).tags
    assert tag == "iframe" and attributes["height"] == "500"
    assert attributes["srcdoc"] == (tmp_path / "r.html").read_text(encoding="utf-8")
    # Scripts run, with an origin that is not the notebook's.
    allowed = attributes["sandbox"].split()
    assert "allow-scripts" in allowed and "allow-same-origin" not in allowed and "allow-top-navigation" not in allowed
    assert "report" in repr(shown) and len(repr(shown)) < 300
