#!/usr/bin/env python3
"""Topics that begin with a model or with seed words: what the counts are, that they stay, and one result."""
import collections
import json
import math

import models
from cli_test import DATA_DIR, SOURCE_DIR, check, main

SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"
BETA = 0.01
TOPICS = 12  # the first 8 of which are the model's
RUN = "--num_iterations=12 --likelihood_interval=4 --preview_interval=0"
SEEDS = "display\tfonts window nowhereword desktop\nnetwork\tserver client\t0.5\n"


def prepared(test):
    """A corpus `old` with its model `init`, and a corpus `corpus`, of other documents and words."""
    def run(scratch):
        scratch.must(f"xz -dc {SAMPLE} | head -n 300 > old.jsonl")
        scratch.must(f"xz -dc {SAMPLE} | tail -n 200 > new.jsonl")
        for name, output in (("old", "old"), ("new", "corpus")):
            scratch.must(f"lightlda-preprocess --input={name}.jsonl --output={output} --stopwords=en --min_df=2")
        models.train(scratch, "--num_topics=8 --num_iterations=20", corpus="old", model="init")
        (scratch.path / "seeds.tsv").write_text(SEEDS, encoding="utf-8")
        return test(scratch)
    return run


def rows_by_word(scratch, model):
    return dict(zip(models.words(scratch, model), models.word_topic(scratch, model)))


def recounted(scratch, model):
    """n_wk of the tokens of documents, [{topic: count}] by word id."""
    rows = [collections.Counter() for _ in models.words(scratch, model)]
    for _, tokens in models.assignments(scratch, model):
        for word, topic in tokens:
            rows[word][topic] += 1
    return rows


def joint(scratch, model, prior):
    """log p(w, z) / N where topic k begins with prior[w][k] tokens of word w."""
    alpha = models.alphas(scratch, model)
    documents = models.assignments(scratch, model)
    rows, size = recounted(scratch, model), len(prior)
    fixed = [sum(row.get(k, 0) for row in prior) for k in range(len(alpha))]
    own = [sum(row[k] for row in rows) for k in range(len(alpha))]
    total = sum(math.lgamma(size * BETA + f) - math.lgamma(size * BETA + f + n) for f, n in zip(fixed, own))
    for row, before in zip(rows, prior):
        for topic, count in row.items():
            start = BETA + before.get(topic, 0)
            total += math.lgamma(start + count) - math.lgamma(start)
    for _, tokens in documents:
        total += math.lgamma(sum(alpha)) - math.lgamma(len(tokens) + sum(alpha))
        for topic, count in collections.Counter(topic for _, topic in tokens).items():
            total += math.lgamma(count + alpha[topic]) - math.lgamma(alpha[topic])
    return total / sum(len(tokens) for _, tokens in documents)


def same(found, expected, what):
    check(abs(found - expected) <= 1e-6 * abs(expected), f"{what}: {found}, expected {expected}")


def added_to_a_model(scratch):
    """With weight 1 every count is the model's and the documents', by word."""
    before = rows_by_word(scratch, "init")
    for steps in ("0", "2"):
        model = f"model{steps}"
        models.train(scratch, f"{RUN} --num_topics={TOPICS} --init_model=init --init_weight=1 --mh_steps={steps}",
                     model=model)
        names, own = models.words(scratch, model), recounted(scratch, model)
        prior = [before.get(word, {}) for word in names]
        check(sum(map(bool, prior)) > 100 and not all(prior), "the corpora are too much or too little alike")
        for word, row, n, p in zip(names, models.word_topic(scratch, model), own, prior):
            check(row == n + collections.Counter(p), f"{word}: {row}, expected {n} and {p}")
        same(models.metrics(scratch, model)[-1]["log_likelihood_per_token"], joint(scratch, model, prior), "likelihood")
        totals = sum(sum(row.values()) for row in models.word_topic(scratch, model))
        check(models.manifest(scratch, model)["num_tokens"] == totals, "num_tokens is not what the rows add up to")
        scratch.must(f"lightlda-dump topics --model={model}")
        used = {topic for row in own for topic in row}
        check(used & set(range(8, TOPICS)), "no new topic has a token")
    # Where topics only begin with the model nothing of it is left in the counts.
    models.train(scratch, f"{RUN} --num_topics=8 --init_model=init --init_weight=0 --overwrite", model="model0")
    models.check_consistent(scratch, BETA, model="model0")


