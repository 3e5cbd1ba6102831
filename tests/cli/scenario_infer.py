#!/usr/bin/env python3
"""lightlda-infer: topics of new documents from a model alone, in order, at once, the same for any threads."""
import json
import os
import random
import shutil

from cli_test import check, main, write_file

SUBJECTS = {"sky": "star galaxy planet orbit moon telescope comet nebula",
            "kitchen": "bread butter oven flour sugar recipe dough knife",
            "sea": "ship harbour sail anchor wave tide sailor island"}


def texts(seed, count):
    """(subject, text) of documents about one of the subjects."""
    draw = random.Random(seed)
    return [(subject, " ".join(draw.choices(SUBJECTS[subject].split(), k=12)))
            for subject in draw.choices(sorted(SUBJECTS), k=count)]


def trained(test):
    def run(scratch):
        write_file(scratch.path / "train.txt", "".join(text + "\n" for _, text in texts(1, 300)))
        scratch.must("lightlda-preprocess --input=train.txt --output=corpus --min_df=1 --max_df=1.0")
        scratch.must("lightlda --corpus=corpus --model=model --num_topics=3 --num_iterations=60 --alpha=0.05")
        shutil.rmtree(scratch.path / "corpus")
        test(scratch)
    return run


def theta(line):
    name, shares = line.split("\t")
    return name, {int(topic): float(share) for topic, share in (item.split(":") for item in shares.split())}


def answers_what_it_is_about(scratch):
    new = texts(2, 40)
    write_file(scratch.path / "new.txt", "".join(text + " unheard-of\n" for _, text in new))
    lines = scratch.must("lightlda-infer --model=model --input=new.txt").splitlines()
    check(len(lines) == 40, f"{len(lines)} lines for 40 documents")
    topic_of = {}
    for number, (line, (subject, _)) in enumerate(zip(lines, new), 1):
        name, shares = theta(line)
        check(name == str(number), f"line {number} is of {name}")
        best = max(shares, key=shares.get)
        check(list(shares)[0] == best and shares[best] > 0.9, f"{subject}: {line}")
        check(topic_of.setdefault(subject, best) == best, f"{subject} is topic {topic_of[subject]} and {best}")
    check(len(set(topic_of.values())) == 3, f"subjects share topics: {topic_of}")


def same_for_any_threads_and_order(scratch):
    lines = [text for _, text in texts(3, 500)]
    write_file(scratch.path / "new.txt", "".join(text + "\n" for text in lines))
    one = scratch.must("lightlda-infer --model=model --input=new.txt --num_threads=1 --min_probability=0")
    four = scratch.must("lightlda-infer --model=model --input=- --num_threads=4 --min_probability=0 < new.txt")
    check(one == four, "1 and 4 threads differ")
    alone = scratch.must(f"echo '{lines[321]}' | lightlda-infer --model=model --min_probability=0")
    check(alone.split("\t")[1] == one.splitlines()[321].split("\t")[1] + "\n", "alone and among others differ")


def json_lines_keep_ids(scratch):
    write_file(scratch.path / "new.jsonl", '{"id":"a\\"b","text":"star star planet unheardof"}\n{"id":7,"text":""}\n')
    command = "lightlda-infer --model=model --input=new.jsonl --format=json --top=1"
    first, second = (json.loads(line) for line in scratch.must(command).splitlines())
    check((first["document"], first["tokens"], first["unknown"]) == ('a"b', 3, 1), f"{first}")
    check(len(first["topics"]) == 1 and first["topics"][0]["probability"] > 0.8, f"{first}")
    check((second["document"], second["tokens"]) == ("7", 0), f"{second}")
    words = [json.loads(line) for line in scratch.must(command.replace("--top=1", "--words")).splitlines()]
    check(words[0]["words"] == ["star", "star", "planet"] and len(set(words[0]["topics"])) == 1, f"{words[0]}")
    dense = scratch.must("lightlda-infer --model=model --input=new.jsonl --format=csv --dense").splitlines()
    check(dense[0] == "document,topic_0,topic_1,topic_2" and len(dense) == 3, f"{dense}")


def answers_before_the_input_ends(scratch):
    """A worker behind a queue: each line is answered while the next is not there."""
    process = scratch.start("lightlda-infer --model=model --format=json", stdin=-1)
    for subject, words in SUBJECTS.items():
        process.stdin.write(f"{words}\n".encode())
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        check(answer["tokens"] == 8, f"{subject}: {answer}")
    process.stdin.close()
    check(process.wait() == 0, f"exit {process.returncode}")


def bad_input_leaves_no_file(scratch):
    write_file(scratch.path / "new.jsonl", '{"text":"star"}\n{"text":\n')
    code, _, err = scratch.run("lightlda-infer --model=model --input=new.jsonl --output=out.txt")
    check(code == 65 and "new.jsonl:2" in err, f"exit {code}: {err}")
    check(not os.path.exists(scratch.path / "out.txt"), "an unfinished output is left")
    code, out, _ = scratch.run("lightlda-infer --model=model --input=new.jsonl --on_bad_line=skip")
    check(code == 0 and len(out.splitlines()) == 1, f"exit {code}: {out}")
    write_file(scratch.path / "bag.ldac", "1 0:1\n")
    code, _, err = scratch.run("lightlda-infer --model=model --input=bag.ldac --input_format=ldac")
    check(code == 64 and "--vocab" in err, f"exit {code}: {err}")
    code, _, err = scratch.run("lightlda-infer --model=nothing --input=bag.ldac")
    check(code == 65 and "nothing" in err, f"exit {code}: {err}")


if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), trained(test)) for test in (
        answers_what_it_is_about, same_for_any_threads_and_order, json_lines_keep_ids,
        answers_before_the_input_ends, bad_input_leaves_no_file)])
