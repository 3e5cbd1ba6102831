"""train(): the programs' models, pieces, callbacks, interrupts, threads, logging."""
import logging
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import lightlda
from lightlda import Corpus, Model


def test_a_matrix_gives_the_model_of_the_programs(matrix, corpus, tmp_path, program, write_ldac):
    documents, vocabulary = write_ldac(matrix)
    program("lightlda-preprocess", f"--input={documents}", "--format=ldac", f"--vocab={vocabulary}",
            f"--output={tmp_path / 'corpus'}")
    for name, flags, settings in [("learned", [], {}),
                                  ("given", ["--alpha=0.2", "--beta=0.05", "--seed=3"],
                                   {"alpha": 0.2, "beta": 0.05, "seed": 3})]:
        directory = tmp_path / name
        program("lightlda", f"--corpus={tmp_path / 'corpus'}", f"--model={directory}", "--num_topics=6",
                "--num_iterations=20", *flags)
        made = lightlda.train(corpus, 6, 20, **settings)
        assert made.hash == Model.load(directory).hash
        in_directory = lightlda.train(corpus, 6, 20, directory=tmp_path / (name + "-python"), **settings)
        assert in_directory.hash == made.hash
        topics = program("lightlda-dump", "topics", f"--model={tmp_path / (name + '-python')}")
        assert [line.split("\t")[2].split(":")[0] for line in topics.splitlines() if line[0].isdigit()] == [
            topic[0][0] for topic in made.topics(1)]


@pytest.mark.parametrize("settings", [{}, {"alpha": 0.1}, {"growth_stages": 2}, {"alpha": [0.1] * 6}])
def test_a_run_in_pieces_is_the_run_in_one(corpus, settings):
    whole = lightlda.train(corpus, 6, 17, **settings)
    pieces = lightlda.train(corpus, 6, 4, **settings)
    for n in (1, 2, 10):
        assert pieces.train(n) is pieces
    assert pieces.hash == whole.hash and np.array_equal(pieces.alpha, whole.alpha)
    assert pieces.metrics["iteration"].tolist() == whole.metrics["iteration"].tolist()
    assert pieces.complete and pieces.log_likelihood == whole.log_likelihood


def test_a_loop_sees_the_likelihood_rise(corpus):
    model = lightlda.train(corpus, 6, 1)
    seen = [model.train(10).log_likelihood for _ in range(3)]
    assert seen[-1] > seen[0] > model.metrics["log_likelihood_per_token"].dropna().iloc[0]


def test_a_loaded_model_goes_on(corpus, tmp_path):
    whole = lightlda.train(corpus, 6, 12)
    lightlda.train(corpus, 6, 5, directory=tmp_path / "model")
    loaded = Model.load(tmp_path / "model", corpus)
    assert loaded.train(7).hash == whole.hash
    assert Model.load(tmp_path / "model").hash != whole.hash
    with pytest.raises(lightlda.UsageError, match="cannot go on"):
        Model.from_counts(np.ones((2, 3), int), "abc", 0.1).train(1)


def test_every_field_is_a_keyword(corpus, tmp_path):
    made = lightlda.train(
        str_of(corpus, tmp_path), 4, 3, alpha="auto", beta=0.02, optimize_interval=2, seed=2, num_threads=2,
        mh_steps=1, growth_stages=1, growth_iterations=2, growth_beta=0.5, likelihood_interval=1, preview_interval=1,
        evaluate=corpus, directory=tmp_path / "m", overwrite=False, resume="auto", checkpoint_minutes=0, max_hours=1,
        save_wait_minutes=0, fallback_model=tmp_path / "f", memory_budget=1 << 33, scratch_directory=tmp_path,
        progress=False)
    settings = made.manifest["settings"]
    assert (settings["beta"], settings["seed"], settings["mh_steps"], len(settings["growth"])) == (0.02, 2, 1, 1)
    assert made.metrics["held_out_log_likelihood_per_token"].notna().all()
    with pytest.raises(TypeError):
        lightlda.train(corpus, 4, no_such_setting=1)
    with pytest.raises(TypeError, match="`seed`: expected int, found 'x'"):
        lightlda.train(corpus, 4, seed="x")
    with pytest.raises(lightlda.UsageError, match="`num_topics`"):
        lightlda.train(corpus, 1)
    with pytest.raises(lightlda.UsageError, match="`alpha`"):
        lightlda.train(corpus, 3, alpha=-1)
    with pytest.raises(lightlda.UsageError, match="`resume`"):
        lightlda.train(corpus, 3, resume="maybe")
    with pytest.raises(TypeError, match="`corpus`"):
        lightlda.train([["a"]], 3)
    with pytest.raises(lightlda.CannotWrite):
        lightlda.train(corpus, 4, directory=tmp_path / "m")


def str_of(corpus, tmp_path):
    corpus.save(tmp_path / "c")
    return str(tmp_path / "c")


def test_callback_false_stops(corpus, tmp_path):
    for directory in (None, tmp_path / "model"):
        seen = []

        def stop_at_four(metrics):
            seen.append(metrics)
            return metrics["iteration"] < 4

        model = lightlda.train(corpus, 6, 30, callback=stop_at_four, directory=directory)
        assert [metrics["iteration"] for metrics in seen] == [1, 2, 3, 4] and not model.complete
        assert model.topic_totals.sum() == model.num_tokens > 0
    # What is saved goes on, and ends as a run that was never stopped.
    done = lightlda.train(corpus, 6, 30, directory=tmp_path / "model", resume="yes")
    assert done.hash == lightlda.train(corpus, 6, 30).hash == model.train(30).hash


