#!/usr/bin/env python3
"""What lightlda-dump writes for other tools is read by them, and says what the topics of the tokens say."""
import collections
import gzip
import json
import math
import re
import shutil
import sqlite3
import struct
from xml.etree import ElementTree

from cli_test import DATA_DIR, SOURCE_DIR, check, main
from readers import Truth, needs, use_system_python

SAMPLE = DATA_DIR / "debian-descriptions-sample.jsonl.xz"
TOPICS = 8


def trained(test):
    """On 400 documents, one of which has no known word; alpha is learned, so that it differs."""
    def run(scratch):
        scratch.must(f"xz -dc {SAMPLE} | head -n 400 > train.jsonl")
        scratch.must("lightlda-preprocess --input=train.jsonl --output=corpus --stopwords=en --block_tokens=3000")
        scratch.must(f"lightlda --corpus=corpus --model=model --num_topics={TOPICS} --num_iterations=40"
                     " --optimize_interval=10")
        return test(scratch)
    run.__name__ = test.__name__
    return run


def dump(scratch, arguments):
    return scratch.must(f"lightlda-dump {arguments} --model=model")


def lines_of(path):
    """Without str.splitlines, which knows line ends that nobody else has."""
    text = path.read_bytes().decode("utf-8")
    check(text.endswith("\n"), f"{path.name}: no line end at the end")
    return text[:-1].split("\n")


def close(numpy, found, expected, what, tolerance=1e-12):
    found, expected = numpy.asarray(found, dtype=float), numpy.asarray(expected, dtype=float)
    check(found.shape == expected.shape, f"{what}: shape {found.shape}, expected {expected.shape}")
    off = numpy.abs(found - expected) / numpy.maximum(1e-300, numpy.abs(expected))
    check(off.size == 0 or off.max() <= tolerance, f"{what}: off by {off.max()} at {off.argmax()}")


@needs("numpy")
def numpy_arrays(scratch, numpy):
    truth = Truth(scratch)
    for of, expected, kinds in (("phi", truth.phi(), ("float32", "float64")), ("theta", truth.theta(), ("float32", "float64")),
                                ("counts", truth.n_kw, ("int32", "int64"))):
        for kind in ("auto", *kinds):
            dump(scratch, f"npy --of={of} --dtype={kind} --output={of}-{kind}.npy")
            array = numpy.load(scratch.path / f"{of}-{kind}.npy", mmap_mode="r")
            check(array.dtype.name == (kinds[0] if kind == "auto" else kind), f"{of} {kind}: is {array.dtype}")
            check(array.flags.c_contiguous, f"{of}: not in C order")
            close(numpy, array, expected, f"{of} {kind}", 6e-8 if array.dtype.name == "float32" else 1e-12)
    dump(scratch, "names --output=words.txt")
    dump(scratch, "names --of=documents --output=documents.txt")
    check(lines_of(scratch.path / "words.txt") == truth.words, "names of words")
    check(lines_of(scratch.path / "documents.txt") == truth.names, "names of documents")
    scratch.must("lightlda-dump npy --of=counts --model=model | cmp - counts-auto.npy")


@needs("numpy", "scipy.io", "scipy.sparse")
def matrix_market(scratch, numpy, scipy_io, scipy_sparse):
    truth = Truth(scratch)
    corpus = [[0] * len(truth.words) for _ in truth.documents]
    for row, pairs in zip(corpus, truth.documents):
        for word, _ in pairs:
            row[word] += 1
    for of, expected in (("word_topic", numpy.transpose(truth.n_kw)), ("doc_topic", truth.n_dk), ("corpus", corpus)):
        dump(scratch, f"matrix_market --of={of} --output={of}.mtx")
        matrix = scipy_io.mmread(scratch.path / f"{of}.mtx")
        check(scipy_sparse.issparse(matrix) and matrix.dtype.kind == "i", f"{of}: {matrix.dtype}")
        close(numpy, matrix.toarray(), expected, of, 0)
        check(matrix.nnz == numpy.count_nonzero(expected), f"{of}: {matrix.nnz} entries")


