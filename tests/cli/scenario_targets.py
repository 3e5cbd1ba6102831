#!/usr/bin/env python3
"""What may be destroyed: every kind of target of --output, --model, --overwrite and --resume=auto.

One table. A refusal exits with 73 (65 for what is no model), says why, and leaves every file, link and directory
as it was. docs/formats.md#what-may-be-destroyed has the same table in words."""
import fcntl
import os
import re
import shutil
import stat
import time

import models
from cli_test import Failure, check, main

PREPROCESS = "lightlda-preprocess --input={input} --format=ldac --vocab=$DATA/tiny/vocab.txt --output={target} --overwrite"
TRAIN = "lightlda --corpus=c --model={target} --num_topics=3 --num_iterations=4 --seed=2 {flags}"
DUMP = "lightlda-dump topics --model=m --output={target} {flags}"
FOREIGN = "mkdir -p t/gen-000001; cd t; echo a > metrics.jsonl; echo b > vocabulary.bin; echo c > gen-000001/notes"


def tree(root):
    """Everything under a directory: {path: what it is}."""
    found = {}
    for path in sorted(root.rglob("*")):
        mode = path.lstat().st_mode
        name = str(path.relative_to(root))
        if stat.S_ISLNK(mode):
            found[name] = ("link", os.readlink(path))
        elif stat.S_ISREG(mode):
            found[name] = ("file", path.read_bytes())
        else:
            found[name] = ("other", stat.S_IFMT(mode))
    return found


def preprocess(target="t", source="in.ldac"):
    return PREPROCESS.format(target=target, input=source)


def train(flags, target="t"):
    return TRAIN.format(target=target, flags=flags)


def dump(target, flags="--overwrite"):
    return DUMP.format(target=target, flags=flags)


