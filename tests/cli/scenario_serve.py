#!/usr/bin/env python3
"""lightlda-serve: answers are those of lightlda-infer, byte for byte; limits hold; models change under load.

LIGHTLDA_SERVE_RELOADS=10000 makes the reload test the long one, LIGHTLDA_SERVE_FUZZ the number of bad requests."""
import http.client
import json
import os
import random
import re
import signal
import socket
import threading
import time

from cli_test import check, main, read_json_lines, write_file

WORDS = {"sky": "star galaxy planet orbit moon telescope comet nebula",
         "kitchen": "bread butter oven flour sugar recipe dough knife",
         "sea": "ship harbour sail anchor wave tide sailor island"}
TEXT, LINES, JSON = "text/plain", "application/x-ndjson", "application/json"
INFER = "/v1/models/m:infer"


def texts(seed, count):
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS[draw.choice(sorted(WORDS))].split(), k=12)) for _ in range(count)]


def train(scratch, model, seed):
    write_file(scratch.path / "train.jsonl", "".join(
        json.dumps({"id": f"d{i}", "text": text + " " + text + " " + text}) + "\n"
        for i, text in enumerate(texts(1, 300))))
    scratch.must("lightlda-preprocess --input=train.jsonl --output=corpus --min_df=1 --max_df=1.0 --overwrite")
    scratch.must(f"lightlda --corpus=corpus --model={model} --num_topics=3 --num_iterations=30 --seed={seed}")