@needs("gensim.corpora", "gensim.matutils", "scipy.io")
def corpora_in_gensim(scratch, corpora, matutils, scipy_io):
    truth = Truth(scratch)
    bags = [sorted(collections.Counter(word for word, _ in pairs).items()) for pairs in truth.documents]
    dump(scratch, "matrix_market --of=corpus --output=corpus.mtx")
    matrix = scipy_io.mmread(scratch.path / "corpus.mtx").tocsr()  # gensim's own reader wants the word "real"
    found = [[(word, int(count)) for word, count in bag] for bag in matutils.Sparse2Corpus(matrix, documents_columns=False)]
    check(found == bags, "Sparse2Corpus reads another corpus")
    dump(scratch, "ldac --output=ldac")
    blei = corpora.BleiCorpus(str(scratch.path / "ldac/corpus.dat"), str(scratch.path / "ldac/vocab.txt"))
    check([[(word, int(count)) for word, count in bag] for bag in blei] == bags, "BleiCorpus reads another corpus")
    check([blei.id2word[i] for i in range(len(blei.id2word))] == truth.words, "BleiCorpus has other words")


@needs("numpy")
def lda_c(scratch, numpy):
    truth = Truth(scratch)
    dump(scratch, "ldac --output=ldac")
    close(numpy, numpy.loadtxt(scratch.path / "ldac/final.beta"), numpy.log(truth.phi()), "final.beta")
    close(numpy, numpy.loadtxt(scratch.path / "ldac/final.gamma"), numpy.array(truth.n_dk) + truth.alpha, "final.gamma")
    other = dict(line.split() for line in lines_of(scratch.path / "ldac/final.other"))
    check(other["num_topics"] == str(TOPICS) and other["num_terms"] == str(len(truth.words)), f"{other}")
    close(numpy, float(other["alpha"]), numpy.mean(truth.alpha), "alpha of final.other")
    check(lines_of(scratch.path / "ldac/documents.txt") == truth.names, "documents.txt")


def snippet(heading):
    """The Python lines under a heading of docs/exchange.md."""
    page = (SOURCE_DIR / "docs/exchange.md").read_text(encoding="utf-8")
    return re.search(r"```python\n(.*?)```", page[page.index(heading):], re.DOTALL).group(1)


@needs("numpy", "gensim")
def gensim_model(scratch, numpy, _):
    truth = Truth(scratch)
    dump(scratch, "gensim --output=gensim")
    names = {}
    exec(snippet("### An LdaModel"), names)  # pylint: disable=exec-used
    model = names["load_lightlda"](str(scratch.path / "gensim"))
    close(numpy, model.get_topics(), truth.phi(), "topics in gensim", 1e-9)
    close(numpy, model.alpha, truth.alpha, "alpha in gensim")
    close(numpy, numpy.load(scratch.path / "gensim/expElogbeta.npy"), model.expElogbeta, "expElogbeta", 1e-9)
    check([model.id2word[i] for i in range(len(truth.words))] == truth.words, "words in gensim")
    best = max(range(len(truth.words)), key=lambda word: truth.n_kw[3][word])
    check(model.show_topic(3, 1)[0][0] == truth.words[best], f"{model.show_topic(3, 1)}")
    # Long documents get the topic from gensim that most of their tokens have here.
    agree = total = 0
    for row, pairs in zip(truth.n_dk, truth.documents):
        if len(pairs) < 20:
            continue
        topics = model.get_document_topics(sorted(collections.Counter(w for w, _ in pairs).items()), minimum_probability=0)
        check(len(topics) == TOPICS and abs(sum(p for _, p in topics) - 1) < 1e-4, f"{topics}")
        total += 1
        agree += row[max(topics, key=lambda pair: pair[1])[0]] >= 0.5 * max(row)
    check(total > 50 and agree > 0.8 * total, f"gensim agrees on {agree} of {total} documents")


def jensen_shannon(numpy, p, q):
    m = (p + q) / 2
    return 0.5 * (p * numpy.log(p / m)).sum() + 0.5 * (q * numpy.log(q / m)).sum()


