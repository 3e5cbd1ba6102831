#!/usr/bin/env python3
"""File systems without some call that a local disk has: each works, or the message says what to change."""
import pathlib

import models
import scenario_streamed
from cli_test import check, main

FLAGS = "--num_topics=3 --num_iterations=3 --likelihood_interval=1"
ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL, ENODEV, EIO, EINTR, ENOSPC = 37, 38, 95, 22, 19, 5, 4, 28
WARNING = "its file system has no locks, so two runs that write here cannot be told apart"


def preload(scratch, faults):
    """What stands before a command; none if the library was not built, as with sanitizers."""
    shim = pathlib.Path(scratch.environment["PATH"].split(":")[0], "../tests/cli/libfault_shim.so")
    return f"FAULTS={faults} LD_PRELOAD={shim}" if shim.exists() else None


def with_faults(test):
    def run(scratch):
        if preload(scratch, "") is None:
            return "needs the library to preload"
        return test(scratch)
    return run


def no_locks(scratch):
    models.preprocess_tiny(scratch)
    models.train(scratch, FLAGS, model="expected")
    for number in (ENOLCK, ENOSYS, EOPNOTSUPP):
        for flags in ("", "--overwrite", "--resume=auto --num_iterations=4", "--overwrite"):
            code, _, err = scratch.run(
                f"{preload(scratch, f'flock={number}')} lightlda --corpus=corpus --model=model {FLAGS} {flags}")
            check(code == 0, f"error {number}, {flags}: exit code {code}\n{err}")
            check(err.count(WARNING) == 1, f"error {number}, {flags}: does not warn once\n{err}")
        check(models.model_hash(scratch) == models.model_hash(scratch, "expected"), "another model")
        scratch.must("rm -r model")
    code, _, err = scratch.run(f"{preload(scratch, f'flock={EIO}')} lightlda --corpus=corpus --model=model {FLAGS}")
    check(code == 73 and "model: cannot be locked" in err, f"exit code {code}\n{err}")


def everything(scratch, environment):
    """A corpus, a model, the same replaced, gone on with and dumped, as without faults."""
    models.preprocess_tiny(scratch, "c1")
    tiny = "--input=$DATA/tiny/tiny.ldac --format=ldac --vocab=$DATA/tiny/vocab.txt"
    scratch.must(f"{environment} lightlda-preprocess {tiny} --output=c2")
    scratch.must(f"{environment} lightlda-preprocess {tiny} --output=c2 --overwrite && diff -r c1 c2")
    models.train(scratch, f"{FLAGS} --num_iterations=4", "c1", "expected")
    train = f"{environment} lightlda --corpus=c2 --model=model"
    scratch.must(f"{train} {FLAGS}")
    scratch.must(f"{train} {FLAGS} --overwrite")
    scratch.must("echo '{}' >> model/metrics.jsonl; sed -i 's/x/x/' model/vocabulary.bin")
    scratch.must(f"{train} {FLAGS} --num_iterations=4 --resume=auto")
    check(models.model_hash(scratch) == models.model_hash(scratch, "expected"), "another model")
    check([line["iteration"] for line in models.metrics(scratch)] == [1, 2, 3, 4], "metrics do not follow")
    scratch.must(f"{environment} lightlda-dump topics --model=model --output=t1")
    scratch.must("lightlda-dump topics --model=model > t2; cmp t1 t2")
    check(not scratch.leftovers(), f"left behind: {scratch.leftovers()}")
    scratch.must("rm -r c1 c2 expected model t1 t2")


def without(*faults):
    def run(scratch):
        for fault in faults:
            everything(scratch, preload(scratch, fault))
    return with_faults(run)


def streamed(scratch):
    scenario_streamed.prepare(scratch)
    models.train(scratch, scenario_streamed.FLAGS, model="expected")
    for faults in (f"o_tmpfile={EOPNOTSUPP}", f"posix_fallocate={EOPNOTSUPP}",
                   f"o_tmpfile={EINVAL},posix_fallocate={ENOSYS}", f"posix_fallocate={EINTR}@1"):
        scratch.must(f"{preload(scratch, faults)} lightlda --corpus=corpus --model=model {scenario_streamed.FLAGS} "
                     f"{scenario_streamed.BUDGET}")
        check(models.model_hash(scratch) == models.model_hash(scratch, "expected"), f"{faults}: another model")
        check(sorted(path.name for path in (scratch.path / "model").glob("scratch*")) == [], "scratch is left")
        scratch.must("rm -r model")


def nothing_is_left_by_a_failed_call(scratch):
    models.preprocess_tiny(scratch)
    models.train(scratch, FLAGS)
    for call in ("close", "fsync", "rename"):
        for number in range(1, 4):
            faults = preload(scratch, f"{call}={ENOSPC}@{number}")
            code, _, err = scratch.run(f"{faults} lightlda-dump topics --model=model --output=topics.txt")
            exists = (scratch.path / "topics.txt").exists()
            check((code == 0) == exists, f"{call} {number}: exit code {code}\n{err}")
            check(code in (0, 73), f"{call} {number}: exit code {code}\n{err}")
            check(not scratch.leftovers(), f"{call} {number}: left behind: {scratch.leftovers()}")
            scratch.must("rm -f topics.txt")
            code, _, err = scratch.run(f"{faults} lightlda-preprocess --input=$DATA/tiny/tiny.ldac --format=ldac --output=c2")
            exists = (scratch.path / "c2").exists()
            check(code == (0 if exists else 73), f"preprocess, {call} {number}: exit code {code}\n{err}")
            check(not scratch.leftovers(), f"preprocess, {call} {number}: left behind: {scratch.leftovers()}")
            scratch.must("rm -rf c2")


if __name__ == "__main__":
    main([
        ("no locks", with_faults(no_locks)),
        ("directories that cannot be synced", without(f"fsync_directory={EINVAL}", f"fsync_directory={EOPNOTSUPP}")),
        ("files that cannot be synced", without(f"fsync={EINVAL}")),
        ("no mappings", without(f"mmap={ENODEV}")),
        ("files that cannot be cut", without(f"ftruncate={EOPNOTSUPP}")),
        ("directories that cannot be exchanged", without(f"renameat2={EINVAL}", f"renameat2={ENOSYS}")),
        ("calls that are interrupted", without(f"fsync={EINTR}@1", f"fsync={EINTR}@2", f"close={EINTR}")),
        ("files without names, room that cannot be claimed", with_faults(streamed)),
        ("nothing is left by a failed call", with_faults(nothing_is_left_by_a_failed_call)),
    ])