class Server:
    """A server on a free port."""

    def __init__(self, scratch, arguments="--model=m=model", listen="127.0.0.1:0"):
        self.process = scratch.start(f"exec lightlda-serve --listen={listen} {arguments}")
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening on "):
            self.process.wait()
            check(False, f"it does not listen: {line}{self.process.stderr.read().decode()}")
        self.url = line.split()[-1]
        self.port = int(self.url.rsplit(":", 1)[1]) if self.url.startswith("http") else None

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path, body=None, content_type=None, method=None, headers=None, connection=None):
        """(status, body, headers)"""
        link = connection or self.connect()
        sent = dict(headers or {}, **({"Content-Type": content_type} if content_type else {}))
        link.request(method or ("GET" if body is None else "POST"), path, body, sent)
        answer = link.getresponse()
        data = answer.read()
        if connection is None:
            link.close()
        return answer.status, data, answer.headers

    def must(self, path, *arguments, **options):
        status, body, _ = self.ask(path, *arguments, **options)
        check(status == 200, f"{path}: {status} {body[:300]}")
        return body

    def raw(self, data, end=True):
        """What comes back for these bytes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as link:
            return exchange(link, data, end)

    def metric(self, name):
        found = re.search(rf"^lightlda_{name}(?:\{{[^}}]*\}})? (\S+)$", self.must("/metrics").decode(), re.MULTILINE)
        return float(found[1])

    def stop(self, exit_code=0):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=120)
        errors = self.process.stderr.read().decode()
        check(code == exit_code, f"exit code {code}, expected {exit_code}: {errors[-3000:]}")
        for bad in ("Sanitizer", "runtime error", "terminate called"):
            check(bad not in errors, errors[-3000:])
        return errors


def exchange(link, data, end=True):
    answer = b""
    try:
        link.sendall(data)
        if end:
            link.shutdown(socket.SHUT_WR)
        while piece := link.recv(65536):
            answer += piece
    except (ConnectionResetError, BrokenPipeError):
        pass
    return answer


def served(test):
    def run(scratch):
        train(scratch, "model", 1)
        test(scratch)
    return run


def infer(scratch, flags):
    return scratch.must("lightlda-infer --model=model " + flags).encode()


def same_bytes_as_infer(scratch):
    lines = texts(2, 200) + ["", "Caf\u00e9 unheard-of star", "star\tstar \\ \"moon\""]
    write_file(scratch.path / "new.txt", "".join(line + "\n" for line in lines))
    documents = [{"id": f"a\"{i}" if i % 3 else i, "text": line, "more": [1, {"x": "]"}]}
                 for i, line in enumerate(lines)] + [{"text": ["star", "moon"]}, {"text": ""}]
    write_file(scratch.path / "new.jsonl", "".join(json.dumps(one) + "\n" for one in documents))
    write_file(scratch.path / "new.json", json.dumps(documents, indent=1))
    read = {name: (scratch.path / name).read_bytes() for name in ("new.txt", "new.jsonl", "new.json")}
    server = Server(scratch)
    kinds = (("new.txt", TEXT, "text"), ("new.jsonl", LINES, "jsonl"), ("new.json", JSON, "json"))
    for options in ("", "top=2", "min_probability=0", "words=true", "top=1&min_probability=0.3"):
        flags = " ".join("--" + option for option in options.split("&") if option)
        for name, kind, input_format in kinds:
            for output in ("text", "json") + (() if "words" in options else ("csv", "tsv")):
                expected = infer(scratch, f"--input={name} --input_format={input_format} --format={output} {flags}")
                found = server.must(f"{INFER}?format={output}&{options}", read[name], kind)
                check(found == expected, f"{name}, {output}, {options}: {found[:300]} for {expected[:300]}")
    dense = infer(scratch, "--input=new.txt --input_format=text --format=csv --dense")
    check(server.must(INFER + "?format=csv&dense=true", read["new.txt"], TEXT) == dense, "dense tables differ")
    check(server.must(INFER, read["new.txt"], TEXT) == infer(scratch, "--input=new.txt --input_format=text"), "text")
    plain = infer(scratch, "--input=new.jsonl --format=json")
    check(server.must(INFER, read["new.jsonl"], LINES) == plain, "JSON Lines differ")
    check(server.must(INFER, read["new.jsonl"].replace(b"\n", b"\r\n").strip(), LINES) == plain, "CR LF differ")
    check(server.must(INFER, b"\xef\xbb\xbf" + read["new.jsonl"], LINES) == plain, "a byte order mark differs")
    # The lines themselves, within an object.
    lines_of = plain.decode().splitlines()
    for body in (read["new.json"], b'{"documents": ' + read["new.json"] + b', "min_probability": 0.01}'):
        answer = server.must(INFER, body, JSON).decode()
        check(answer.endswith('"results":[' + ",".join(lines_of) + "]}\n"), answer[:500])
    check(json.loads(answer)["model_hash"] in server.must("/v1/models").decode(), "another model_hash")
    check(json.loads(server.must(INFER, b'{"documents":[]}', JSON))["results"] == [], "no documents")
    total = len(read_json_lines(scratch.path / "new.jsonl"))
    check(server.metric("documents_total") >= 20 * total and server.metric("tokens_total") > 0, "metrics")
    server.stop()


def tables_are_those_of_dump(scratch):
    scratch.must("lightlda-dump labels --model=model --set='1:Of the sky'")
    server = Server(scratch, "--model=m=model --ui")
    scratch.must("lightlda-dump report --model=model --output=report.html")
    check(server.must("/") == (scratch.path / "report.html").read_bytes(), "the report differs")
    check(server.must("/v1/models/m/report") == server.must("/"), "the report has two forms")
    topics = scratch.must("lightlda-dump topics --model=model --format=json --weight=relevance --top_words=4").encode()
    check(server.must("/v1/models/m/topics?weight=relevance&n=4") == topics, "topics differ")
    one = json.loads(server.must("/v1/models/m/topics/1?n=4&weight=relevance"))
    check(one == json.loads(topics)[1] and one["label"] == "Of the sky", f"{one}")
    word = scratch.must("lightlda-dump words --word=star --model=model --format=json").encode()
    check(server.must("/v1/models/m/words/star") == word, "words differ")
    check(len(server.must("/v1/models/m/words/s?prefix=true").splitlines()) > 3, "words that begin with s")
    documents = scratch.must("lightlda-dump top_documents --model=model --format=json --num=3").splitlines()
    expected = [line for line in documents if json.loads(line)["topic"] == 2]
    found = server.must("/v1/models/m/topics/2/documents?n=3").decode().splitlines()
    check(found == expected and len(found) == 3, f"{found} for {expected}")
    check(server.must("/v1/models/m").decode() == scratch.must("lightlda-dump summary --model=model --format=json"),
          "the summary differs")
    status, body, headers = server.ask("/v1/models/m/topics")
    tag = headers["ETag"]
    status, body, _ = server.ask("/v1/models/m/topics", headers={"If-None-Match": tag})
    check(status == 304 and body == b"", f"{status} {body}")
    status, body, headers = server.ask("/v1/models/m/topics", method="HEAD")
    check(status == 200 and body == b"" and int(headers["Content-Length"]) > 100, f"{status} {headers}")
    for path, expected in (("/v1/models/x", 404), ("/v1/models/m/topics/3", 404), ("/v1/models/m/topics/x", 404),
                           ("/v1/models/m/words/unheard-of", 404), ("/v1/models/m/other", 404), ("/other", 404),
                           ("/v1/models/m/topics?n=0", 400), ("/v1/models/m/topics?weight=x", 400),
                           ("/v1/models/m/topics?lambda=2", 400), ("/v1/models/m/topics?top=1", 400),
                           ("/v1/models/m/topics?n=1&n=2", 400), ("/%", 400), (INFER, 405),
                           ("/v1/models/../../../../etc/passwd", 404), ("/v1/models/m/words/%00", 404)):
        status, body, _ = server.ask(path)
        check(status == expected and json.loads(body)["error"]["code"] == expected, f"{path}: {status} {body}")
    check(server.ask("/v1/models", b"x", TEXT)[0] == 405, "POST of a table")
    server.stop()


def bad_bodies(scratch):
    server = Server(scratch)
    for body, kind, expected, told in (
            (b"star", "application/x-www-form-urlencoded", 415, "text/plain"),
            (b"", TEXT, 400, "no documents"), (b"\xff", TEXT, 400, "body:1: invalid UTF-8"),
            (b"star\nmoon\0\n", TEXT, 400, "body:2: NUL byte"),
            (b'{"text":"star"}\n{"text":\n', LINES, 400, "body:2"), (b'{"a":1}\n', LINES, 400, "text"),
            (b'{"text":"star"}\n' * 40 + b"x\n", LINES, 400, "body:41"),
            (b"", JSON, 400, "object or array"), (b'"star"', JSON, 400, "object or array"),
            (b'{"text":"star"}', JSON, 400, "member text"), (b'{"documents":{}}', JSON, 400, "array"),
            (b'{"documents":[]} x', JSON, 400, ""), (b'{"top":1}', JSON, 400, "documents"),
            (b'{"documents":[],"top":-1}', JSON, 400, "top"), (b'[{"text":"a"},', JSON, 400, "] at the end"),
            (b'[{"text":"a"}]]', JSON, 400, "body:1"), (b'{"documents":[1]}', JSON, 400, "body:1"),
            (b'{"documents":[],"min_probability":2}', JSON, 400, "min_probability"), (b"[" * 5000, JSON, 400, "")):
        status, answer, _ = server.ask(INFER, body, kind)
        told_of = json.loads(answer).get("error", {}).get("message", "`no error`")
        check(status == expected and told in told_of and "`" not in told_of.replace("`min_probability`", ""),
              f"{body[:50]}: {status} {answer}")
    for query in ("top=x", "min_probability=2", "format=xml", "words=maybe", "x=1", "words=1&format=csv"):
        check(server.ask(f"{INFER}?{query}", b"star", TEXT)[0] == 400, query)
    server.stop()


def each_limit(scratch):
    server = Server(scratch, "--model=m=model --max_body=2000 --max_header=1000 --max_documents=20 "
                             "--max_document_tokens=50 --max_connections=5")
    line = "star " * 49 + "moon"
    check(server.ask(INFER, line.encode(), TEXT)[0] == 200, "50 tokens")
    status, body, _ = server.ask(INFER, (line + " unheard").encode(), TEXT)
    check(status == 422 and b"at most 50 tokens, found 51" in body, f"{status} {body}")
    for kind, one, many in ((TEXT, b"star\n", b"\n".join), (LINES, b'{"text":"star"}\n', b"".join)):
        check(server.ask(INFER, one * 20, kind)[0] == 200, f"20 documents, {kind}")
        status, body, _ = server.ask(INFER, one * 21, kind)
        check(status == 413 and b"at most 20 documents" in body, f"{kind}: {status} {body}")
    array = [{"text": "star"}] * 21
    check(server.ask(INFER, json.dumps(array[1:]).encode() + b"\n", JSON)[0] == 200, "20 documents, array")
    check(server.ask(INFER, json.dumps(array).encode(), JSON)[0] == 413, "21 documents, array")
    check(server.ask(INFER, b"a" * 2000, TEXT)[0] == 200, "2,000 bytes")
    check(server.ask(INFER, b"a" * 2001, TEXT)[0] == 413, "2,001 bytes")
    check(server.ask(INFER, iter([b"a" * 1500, b"a" * 1500]), TEXT)[0] == 413, "3,000 bytes in chunks")
    check(server.ask("/healthz", headers={"X": "a" * 1000})[0] == 431, "a long header")
    links = [server.connect() for _ in range(5)]
    for link in links:
        check(server.ask("/healthz", connection=link)[0] == 200, "5 connections")
    status, body, _ = server.ask("/healthz")
    check(status == 503 and b"connections" in body, f"{status} {body}")
    check(server.ask("/healthz", connection=links[0])[0] == 200, "the first of 5 connections")
    for link in links:
        link.close()
    deadline = time.monotonic() + 30
    while server.ask("/healthz")[0] != 200:
        check(time.monotonic() < deadline, "no connection is free again")
    server.stop()


def slow_clients(scratch):
    server = Server(scratch, "--model=m=model --request_timeout=1")
    # Whoever sends a byte now and then does not hold a connection, nor who says nothing.
    for slow in (b"GET /hea", b"", b"POST " + INFER.encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nst"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as link:
            begin = time.monotonic()
            for byte in slow:
                link.sendall(bytes([byte]))
            check(link.recv(100) == b"", "an answer to half a request")
            check(time.monotonic() - begin > 0.5, "closed too early")
    server.stop()


def queue_is_bounded(scratch):
    server = Server(scratch, "--model=m=model --num_threads=1 --queue=2 --max_body=64M --max_documents=100000 "
                             "--request_timeout=600")
    body = ("star moon galaxy bread\n" * 100000).encode()
    found = []

    def ask():
        status, _, headers = server.ask(INFER, body, TEXT)
        found.append((status, headers["Retry-After"]))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    check(server.must("/healthz") == b"ok\n", "health waits for others")
    for thread in threads:
        thread.join()
    check(set(found) == {(200, None), (429, "1")}, f"{found}")
    check(server.metric("inflight") == 1 and server.metric("queue_depth") == 0, "requests are left")
    server.stop()


def token_and_host(scratch):
    code, _, err = scratch.run("lightlda-serve --model=model --listen=0.0.0.0:0")
    check(code == 64 and "--token_file" in err, f"{code}: {err}")
    write_file(scratch.path / "short", "abc\n")
    code, _, err = scratch.run("lightlda-serve --model=model --listen=0.0.0.0:0 --token_file=short")
    check(code == 64 and "16" in err and "abc" not in err, f"{code}: {err}")
    write_file(scratch.path / "token", "0123456789abcdef\n")
    server = Server(scratch, "--model=m=model --token_file=token", listen="0.0.0.0:0")
    for given, expected in ((None, 401), ("Bearer 0123456789abcdee", 401), ("Bearer 0123456789abcdef", 200),
                            ("Basic 0123456789abcdef", 401), ("Bearer ", 401), ("Bearer 0123456789abcdef0", 401)):
        headers = {"Authorization": given} if given else {}
        for path in ("/v1/models", "/metrics", "/"):
            status, _, answered = server.ask(path, headers=headers)
            check(status == expected, f"{path}, {given}: {status}")
            check((answered["WWW-Authenticate"] == "Bearer") == (expected == 401), f"{answered}")
        check(server.ask(INFER, b"star", TEXT, headers=headers)[0] == expected, f"infer, {given}")
        # Other machines have other names for it.
        check(server.ask("/healthz", headers={"Host": "example.org"})[0] == 200, "health needs a token")
    server.stop()
    scratch.environment["LIGHTLDA_SERVE_TOKEN"] = "fedcba9876543210"
    server = Server(scratch)
    check(server.ask("/v1/models")[0] == 401, "the token of the environment")
    check(server.ask("/v1/models", headers={"Authorization": "Bearer fedcba9876543210"})[0] == 200, "environment")
    server.stop()
    del scratch.environment["LIGHTLDA_SERVE_TOKEN"]
    server = Server(scratch)
    for host, expected in (("localhost", 200), ("127.0.0.1:80", 200), ("[::1]:80", 200), ("example.org", 403)):
        check(server.ask("/v1/models", headers={"Host": host})[0] == expected, f"{host}")
    server.stop()


def unix_socket(scratch):
    server = Server(scratch, listen="unix:s")
    check(oct((scratch.path / "s").stat().st_mode & 0o777) == "0o600", "the socket is for others, too")
    code, _, err = scratch.run("lightlda-serve --model=model --listen=unix:s")
    check(code == 64 and "another program" in err, f"{code}: {err}")
    with socket.socket(socket.AF_UNIX) as link:
        directory = os.open(scratch.path, os.O_RDONLY)
        link.connect(f"/proc/self/fd/{directory}/s")
        os.close(directory)
        answer = exchange(link, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", end=False)
    check(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"ok\n"), f"{answer}")
    server.process.kill()
    server.process.wait()
    server = Server(scratch, listen="unix:s")  # the file of one that is gone is no hindrance
    server.stop()
    check(not os.path.exists(scratch.path / "s"), "the socket is left")
    write_file(scratch.path / "file", "precious")
    code, _, err = scratch.run("lightlda-serve --model=model --listen=unix:file")
    check(code == 64 and (scratch.path / "file").read_text() == "precious", f"{code}: {err}")


def point_to(scratch, model):
    os.symlink(model, scratch.path / "next")
    os.replace(scratch.path / "next", scratch.path / "current")


def reloads_under_load(scratch):
    train(scratch, "other", 2)
    reloads = int(os.environ.get("LIGHTLDA_SERVE_RELOADS", "30"))
    point_to(scratch, "model")
    write_file(scratch.path / "new.txt", "\n".join(texts(4, 5)) + "\n")
    body = (scratch.path / "new.txt").read_bytes()
    expected = {scratch.must(f"lightlda-infer --model={model} --input=new.txt").encode()
                for model in ("model", "other")}
    check(len(expected) == 2, "the models say the same")
    server = Server(scratch, "--model=m=current --reload=signal")
    stop, failures, counts = threading.Event(), [], {answer: 0 for answer in expected}

    def load():
        link = server.connect()
        while not stop.is_set():
            try:
                status, answer, _ = server.ask(INFER, body, TEXT, connection=link)
            except OSError as error:
                failures.append(repr(error))
                return
            if status != 200 or answer not in expected:
                failures.append((status, answer))
                return
            counts[answer] += 1

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    memory = []
    for i in range(reloads):
        point_to(scratch, "other" if i % 2 == 0 else "model")
        server.process.send_signal(signal.SIGHUP)
        line = server.process.stderr.readline().decode()
        check("model m: reloaded, " in line and not failures, f"{line} {failures}")
        with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as statm:
            memory.append(int(statm.read().split()[1]) * 4096)
    stop.set()
    for thread in threads:
        thread.join()
    check(not failures, f"{failures}")
    check(all(count > 0 for count in counts.values()), f"a model has not answered: {list(counts.values())}")
    check(json.loads(server.must("/readyz"))["models"][0]["loads"] == reloads + 1, "loads")
    text = server.must("/metrics").decode()
    check(f'reloads_total{{result="ok"}} {reloads}\n' in text, text)
    if reloads >= 1000:
        half, end = max(memory[:reloads // 2]), max(memory[reloads // 2:])
        check(end <= 1.1 * half, f"memory grew from {half} to {end} bytes")
        print(f"{reloads} reloads, {sum(counts.values())} answers, {half >> 20} and {end >> 20} MiB")
    server.stop()


def new_generations_are_found(scratch):
    train(scratch, "other", 2)
    server = Server(scratch)
    before = json.loads(server.must("/v1/models"))["models"][0]["model_hash"]

    def wait_for(condition, what):
        deadline = time.monotonic() + 60
        while not condition():
            check(time.monotonic() < deadline, what)
            time.sleep(0.05)

    manifest = scratch.path / "model" / "manifest.json"
    whole = manifest.read_bytes()
    write_file(scratch.path / "model" / "broken", "{}")
    os.replace(scratch.path / "model" / "broken", manifest)
    (scratch.path / "model" / "manifest.prev.json").unlink(missing_ok=True)
    wait_for(lambda: "load_error" in server.must("/readyz").decode(), "a broken model is not told of")
    check(server.must(INFER, b"star", TEXT) and server.metric("reloads_total") == 0, "the one before does not answer")
    check('reloads_total{result="failed"}' in server.must("/metrics").decode(), "a failed reload is not counted")
    manifest.write_bytes(whole)
    scratch.must("rm -rf model && cp -r other model")
    wait_for(lambda: json.loads(server.must("/v1/models"))["models"][0]["model_hash"] != before, "no new model")
    check("load_error" not in server.must("/readyz").decode(), "the error stays")
    check("not reloaded" in server.stop(), "the failure is not in the log")


def hostile_bytes(scratch):
    """Whatever comes, the server answers the next request; what it says is HTTP."""
    server = Server(scratch, "--model=m=model --request_timeout=5")
    draw = random.Random(7)
    whole = (b"POST " + INFER.encode() + b"?top=2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
             b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\nstar moon\n")
    chunked = (b"POST " + INFER.encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               b"Transfer-Encoding: chunked\r\n\r\n6\r\n[{\"tex\r\n8\r\nt\":\"a\"}]\r\n0\r\n\r\n")
    good = server.raw(whole)
    check(good.startswith(b"HTTP/1.1 100 Continue\r\n") and b"HTTP/1.1 200 OK" in good, f"{good}")
    check(b"HTTP/1.1 200 OK" in server.raw(chunked), "chunks")
    twice = server.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2)
    check(twice.count(b"200 OK") == 2, f"one after the other: {twice}")
    for request in range(int(os.environ.get("LIGHTLDA_SERVE_FUZZ", "300"))):
        data = bytearray(draw.choice((whole, chunked)))
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(data))
            kind = draw.randrange(5)
            if kind == 0:
                data[at] = draw.randrange(256)
            elif kind == 1:
                del data[at:at + draw.randint(1, 20)]
            elif kind == 2:
                data[at:at] = bytes(draw.choices(b"\r\n\0:% ;0fF\xff\"{}[]", k=draw.randint(1, 8)))
            elif kind == 3:
                data[at:at] = data[:draw.randrange(len(data))]
            else:
                del data[at:]
            data = data or bytearray(b"x")
        answer = server.raw(bytes(data))
        check(answer == b"" or answer.startswith(b"HTTP/1."), f"{request}: {bytes(data)} gives {answer[:200]}")
        check(b" 500 " not in answer.split(b"\r\n")[0], f"{request}: {bytes(data)} gives {answer[:200]}")
    check(server.must(INFER, b"star", TEXT), "no answer after all of it")
    server.stop()


def sigterm_drains(scratch):
    head = b"POST " + INFER.encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
    server = Server(scratch, "--model=m=model --request_timeout=200")
    idle = server.connect()
    check(server.ask("/healthz", connection=idle)[0] == 200, "a first request")
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as link:
        link.sendall(head + b"Content-Length: 9\r\n\r\nstar ")
        while server.metric("inflight") < 2:
            time.sleep(0.01)
        server.process.send_signal(signal.SIGTERM)
        check(idle.sock.recv(1) == b"", "an idle connection stays")
        link.sendall(b"moon")
        answer = exchange(link, b"", end=False)
    check(b"200 OK" in answer and b"Connection: close" in answer, f"{answer}")
    check(server.process.wait(timeout=60) == 0, "it has answered all")
    # One that never comes is not waited for.
    server = Server(scratch, "--model=m=model --drain_timeout=0.3 --request_timeout=100")
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as link:
        link.sendall(head + b"Content-Length: 9\r\n\r\nstar ")
        while server.metric("inflight") < 2:
            time.sleep(0.01)
        errors = server.stop(exit_code=1)
    check("1 requests without an answer" in errors and "--drain_timeout" in errors, errors)


def watches_a_run(scratch):
    """Also one that has not begun."""
    server = Server(scratch, "--watch=run")
    check(json.loads(server.must("/v1/watch")) == {"from": 0, "next": 0, "lines": [], "saved": None}, "no run yet")
    status, _, headers = server.ask("/")
    check(status == 302 and headers["Location"] == "/watch", f"{status}")
    page = server.must("/watch").decode()
    check("http:" not in page.replace("http://www.w3.org/2000/svg", "") and "https:" not in page, "the page asks others")
    scratch.must("cp -r model run")
    lines = read_json_lines(scratch.path / "run" / "metrics.jsonl")
    news = json.loads(server.must("/v1/watch"))
    check(news["lines"] == lines and news["saved"]["complete"], f"{news['saved']}")
    topics = json.loads(scratch.must("lightlda-dump topics --model=run --format=json --sort=size"))
    check([one["topic"] for one in news["saved"]["topics"]] == [one["topic"] for one in topics], "other topics")
    check(news["saved"]["topics"][0]["words"] == [word["word"] for word in topics[0]["words"]], "other words")
    with open(scratch.path / "run" / "metrics.jsonl", "a", encoding="ascii") as metrics:
        metrics.write('{"iteration": 1000, "seconds": 9}\n{"iteration": 10')
    more = json.loads(server.must(f"/v1/watch?from={news['next']}"))
    check(more["lines"] == [{"iteration": 1000, "seconds": 9}], f"{more}")
    write_file(scratch.path / "run" / "metrics.jsonl", '{"iteration": 1}\n')
    again = json.loads(server.must(f"/v1/watch?from={more['next']}"))
    check(again["from"] == 0 and again["lines"] == [{"iteration": 1}], f"{again}")
    check(server.ask("/v1/watch?from=-1")[0] == 400, "from -1")
    server.stop()


def refuses_what_it_cannot_serve(scratch):
    for arguments, code, told in (("", 64, "--model"), ("--model=nothing", 65, "nothing"),
                                  ("--model=a/b=model", 64, "letters"), ("--model=m=model,m=model", 64, "two"),
                                  ("--model=model --listen=x", 64, "--listen"),
                                  ("--model=model --listen=1.2.3.4.5:1", 64, "--listen"),
                                  ("--model=model --listen=127.0.0.1:99999", 64, "--listen"),
                                  ("--model=model --queue=0", 64, "--queue"), ("--model=model --max_body=x", 64, "max_body"),
                                  ("--model=model --reload=never", 64, "--reload"),
                                  ("--model=model --request_timeout=0", 64, "--request_timeout"),
                                  ("--model=model --token_file=none", 65, "none")):
        found, _, err = scratch.run(f"lightlda-serve {arguments}")
        check(found == code and told in err, f"{arguments}: {found}: {err}")
    server = Server(scratch)
    found, _, err = scratch.run(f"lightlda-serve --model=model --listen=127.0.0.1:{server.port}")
    check(found == 64 and "--listen" in err, f"an address that is taken: {found}: {err}")
    server.stop()


if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), served(test)) for test in (
        same_bytes_as_infer, tables_are_those_of_dump, bad_bodies, each_limit, slow_clients, queue_is_bounded,
        token_and_host, unix_socket, reloads_under_load, new_generations_are_found, hostile_bytes, sigterm_drains, watches_a_run,
        refuses_what_it_cannot_serve)])