@needs("numpy")
def ldavis_arrays(scratch, numpy):
    truth = Truth(scratch)
    dump(scratch, "ldavis --output=vis")
    arrays = {name: numpy.load(scratch.path / f"vis/{name}.npy")
              for name in ("topic_term_dists", "doc_topic_dists", "doc_lengths", "term_frequency")}
    vocab = lines_of(scratch.path / "vis/vocab.txt")
    lengths = [len(pairs) for pairs in truth.documents]
    check(0 in lengths, "no document without tokens to be left out")
    theta = [row for row, length in zip(truth.theta(), lengths) if length]
    close(numpy, arrays["topic_term_dists"], truth.phi(), "topic_term_dists")
    close(numpy, arrays["doc_topic_dists"], theta, "doc_topic_dists", 1e-6)
    close(numpy, arrays["doc_lengths"], [length for length in lengths if length], "doc_lengths")
    close(numpy, arrays["term_frequency"], numpy.sum(truth.n_kw, axis=0), "term_frequency")
    check(vocab == truth.words, "vocab")
    for name in ("topic_term_dists", "doc_topic_dists"):  # what pyLDAvis checks of its input
        check((arrays[name].sum(axis=1) >= 0.999).all(), f"{name}: rows do not add up to 1")


@needs("numpy")
def ldavis_json(scratch, numpy):
    """ldavis.json against the definitions of pyLDAvis.prepare, over all words and topics."""
    truth = Truth(scratch)
    dump(scratch, "ldavis --output=vis")
    found = json.loads((scratch.path / "vis/ldavis.json").read_text(encoding="utf-8"))
    theta, lengths = numpy.array(truth.theta()), numpy.array([len(pairs) for pairs in truth.documents])
    tokens = theta.T @ lengths
    order = numpy.argsort(-tokens, kind="stable")
    check(found["topic.order"] == [int(topic) + 1 for topic in order], f"order {found['topic.order']}")
    phi, tokens = numpy.array(truth.phi())[order], tokens[order]
    totals = phi.T @ tokens
    places = found["mdsDat"]
    close(numpy, places["Freq"], 100 * tokens / tokens.sum(), "Freq of topics", 1e-9)
    # Places: classical scaling of the divergences, up to the signs of the axes.
    squared = numpy.array([[jensen_shannon(numpy, p, q) for q in phi] for p in phi]) ** 2
    centre = numpy.eye(TOPICS) - 1 / TOPICS
    values, vectors = numpy.linalg.eigh(-centre @ squared @ centre / 2)
    for axis, name in ((-1, "x"), (-2, "y")):
        expected = numpy.sqrt(max(0, values[axis])) * vectors[:, axis]
        off = min(abs(numpy.array(places[name]) - sign * expected).max() for sign in (1, -1))
        check(off < 1e-7 * abs(expected).max(), f"{name}: off by {off} of {expected}")
    # Words: all that any lambda puts among the first 30 of a topic.
    info = list(zip(*(found["tinfo"][column] for column in ("Category", "Term", "Freq", "Total", "logprob", "loglift"))))
    ids = {word: i for i, word in enumerate(truth.words)}
    log_phi, lift = numpy.log(phi), numpy.log(phi / (totals / totals.sum()))
    for topic in range(TOPICS):
        wanted = set()
        for step in range(101):
            relevance = step / 100 * log_phi[topic] + (1 - step / 100) * lift[topic]
            wanted.update(numpy.argsort(-relevance, kind="stable")[:30].tolist())
        rows = [row for row in info if row[0] == f"Topic{topic + 1}"]
        listed = {ids[row[1]] for row in rows}
        # Relevances that are equal but for rounding may be ordered either way.
        check(len(rows) == len(listed) and len(listed ^ wanted) <= 4, f"topic {topic + 1}: words {listed ^ wanted} differ")
        for _, word, freq, total, logprob, loglift in rows:
            close(numpy, [freq, total], [phi[topic, ids[word]] * tokens[topic], totals[ids[word]]], word, 1e-9)
            check(abs(logprob - log_phi[topic, ids[word]]) <= 6e-5 and abs(loglift - lift[topic, ids[word]]) <= 6e-5,
                  f"{word}: {logprob}, {loglift}")
    given = phi / phi.sum(axis=0)
    saliency = totals / totals.sum() * (given * numpy.log(given.T / (tokens / tokens.sum())).T).sum(axis=0)
    default = [row for row in info if row[0] == "Default"]
    check([row[1] for row in default] == [truth.words[i] for i in numpy.argsort(-saliency, kind="stable")[:30]], f"{default}")
    check([row[4] for row in default] == list(range(30, 0, -1)) and default[0][2] == math.floor(totals[ids[default[0][1]]]),
          f"{default[0]}")
    table = {(row[0], row[1]): row[2] for row in zip(*(found["token.table"][c] for c in ("Term", "Topic", "Freq")))}
    expected = {(row[1], topic + 1): round(phi[topic, ids[row[1]]] * tokens[topic]) / totals[ids[row[1]]]
                for row in info for topic in range(TOPICS) if phi[topic, ids[row[1]]] * tokens[topic] >= 0.5}
    check(table.keys() == expected.keys(), f"token.table: {table.keys() ^ expected.keys()}")
    close(numpy, [table[key] for key in expected], list(expected.values()), "token.table", 1e-9)
    check(found["R"] == 30 and found["lambda.step"] == 0.01 and set(found["plot.opts"]) == {"xlab", "ylab"}, f"{found['R']}")