def frozen_topics_stay(scratch):
    """Their phi is the model's to the last bit; the joint likelihood takes it for given."""
    # Another run on the same corpus, so that the words are the same.
    flags = f"{RUN} --num_topics={TOPICS} --init_model=init --init_weight=0 --frozen_topics=0-2,5"
    models.train(scratch, flags, corpus="old")
    frozen = {0, 1, 2, 5}
    before, after, own = (rows(scratch, model) for rows, model in (
        (models.word_topic, "init"), (models.word_topic, "model"), (recounted, "model")))
    moved = 0
    for word, (old, new, n) in enumerate(zip(before, after, own)):
        check({k: c for k, c in new.items() if k in frozen} == {k: c for k, c in old.items() if k in frozen},
              f"word {word}: {old} became {new}")
        check({k: c for k, c in new.items() if k not in frozen} == {k: c for k, c in n.items() if k not in frozen},
              f"word {word}: {new}, documents have {n}")
        moved += sum(n[k] for k in frozen)
    check(moved > 0, "no token has a frozen topic")
    alpha = models.alphas(scratch)
    documents = models.assignments(scratch)
    size = len(after)
    totals = [sum(row.get(k, 0) for row in after) for k in range(TOPICS)]
    total = sum(math.lgamma(size * BETA) - math.lgamma(size * BETA + totals[k])
                for k in range(TOPICS) if k not in frozen)
    for row, fixed in zip(own, before):
        for topic, count in row.items():
            if topic in frozen:
                total += count * math.log((fixed.get(topic, 0) + BETA) / (totals[topic] + size * BETA))
            else:
                total += math.lgamma(BETA + count) - math.lgamma(BETA)
    for _, tokens in documents:
        total += math.lgamma(sum(alpha)) - math.lgamma(len(tokens) + sum(alpha))
        for topic, count in collections.Counter(topic for _, topic in tokens).items():
            total += math.lgamma(count + alpha[topic]) - math.lgamma(alpha[topic])
    same(models.metrics(scratch)[-1]["log_likelihood_per_token"], total / sum(len(t) for _, t in documents), "likelihood")


def names_stay(scratch):
    """Seeded topics have their names as labels, also with growth, and their words."""
    code, _, err = scratch.run(f"lightlda --corpus=corpus --model=model {RUN} --num_topics=6 --seed_words=seeds.tsv "
                               "--growth_stages=2")
    check(code == 0 and "of topic display the corpus lacks 1 of 4: nowhereword" in err, f"{code}\n{err}")
    labels = [json.loads(line) for line in scratch.must("lightlda-dump labels --model=model --format=json").splitlines()]
    own = {row["topic"]: row["label"] for row in labels if not row["automatic"]}
    check(own == {0: "display", 1: "network"}, f"labels: {own}")
    rows, counted = rows_by_word(scratch, "model"), dict(zip(models.words(scratch, "model"), recounted(scratch, "model")))
    for topic, (words, weight) in enumerate(((("fonts", "window", "desktop"), 0.4), (("server", "client"), 0.5))):
        top = scratch.must("lightlda-dump topics --model=model --top_words=20").splitlines()[topic].split()
        for word in words:
            tokens = sum(counted[word].values())
            expected = counted[word][topic] + max(1, math.floor(weight * tokens + 0.5))
            check(rows[word][topic] == expected, f"{word}: {rows[word]}, expected {expected} in {topic}")
            check(any(word == part.split(":")[0] for part in top), f"{word} is not in {top}")
    # A model that begins with this one has the names, too, and its own seeds behind its topics.
    (scratch.path / "more.tsv").write_text("games\tplugin xfce4\n", encoding="utf-8")
    models.train(scratch, f"{RUN} --num_topics=8 --init_model=model --seed_words=more.tsv", model="next")
    labels = json.loads((scratch.path / "next/labels.json").read_text(encoding="utf-8"))
    check(labels["labels"] == {"0": "display", "1": "network", "6": "games"}, f"{labels}")
    check(labels["model_hash"] == models.model_hash(scratch, "next"), "labels are not of the model")


ALL = "--init_model=init --init_weight=0.3 --seed_words=seeds.tsv"