# (what the target is, commands that make it, the command, None if it goes well, else what the refusal says)
TABLE = [
    # lightlda-preprocess --overwrite
    ("corpus: nothing there", "", preprocess(), None),
    ("corpus: an empty directory", "mkdir t", preprocess(), None),
    ("corpus: a corpus", "cp -r c t", preprocess(), None),
    ("corpus: a corpus of an older version", "cp -r old t", preprocess(), None),
    ("corpus: a corpus with notes", "cp -r c t; echo x > t/notes.txt", preprocess(), "t: holds notes.txt"),
    ("corpus: a corpus with a model in it", "cp -r c t; cp -r m t/model", preprocess(), "t: holds model"),
    ("corpus: a corpus with a link in it", "cp -r c t; ln -s ../in.ldac t/link", preprocess(), "t: holds link"),
    ("corpus: a corpus with a block too many", "cp -r c t; cp t/block-00000.bin t/block-00001.bin", preprocess(),
     "t: holds block-00001.bin"),
    ("corpus: a corpus with a damaged manifest", "cp -r c t; echo >> t/manifest.json", preprocess(), "no valid manifest"),
    ("corpus: a model", "cp -r m t", preprocess(), "is a lightlda model, not a lightlda corpus"),
    ("corpus: a directory of others", FOREIGN, preprocess(), "t: not a lightlda corpus"),
    ("corpus: a directory with another program's manifest", "mkdir t; echo '{}' > t/manifest.json", preprocess(),
     "t: not a lightlda corpus"),
    ("corpus: a link to a corpus", "cp -r c u; ln -s u t", preprocess(), "t: a symbolic link"),
    ("corpus: a link to nothing", "ln -s nowhere t", preprocess(), "t: a symbolic link"),
    ("corpus: a file", "echo x > t", preprocess(), "t: not a directory"),
    ("corpus: the input file", "", preprocess("in.ldac"), "is in.ldac, which is read"),
    ("corpus: the input directory", "mkdir t; cp in.ldac t", preprocess("t", "t").replace("ldac", "text", 1),
     "t: is t, which is read"),
    ("corpus: what holds the input", "cp -r c t; cp in.ldac t", preprocess("t", "t/in.ldac"), "holds t/in.ldac, which is read"),
    ("corpus: what holds the standard input", "cp -r c t; cp in.ldac t", preprocess("t", "-") + " < t/in.ldac",
     "holds the standard input, which is read"),
    ("corpus: within the input directory", "mkdir t; cp in.ldac t", preprocess("t/c", "t").replace("ldac", "text", 1),
     "lies in t, which is read"),
    ("corpus: within a corpus", "cp -r c t", preprocess("t/new"), "lies in .*/t, which is a lightlda corpus"),
    ("corpus: a corpus that is being replaced", "cp -r c t; lock t", preprocess(), "another process is writing it"),
    # lightlda --overwrite
    ("model: a model", "cp -r m t", train("--overwrite"), None),
    ("model: a model with a damaged manifest", "cp -r m t; cp t/manifest.json t/manifest.prev.json; echo >> t/manifest.json",
     train("--overwrite"), None),
    ("model: a partly written one", "cp -r begun t", train("--overwrite"), None),
    ("model: an empty directory", "mkdir t", train("--overwrite"), None),
    ("model: a model with notes", "cp -r m t; echo x > t/notes.txt", train("--overwrite"), "t: holds notes.txt"),
    ("model: a model with notes in a generation", "cp -r m t; echo x > t/gen-000001/notes", train("--overwrite"),
     "t: holds gen-000001/notes"),
    ("model: a model with a dump in it", "cp -r m t; echo x > t/topics.txt", train("--overwrite"), "t: holds topics.txt"),
    ("model: a model with a linked file", "cp -r m t; mv t/metrics.jsonl x; ln -s ../x t/metrics.jsonl",
     train("--overwrite"), "t: holds metrics.jsonl"),
    ("model: its corpus", "", train("--overwrite", "c"), "c: is c, which is read"),
    ("model: its corpus, by a link", "ln -s c t", train("--overwrite"), "t: is c, which is read"),
    ("model: its corpus, read by a link", "ln -s c t", train("--overwrite", "c").replace("--corpus=c", "--corpus=t"),
     "c: is t, which is read"),
    ("model: what holds its corpus", "", train("--overwrite", "../$(basename $PWD)"), "holds c, which is read"),
    ("model: within its corpus", "", train("--overwrite", "c/model"), "lies in c, which is read"),
    ("model: another corpus", "cp -r c t", train("--overwrite"), "is a lightlda corpus, not a lightlda model"),
    ("model: within another corpus", "cp -r c t", train("", "t/model"), "lies in .*/t, which is a lightlda corpus"),
    ("model: a directory of others", FOREIGN, train("--overwrite"), "t: not a lightlda model"),
    ("model: a link to a model", "cp -r m u; ln -s u t", train("--overwrite"), "t: a symbolic link"),
    ("model: one that is being written", "cp -r m t; lock t", train("--overwrite"), "another process is writing it"),
    ("model: one whose partial run is another model", "cp -r m t; cp -r m t.partial", train("--overwrite"),
     "t.partial: a model, in the way"),
    ("model: one without --overwrite", "cp -r m t", train(""), "t: exists already"),
    # lightlda --resume=auto
    ("resume: nothing there", "", train("--resume=auto"), None),
    ("resume: an empty directory", "mkdir t", train("--resume=auto"), None),
    ("resume: a partly written one", "cp -r begun t", train("--resume=auto"), None),
    ("resume: a stopped one", "cp -r short t", train("--resume=auto"), None),
    ("resume: a stopped one, by a link", "cp -r short u; ln -s u t", train("--resume=auto"), None),
    ("resume: a directory of others", FOREIGN, train("--resume=auto"), "t: not a lightlda model"),
    ("resume: a partly written one with notes", "cp -r begun t; echo x > t/notes", train("--resume=auto"), "t: holds notes"),
    ("resume: a corpus", "cp -r c t", train("--resume=auto"), "is a lightlda corpus"),
    ("resume: a stopped one that is being written", "cp -r short t; lock t", train("--resume=auto"),
     "another process is writing it"),
    ("resume: a stopped one with linked metrics", "cp -r short t; mv t/metrics.jsonl x; ln -s ../x t/metrics.jsonl",
     train("--resume=auto"), "metrics.jsonl: not a regular file"),
    # lightlda-dump --output
    ("dump: nothing there", "", dump("t"), None),
    ("dump: a file", "echo x > t", dump("t"), None),
    ("dump: a file without --overwrite", "echo x > t", dump("t", ""), "t: exists already"),
    ("dump: the model's manifest", "", dump("m/manifest.json"), "lies in .*/m, which is a lightlda model"),
    ("dump: a new file in the model", "", dump("m/topics.txt", ""), "lies in .*/m, which is a lightlda model"),
    ("dump: a file in a generation", "", dump("m/gen-000001/topics.txt"), "lies in .*/m, which is a lightlda model"),
    ("dump: a file in the corpus", "", dump("c/vocabulary.bin"), "lies in .*/c, which is a lightlda corpus"),
    ("dump: in the model, by a link", "ln -s m t", dump("t/topics.txt"), "which is a lightlda model"),
    ("dump: a link to a file", "echo x > u; ln -s u t", dump("t"), "t: a symbolic link"),
    ("dump: a directory", "mkdir t", dump("t"), "t: not a regular file"),
]