def mallet_files(scratch):
    truth = Truth(scratch)
    dump(scratch, "mallet_state --output=state.gz")
    lines = gzip.decompress((scratch.path / "state.gz").read_bytes()).decode("utf-8").split("\n")
    check(lines[0] == "#doc source pos typeindex type topic" and lines[-1] == "", f"{lines[0]}")
    check([float(a) for a in lines[1].removeprefix("#alpha : ").split()] == truth.alpha, f"{lines[1]}")
    check(len(set(truth.alpha)) > 1, "alpha was not learned")
    check(float(lines[2].removeprefix("#beta : ")) == truth.beta, f"{lines[2]}")
    expected = [f"{d} {name} {i} {word} {truth.words[word]} {topic}"
                for d, (name, pairs) in enumerate(zip(truth.names, truth.documents)) for i, (word, topic) in enumerate(pairs)]
    check(lines[3:-1] == expected, "tokens of the state")
    check(dump(scratch, "mallet_state") == "\n".join(lines), "the state on standard output")
    rows = [line.split("\t") for line in dump(scratch, "mallet_keys --top_words=5").splitlines()]
    for topic, (number, alpha, words) in enumerate(rows):
        best = sorted(range(len(truth.words)), key=lambda word: (-truth.n_kw[topic][word], word))[:5]
        check((int(number), float(alpha), words.split(" ")) == (topic, truth.alpha[topic], [truth.words[w] for w in best]),
              f"key {number}: {words}")
    rows = [line.split("\t") for line in dump(scratch, "mallet_doc_topics").splitlines()]
    check([row[:2] for row in rows] == [[str(d), name] for d, name in enumerate(truth.names)], "names of doc topics")
    for row, theta in zip(rows, truth.theta()):
        check(all(abs(float(p) - t) <= 1e-12 for p, t in zip(row[2:], theta)) and len(row) == 2 + TOPICS, f"{row}")


def mallet_diagnostics(scratch):
    truth = Truth(scratch)
    tokens = [sum(row) for row in truth.n_kw]
    of_words = [sum(column) for column in zip(*truth.n_kw)]
    phi = truth.phi()
    found = list(ElementTree.fromstring(dump(scratch, "mallet_diagnostics --top_words=7")))
    check([int(topic.get("id")) for topic in found] == list(range(TOPICS)), f"{found}")
    for k, topic in enumerate(found):
        n, shares = tokens[k], [count / tokens[k] for count in truth.n_kw[k]]
        in_documents = [row[k] for row in truth.n_dk if row[k]]
        best = sorted(range(len(shares)), key=lambda word, shares=shares: (-shares[word], word))[:7]
        expected = {
            "tokens": n,
            "document_entropy": -sum(count / n * math.log(count / n) for count in in_documents),
            "uniform_dist": sum(p * math.log(p * len(shares)) for p in shares if p),
            "corpus_dist": sum(p * math.log(p * sum(tokens) / of_words[w]) for w, p in enumerate(shares) if p),
            "eff_num_words": 1 / sum(p * p for p in shares),
            "rank_1_docs": sum(row[k] == max(row) and row.index(max(row)) == k for row in truth.n_dk if row[k]) / len(in_documents),
            "exclusivity": sum(phi[k][w] / sum(row[w] for row in phi) for w in best) / 7,
        }
        for name, value in expected.items():
            check(abs(float(topic.get(name)) - value) <= 1e-9 * max(1, abs(value)), f"{k} {name}: {topic.get(name)}, {value}")
        words = [(word.text, int(word.get("rank")), int(word.get("count"))) for word in topic]
        check(words == [(truth.words[w], i + 1, truth.n_kw[k][w]) for i, w in enumerate(best)], f"words of {k}: {words}")
        check(abs(float(topic[-1].get("cumulative")) - sum(shares[w] for w in best)) < 1e-9, f"{topic[-1].attrib}")