def one_result(scratch):
    """Threads, processes, streaming, stop and resume do not change the model."""
    for number, flags in enumerate((f"{ALL} --mh_steps=2", f"{ALL} --frozen_topics=1,3 --mh_steps=0")):
        run = f"{RUN} --num_topics={TOPICS} {flags} --growth_stages=1"
        models.train(scratch, f"{run} --num_threads=1", model=f"alone{number}")
        expected = models.model_hash(scratch, f"alone{number}")
        models.train(scratch, f"{run} --num_threads=3 --checkpoint_interval=0.00001", model=f"threads{number}")
        # Back to the last checkpoint, which was written while the run went on.
        scratch.must(f"cp -r threads{number} checkpoint{number} && "
                     f"cp threads{number}/manifest.prev.json checkpoint{number}/manifest.json")
        check(not models.manifest(scratch, f"checkpoint{number}")["progress"]["complete"], "no checkpoint was made")
        models.train(scratch, f"{run} --resume=yes", model=f"checkpoint{number}")
        models.train(scratch, f"{run} --num_iterations=5", model=f"resumed{number}")
        models.train(scratch, f"{run} --resume=yes", model=f"resumed{number}")
        for processes in (2, 3):
            scratch.must(f"ASAN_OPTIONS=detect_leaks=0 {SOURCE_DIR}/scripts/run_local.sh -n {processes} --threads 1 --no-bind "
                         f"-- --corpus=corpus --model=processes{processes}{number} {run}")
        scratch.must(f"ASAN_OPTIONS=detect_leaks=0 {SOURCE_DIR}/scripts/run_local.sh -n 2 --threads 1 --no-bind "
                     f"-- --corpus=corpus --model=both{number} {run} --num_iterations=7")
        models.train(scratch, f"{run} --resume=yes", model=f"both{number}")
        for model in ("threads", "checkpoint", "resumed", "processes2", "processes3", "both"):
            found = models.model_hash(scratch, f"{model}{number}")
            check(found == expected, f"{model}, {flags}: {found}, expected {expected}")
        metrics = [models.metrics(scratch, f"{model}{number}")[-1] for model in ("alone", "processes3")]
        same(*(line["log_likelihood_per_token"] for line in metrics), "likelihood of three processes")


def refusals(scratch):
    models.preprocess(scratch, "--input=$DATA/tiny/tiny.ldac --format=ldac", "numbers")  # words are numbers
    (scratch.path / "bad.tsv").write_text("space nasa\n", encoding="utf-8")
    (scratch.path / "none.tsv").write_text("space\tnowhereword\n", encoding="utf-8")
    (scratch.path / "torn").mkdir()
    models.train(scratch, f"{RUN} --num_topics={TOPICS} {ALL} --num_iterations=2", model="stopped")
    run = "lightlda --corpus=corpus --model=model --num_topics=8"
    for command, exit_code, said in (
            (run.replace("=8", "=7") + " --init_model=init", 64, "--num_topics: expected at least the 8 of --init_model, found 7"),
            (run + " --init_model=absent", 65, "absent"),
            (run + " --init_model=torn", 65, "torn"),
            (run.replace("=corpus", "=numbers") + " --init_model=init", 65,
             "none of its words is one of the model"),
            (run + " --init_model=init --init_weight=-1", 64, "--init_weight=-1: expected auto"),
            (run + " --init_weight=1", 64, "--init_weight: expected an --init_model"),
            (run + " --frozen_topics=1", 64, "--frozen_topics: expected an --init_model"),
            (run + " --init_model=init --frozen_topics=8", 64, "--frozen_topics=8: expected all"),
            (run + " --init_model=init --frozen_topics=0 --mh_steps=2", 64, "--frozen_topics: expected full conditionals"),
            (run + " --seed_words=bad.tsv", 65, "bad.tsv:1: expected a name, a tab"),
            (run + " --seed_words=none.tsv", 65, "none.tsv: topic \"space\": none of its words is in the corpus"),
            (run + " --init_model=init --seed_words=seeds.tsv", 64, "--num_topics: expected at least 10"),
            (f"lightlda --corpus=corpus --model=stopped {RUN} --num_topics={TOPICS} --resume=yes", 64,
             "cannot resume: initial_topics of the saved run is"),
            (f"lightlda --corpus=corpus --model=stopped {RUN} --num_topics={TOPICS} {ALL} --init_weight=0.4 --resume=yes", 64,
             "cannot resume: initial_topics of the saved run is")):
        code, _, err = scratch.run(command)
        check(code == exit_code and said in err, f"{command}: exit code {code}, expected {exit_code}\n{err}")
        check(err.count("error:") == 1, f"more than one line:\n{err}")
        check(not (scratch.path / "model").exists(), f"{command}: a model is there")


if __name__ == "__main__":
    main([
        ("documents are added to a model", prepared(added_to_a_model)),
        ("frozen topics stay", prepared(frozen_topics_stay)),
        ("names stay", prepared(names_stay)),
        ("one result", prepared(one_result)),
        ("refusals", prepared(refusals)),
    ])