def test_what_a_callback_raises_comes_out_with_the_model(corpus, tmp_path):
    def fail(metrics):
        if metrics["iteration"] == 3:
            raise ZeroDivisionError("mine")

    for directory in (None, tmp_path / "model"):
        with pytest.raises(ZeroDivisionError, match="mine") as raised:
            lightlda.train(corpus, 6, 30, callback=fail, directory=directory)
        model = raised.value.model
        assert len(model.metrics) == 3
        assert model.train(30).hash == lightlda.train(corpus, 6, 30).hash
    assert Model.load(tmp_path / "model").complete is False
    kept = lightlda.train(corpus, 6, 2)
    before, iterations = kept.hash, len(kept.metrics)
    with pytest.raises(ZeroDivisionError):
        kept.train(5, callback=lambda metrics: 1 / 0)
    assert len(kept.metrics) == iterations + 1 and kept.hash != before  # it has what was done


INTERRUPTED = """
import os, signal, sys, threading, time
import numpy as np, scipy.sparse, lightlda
X = scipy.sparse.csr_matrix(np.random.default_rng(0).poisson(0.5, (3000, 600)))
corpus = lightlda.Corpus.from_csr(X)
started = threading.Event()
def interrupt():
    started.wait()
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
try:
    lightlda.train(corpus, 20, 10**6, directory=sys.argv[1] or None, callback=lambda metrics: started.set())
except KeyboardInterrupt as error:
    saved = error.model
    assert not saved.complete and saved.topic_totals.sum() > 0
    before = len(saved.metrics)
    saved.train(1)  # goes on
    assert saved.topic_totals.sum() == X.sum() and len(saved.metrics) > before > 0
    print("interrupted")
"""


@pytest.mark.parametrize("saved", [False, True])
def test_ctrl_c_keeps_the_state(tmp_path, saved):
    directory = str(tmp_path / "model") if saved else ""
    done = subprocess.run([sys.executable, "-B", "-c", INTERRUPTED, directory], capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.stdout.startswith("interrupted"), done.stderr
    if saved:
        assert Model.load(directory).topic_totals.sum() > 0


def test_a_state_that_cannot_be_kept_hides_nothing(corpus, tmp_path, caplog):
    """As when a second Ctrl-C ends the run within an iteration, or a disk is full: what was raised is raised."""
    def fill(metrics):
        if metrics["iteration"] == 2:
            (tmp_path / "model").rename(tmp_path / "moved")
            (tmp_path / "model").write_text("in the way")
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as raised:
        lightlda.train(corpus, 6, 30, callback=fill, directory=tmp_path / "model")
    assert "is lost" in caplog.text and not hasattr(raised.value, "model")


def test_preprocessing_is_interrupted(tmp_path):
    """A signal handler that raises ends a long call of the engine, which leaves nothing behind."""
    same = " ".join(f"word{i}" for i in range(60))
    texts = (f"{same} other{i}" for i in range(100000))  # much longer than the tenth of a second between looks

    def handler(*_):
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, handler)
    try:
        original = lightlda._core.preprocess

        def soon(config):
            signal.setitimer(signal.ITIMER_REAL, 0.001)
            return original(config)

        lightlda._core.preprocess = soon
        with pytest.raises(KeyboardInterrupt):
            Corpus.from_texts(texts, directory=tmp_path / "corpus", max_df=1.0, num_threads=1)
    finally:
        lightlda._core.preprocess = original
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert not os.listdir(tmp_path)


def test_other_threads_run_while_training(corpus):
    ticks, done = [0], threading.Event()

    def tick():
        while not done.wait(0.002):
            ticks[0] += 1

    thread = threading.Thread(target=tick)
    thread.start()
    at = [ticks[0]]
    lightlda.train(corpus, 20, 200, callback=lambda metrics: at.append(ticks[0]))
    done.set()
    thread.join()
    assert len(set(at)) > 5


def test_two_trainings_do_not_know_of_each_other(corpus):
    made = {}

    def run(name, callback):
        made[name] = lightlda.train(corpus, 6, 40, callback=callback)

    stopped = threading.Thread(target=run, args=("stopped", lambda metrics: metrics["iteration"] < 3))
    other = threading.Thread(target=run, args=("other", None))
    for thread in (stopped, other):
        thread.start()
    for thread in (stopped, other):
        thread.join()
    assert not made["stopped"].complete and made["other"].complete
    assert made["other"].hash == lightlda.train(corpus, 6, 40).hash


def test_threads_do_not_change_the_model(corpus):
    assert len({lightlda.train(corpus, 6, 5, num_threads=n).hash for n in (1, 2, 5)}) == 1


def test_messages_go_to_logging(corpus, caplog, capfd):
    with caplog.at_level(logging.DEBUG, logger="lightlda"):
        lightlda.train(corpus, 6, 10, preview_interval=5)
    text = caplog.text
    assert "iteration 10/10: log-likelihood per token -" in text and "topic 0" in text
    assert capfd.readouterr() == ("", "")
    lightlda.train(corpus, 6, 3, progress=True)
    assert "iteration 3/3" in capfd.readouterr().err


def test_the_package_keeps_signal_handlers(corpus):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)]
    lightlda.train(corpus, 6, 2)
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)]


def test_a_forked_child_trains_too(corpus):
    pid = os.fork()
    if pid == 0:
        os._exit(0 if lightlda.train(corpus, 6, 3).complete else 1)
    deadline = time.monotonic() + 60
    while (done := os.waitpid(pid, os.WNOHANG)) == (0, 0) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert done[0] == pid and os.waitstatus_to_exitcode(done[1]) == 0