@needs("pandas")
def mallet_state_in_pandas(scratch, pandas):
    truth = Truth(scratch)
    dump(scratch, "mallet_state --output=state.gz")
    # As the usual recipes for LDAvis read it.
    state = pandas.read_csv(scratch.path / "state.gz", compression="gzip", sep=" ", skiprows=[1, 2], keep_default_na=False)
    check(list(state.columns) == ["#doc", "source", "pos", "typeindex", "type", "topic"], f"{state.columns}")
    counts = state.groupby(["topic", "typeindex"]).size()
    check({key: int(n) for key, n in counts.items()} ==
          {(k, w): n for k, row in enumerate(truth.n_kw) for w, n in enumerate(row) if n}, "counts by pandas")


def microsoft_files(scratch):
    truth = Truth(scratch)
    dump(scratch, "microsoft_lightlda --output=ms")
    rows = [line.split() for line in lines_of(scratch.path / "ms/server_0_table_0.model")]
    found = {int(row[0]): dict(tuple(map(int, entry.split(":"))) for entry in row[1:]) for row in rows}
    check(found == {w: {k: truth.n_kw[k][w] for k in range(TOPICS) if truth.n_kw[k][w]} for w in range(len(truth.words))},
          "server_0_table_0.model")
    summary = lines_of(scratch.path / "ms/server_0_table_1.model")
    check(summary == ["0 " + " ".join(f"{k}:{sum(row)}" for k, row in enumerate(truth.n_kw))], f"{summary}")
    frequencies = [sum(column) for column in zip(*truth.n_kw)]
    check(lines_of(scratch.path / "ms/dict.txt") == [f"{w}\t{word}\t{n}" for w, (word, n) in
                                                     enumerate(zip(truth.words, frequencies))], "dict.txt")
    read, block = 0, 0
    while (scratch.path / f"ms/block.{block}").exists():
        data = (scratch.path / f"ms/block.{block}").read_bytes()
        size, = struct.unpack_from("<q", data)
        offsets = struct.unpack_from(f"<{size + 1}q", data, 8)
        numbers = struct.unpack_from(f"<{offsets[-1]}i", data, 16 + 8 * size)
        check(len(data) == 16 + 8 * size + 4 * offsets[-1], f"block.{block}: {len(data)} bytes")
        topics = lines_of(scratch.path / f"ms/doc_topic.{block}")
        local = collections.Counter()
        for d in range(size):
            document = numbers[offsets[d]:offsets[d + 1]]
            pairs = list(zip(document[1::2], document[2::2]))
            check(document[0] == 0 and pairs == sorted(truth.documents[read], key=lambda pair: pair[0]), f"document {read}")
            local.update(word for word, _ in pairs)
            number, _, rest = topics[d].partition(" ")
            counts = {int(k): int(n) for k, n in (entry.split(":") for entry in rest.split())}
            check(int(number) == d and counts == {k: n for k, n in enumerate(truth.n_dk[read]) if n}, f"doc_topic {read}")
            read += 1
        vocab = (scratch.path / f"ms/vocab.{block}").read_bytes()
        size, *values = struct.unpack(f"<{len(vocab) // 4}i", vocab)
        words = sorted(local)
        check(values == words + [frequencies[w] for w in words] + [local[w] for w in words] and size == len(words),
              f"vocab.{block}")
        check(lines_of(scratch.path / f"ms/vocab.{block}.txt") ==
              [str(size)] + [f"{w}\t{frequencies[w]}\t{local[w]}" for w in words], f"vocab.{block}.txt")
        block += 1
    check(read == len(truth.documents) and block > 1, f"{read} documents in {block} blocks")


