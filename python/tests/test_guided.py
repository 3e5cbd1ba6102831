"""Topics that begin with a model or with seed words: what train() is given reaches the engine."""
import numpy as np
import pytest

import lightlda
from lightlda import Corpus, Model


@pytest.fixture(scope="module")
def old(texts, tmp_path_factory):
    """(corpus, directory of a model of it)."""
    at = tmp_path_factory.mktemp("guided")
    corpus = Corpus.from_texts(texts, directory=at / "corpus")
    lightlda.train(corpus, 3, 20, directory=at / "model")
    return corpus, at / "model"


@pytest.mark.parametrize("name, settings", [
    ("weighed", {"init_weight": 0.5, "num_topics": 4}), ("automatic", {"num_topics": 4}),
    ("frozen", {"frozen_topics": "0,2", "num_topics": 4, "mh_steps": 0}),
    ("all", {"frozen_topics": "all", "init_weight": 0.0, "num_topics": 5, "mh_steps": 0})])
def test_a_model_to_begin_with(old, tmp_path, program, name, settings):
    corpus, begun = old
    flags = [f"--{flag}={value}" for flag, value in settings.items()]
    program("lightlda", f"--corpus={corpus.directory}", f"--model={tmp_path / name}", "--num_iterations=6",
            f"--init_model={begun}", *flags)
    made = lightlda.train(corpus, num_iterations=6, init_model=begun, **settings)
    assert made.hash == Model.load(tmp_path / name).hash
    without = {key: value for key, value in settings.items() if key not in ("init_weight", "frozen_topics")}
    assert made.hash != lightlda.train(corpus, num_iterations=6, **without).hash
    frozen = {"frozen": [0, 2], "all": [0, 1, 2]}.get(name, [])
    before = Model.load(begun).counts.toarray()
    assert [k for k in range(3) if np.array_equal(made.counts.toarray()[k], before[k])] == frozen
    # It goes on in memory, and ends as the run in one.
    whole = lightlda.train(corpus, num_iterations=9, init_model=begun, **settings)
    assert made.train(3).hash == whole.hash


def test_seed_words(old, tmp_path, program):
    corpus, _ = old
    seeds = tmp_path / "seeds.tsv"
    seeds.write_text("sky\tcomet star moon\nkitchen\tdough oven\t2\n")
    program("lightlda", f"--corpus={corpus.directory}", f"--model={tmp_path / 'theirs'}", "--num_topics=3",
            "--num_iterations=20", f"--seed_words={seeds}")
    made = lightlda.train(corpus, 3, 20, seed_words=seeds)
    assert made.hash == Model.load(tmp_path / "theirs").hash
    first = [{word for word, _ in topic} for topic in made.topics(5)]
    assert {"comet", "star", "moon"} <= first[0] and {"dough", "oven"} <= first[1]
    in_directory = lightlda.train(corpus, 3, 20, seed_words=seeds, directory=tmp_path / "ours")
    assert in_directory.hash == made.hash and in_directory.labels == {0: "sky", 1: "kitchen"}


def test_what_does_not_go_together(old, tmp_path):
    corpus, begun = old
    for settings, name in [({"frozen_topics": "0"}, "frozen_topics"), ({"init_weight": 1.0}, "init_weight"),
                           ({"init_model": begun, "frozen_topics": "9"}, "frozen_topics"),
                           ({"init_model": begun, "init_weight": -3.0}, "init_weight")]:
        with pytest.raises(lightlda.UsageError, match=f"`{name}`"):
            lightlda.train(corpus, 4, 2, **settings)
    with pytest.raises(lightlda.BadInput, match="`init_model`"):
        lightlda.train(corpus, 4, 2, init_model=tmp_path / "absent")
    (tmp_path / "seeds.tsv").write_text("only a name\n")
    with pytest.raises(lightlda.BadInput, match="seeds.tsv:1"):
        lightlda.train(corpus, 4, 2, seed_words=tmp_path / "seeds.tsv")