def prepare(scratch):
    """c: a corpus, m: a model, short: the first iterations of what TRAIN makes, begun: one that was killed before its
    first save, old: a corpus of version 1."""
    scratch.must("cp $DATA/tiny/tiny.ldac in.ldac; " + preprocess("c"))
    scratch.must(train("", "m").replace("--seed=2", ""))
    scratch.must(train("", "short").replace("iterations=4", "iterations=2"))
    shutil.copytree(scratch.path / "c", scratch.path / "old")
    set_version_1(scratch, "old")
    process = scratch.start(f"exec {train('', 'begun').replace('iterations=4', 'iterations=1000000')}")
    metrics = scratch.path / "begun" / "metrics.jsonl"
    end = time.monotonic() + 120
    while not (metrics.exists() and metrics.stat().st_size > 0):
        check(time.monotonic() < end and process.poll() is None, "no iteration was logged")
        time.sleep(0.01)
    process.kill()
    process.communicate()
    check(not (scratch.path / "begun" / "manifest.json").exists(), "saved before it was killed")


def set_version_1(scratch, corpus):
    """As an older program wrote it, with the checksum that the error message says it should have."""
    manifest = scratch.path / corpus / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format_version": 2', '"format_version": 1'))
    _, _, err = scratch.run(f"lightlda --corpus={corpus} --model=none --num_topics=2")
    found = re.search("checksum is ([0-9a-f]{16}), computed ([0-9a-f]{16})", err)
    check(found, f"no checksums in:\n{err}")
    manifest.write_text(manifest.read_text().replace(found[1], found[2]))


def refusal(scratch, command, reason):
    before = tree(scratch.path)
    code, out, err = scratch.run(command)
    check(code in (65, 73), f"exit code {code}, expected a refusal\n{err}")
    check(re.search(reason, err), f"does not say {reason}:\n{err}")
    check(err.count("error:") == 1 and out == "", f"expected one error and no output:\n{err}{out}")
    after = tree(scratch.path)
    changed = sorted(name for name in {**before, **after} if before.get(name) != after.get(name))
    check(not changed, f"refused, but these were touched: {changed}")


def success(scratch, command):
    sources = {name: tree(scratch.path / name) for name in ("c", "m")}
    scratch.must(command)
    for name, content in sources.items():
        check(tree(scratch.path / name) == content, f"{name} is not as it was")
    check(not (scratch.path / "t" / "run.json").exists(), "the mark of the run is left")
    check(not (scratch.path / "t.partial").exists() and not scratch.leftovers(), "something is left behind")
    if command.startswith("lightlda "):
        check(models.model_hash(scratch, "t") == models.model_hash(scratch, "expected"), "another model than expected")


def row(scratch, setup, command, reason):
    locked = None
    if setup.endswith("; lock t"):
        setup = setup.removesuffix("; lock t")
        scratch.must(setup)
        locked = os.open(scratch.path / "t", os.O_RDONLY)
        fcntl.flock(locked, fcntl.LOCK_EX)
    elif setup:
        scratch.must(setup)
    try:
        if reason is None:
            success(scratch, command)
        else:
            refusal(scratch, command, reason)
    finally:
        if locked is not None:
            os.close(locked)


def table(scratch):
    prepare(scratch)
    scratch.must(train("", "expected"))
    begin = tree(scratch.path)
    failures = []
    for name, setup, command, reason in TABLE:
        try:
            row(scratch, setup, command, reason)
        except Failure as failure:
            failures.append(f"{name}: {failure}")
        scratch.must("rm -rf t u x t.partial")
        check(tree(scratch.path) == begin, f"{name}: a source is not as it was\n" + "\n".join(failures))
    check(not failures, "\n".join(failures))


def modes(scratch):
    for mask in (0o077, 0o027):
        scratch.must(f"umask {mask:o}; cp $DATA/tiny/tiny.ldac in.ldac; {preprocess('c')}; {train('', 'm')}; {dump('d')}")
        for path in [scratch.path / "d", *(scratch.path / "c").rglob("*"), *(scratch.path / "m").rglob("*")]:
            expected = (0o777 if path.is_dir() else 0o666) & ~mask
            check(stat.S_IMODE(path.stat().st_mode) == expected, f"{path.name}: {path.stat().st_mode:o}")
        scratch.must("rm -r c m d")


if __name__ == "__main__":
    main([("modes are those of the umask", modes), (f"{len(TABLE)} kinds of targets", table)])