def sqlite_database(scratch):
    truth = Truth(scratch)
    dump(scratch, "sqlite --output=model.db")
    database = sqlite3.connect(scratch.path / "model.db")
    check(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "integrity")
    rows = database.execute("SELECT topic, alpha, tokens FROM topics ORDER BY topic").fetchall()
    check(rows == [(k, truth.alpha[k], sum(truth.n_kw[k])) for k in range(TOPICS)], f"topics {rows}")
    check(dict(database.execute("SELECT name, value FROM model"))["model_hash"] == truth.hash, "model_hash")
    rows = database.execute("SELECT word_id, word, tokens FROM words ORDER BY word_id").fetchall()
    check(rows == [(w, word, sum(row[w] for row in truth.n_kw)) for w, word in enumerate(truth.words)], "words")
    rows = database.execute("SELECT document_id, name, tokens FROM documents ORDER BY 1").fetchall()
    check(rows == [(d, name, len(pairs)) for d, (name, pairs) in enumerate(zip(truth.names, truth.documents))], "documents")
    for table, key, counts, shares in (("word_topic", "word_id", list(zip(*truth.n_kw)), list(zip(*truth.phi()))),
                                       ("doc_topic", "document_id", truth.n_dk, truth.theta())):
        rows = database.execute(f"SELECT {key}, topic, count, probability FROM {table} ORDER BY 1, 2").fetchall()
        check([row[:3] for row in rows] == [(i, k, n) for i, row in enumerate(counts) for k, n in enumerate(row) if n], table)
        check(all(abs(p - shares[i][k]) <= 1e-12 * p for i, k, _, p in rows), f"probabilities of {table}")
    plan = str(database.execute("EXPLAIN QUERY PLAN SELECT document_id FROM doc_topic WHERE topic = 3 "
                                "ORDER BY probability DESC LIMIT 5").fetchall())
    check("INDEX" in plan and "B-TREE" not in plan, f"no index for the documents of a topic: {plan}")
    database.close()


def exports_in_r(scratch):
    if shutil.which("Rscript") is None:
        return "R is not installed (r-base-core, r-cran-data.table, r-cran-matrix)"
    truth = Truth(scratch)
    dump(scratch, "matrix_market --of=doc_topic --output=dt.mtx")
    dump(scratch, "mallet_doc_topics --output=dt.tsv")
    code, out, err = scratch.run("Rscript -e 'm <- Matrix::readMM(\"dt.mtx\"); cat(dim(m), sum(m), \"\"); "
                                 "t <- data.table::fread(\"dt.tsv\", quote=\"\"); cat(dim(t), sprintf(\"%.6f\", sum(t[[3]])))'")
    if code != 0:
        return f"R lacks Matrix or data.table: {err[-200:]}"
    expected = [len(truth.documents), TOPICS, sum(map(len, truth.documents)), len(truth.documents), TOPICS + 2,
                round(sum(row[0] for row in truth.theta()), 6)]
    check([float(number) for number in out.split()] == expected, f"R found {out}, expected {expected}")
    return None


def places(scratch):
    """Directories are there complete or not at all, and nothing of others is touched."""
    before = sorted(scratch.path.rglob("*"))
    for arguments, code, text in (
            ("ldavis", 64, "--output"), ("npy --of=all", 64, "phi, theta or counts"), ("npy --dtype=float16", 64, "float16"),
            ("npy --of=counts --dtype=float32", 64, "--dtype"), ("npy --of=theta --dtype=int32", 64, "--dtype"),
            ("npy --format=json", 64, "--format"), ("topics --of=phi", 64, "--of"), ("mallet_keys --dtype=int32", 64, "--dtype"),
            ("gensim --output=model", 73, "model"), ("gensim --output=model/new", 73, "model"),
            ("sqlite --output=corpus/new", 73, "corpus"), ("ldavis --output=no/such", 73, "no/such"),
            ("ldavis --output=vis --corpus=none", 65, "none"), ("mallet_state --output=x.gz --corpus=none", 65, "none")):
        found, out, err = scratch.run(f"lightlda-dump {arguments} --model=model")
        check(found == code and text in err and not out, f"{arguments}: exit {found}: {err}")
        check(sorted(scratch.path.rglob("*")) == before, f"{arguments}: left something")
    for what in ("ldavis", "gensim", "ldac", "microsoft_lightlda", "sqlite", "mallet_state"):
        dump(scratch, f"{what} --output=out-{what}")
        content = {path: path.read_bytes() for path in [scratch.path / f"out-{what}", *scratch.path.glob(f"out-{what}/*")]
                   if path.is_file()}
        code, _, err = scratch.run(f"lightlda-dump {what} --model=model --output=out-{what}")
        check(code == 73 and "exists" in err and "--overwrite" in err, f"{what} twice: exit {code}: {err}")
        dump(scratch, f"{what} --output=out-{what} --overwrite")
        check(all(path.read_bytes() == data for path, data in content.items()), f"{what}: other bytes the second time")
    (scratch.path / "out-gensim/mine.txt").write_text("mine", encoding="utf-8")
    code, _, err = scratch.run("lightlda-dump gensim --model=model --output=out-gensim --overwrite")
    check(code == 73 and "mine.txt" in err and (scratch.path / "out-gensim/mine.txt").exists(), f"exit {code}: {err}")
    scratch.must("lightlda-preprocess --input=train.jsonl --output=other --min_df=9")
    for what in ("ldavis", "sqlite", "ldac", "microsoft_lightlda", "mallet_state"):
        code, _, err = scratch.run(f"lightlda-dump {what} --model=model --corpus=other --output=new")
        check(code == 65 and not (scratch.path / "new").exists(), f"{what} of another corpus: exit {code}: {err}")
    for what in ("npy", "npy --of=theta", "matrix_market --of=corpus", "mallet_state", "names"):
        code, _, err = scratch.run(f"lightlda-dump {what} --model=model > /dev/full")
        check(code == 73 and "No space left" in err, f"{what} to a full disk: exit {code}: {err}")
    check(not scratch.leftovers(), f"left over: {scratch.leftovers()}")


def odd_names(scratch):
    """Names that would break the lines of a format are escaped, and SQLite has them as they are."""
    words = ["new york", "back\\slash", "NA", "tr\u00e8s", "#hash", "a:b", "<b> & 'quote\"", "nb\u00a0sp"]
    names = ["plain", "with blanks in it", "NA", "C:\\temp", "\u6587\u66f8"]
    (scratch.path / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    (scratch.path / "docs").write_text("".join(f"{name}\t{d}:2 {(d + 1) % 8}:1 {(d + 4) % 8}:3\n" for d, name in enumerate(names)),
                                       encoding="utf-8")
    scratch.must("lightlda-preprocess --input=docs --format=libsvm --vocab=words.txt --output=c")
    scratch.must("lightlda --corpus=c --model=m --num_topics=3 --num_iterations=5")
    state = scratch.must("lightlda-dump mallet_state --model=m").split("\n")
    check(state[3].startswith("#escaped"), f"no word of the escapes: {state[3]}")
    check(all(len(line.split(" ")) == 6 for line in state[4:-1]), "a line of the state has not six fields")
    check({"new\\x20york", "back\\\\slash", "\\x4eA", "#hash"} < {line.split(" ")[4] for line in state[4:-1]}, "words")
    listed = scratch.must("lightlda-dump names --model=m").split("\n")[:-1]
    check(listed == [word.replace("\\", "\\\\") for word in words], f"{listed}")
    keys = scratch.must("lightlda-dump mallet_keys --model=m").split("\n")[:-1]
    check(all(len(line.split("\t")) == 3 for line in keys) and "new\\x20york" in " ".join(keys), f"{keys}")
    found = {word.text for word in ElementTree.fromstring(scratch.must("lightlda-dump mallet_diagnostics --model=m")).iter("word")}
    check(found <= set(words) and "<b> & 'quote\"" in found, f"words of the XML: {found}")
    scratch.must("lightlda-dump sqlite --model=m --output=m.db")
    database = sqlite3.connect(scratch.path / "m.db")
    check([row[0] for row in database.execute("SELECT word FROM words ORDER BY word_id")] == words, "words in SQLite")
    check([row[0] for row in database.execute("SELECT name FROM documents ORDER BY document_id")] == names, "names in SQLite")
    database.close()
    # And back.
    scratch.must("lightlda-dump mallet_state --model=m --output=s.gz")
    scratch.must("lightlda-import mallet_state --input=s.gz --output=m2 --corpus_output=c2")
    check(Truth(scratch, "m2").names == names and Truth(scratch, "m2").words == words, "names that came back")
    scratch.must("lightlda-dump mallet_state --model=m2 --output=s2.gz && cmp s.gz s2.gz")


if __name__ == "__main__":
    use_system_python()
    main([(test.__name__.replace("_", " "), trained(test)) for test in (
        numpy_arrays, matrix_market, corpora_in_gensim, lda_c, gensim_model, ldavis_arrays, ldavis_json, mallet_files,
        mallet_diagnostics, mallet_state_in_pandas, microsoft_files, sqlite_database, exports_in_r, places)] + [("odd names", odd_names)])
