#!/usr/bin/env python3
"""A flipped, missing or shortened file of a corpus or model is refused with exit code 65 and its name."""
import models
from cli_test import check, main

POSITIONS = 24  # bytes flipped in every file, spread evenly


def check_refused(scratch, command, path, what):
    code, _, err = scratch.run(command)
    check(code == 65, f"{path}, {what}: exit code {code}, expected 65: {command}\n{err}")
    check(path.name in err, f"{path}, {what}: the message does not name the file:\n{err}")


def damage_every_file(directory, command):
    def run(scratch):
        models.preprocess_tiny(scratch)
        models.train(scratch, "--num_topics=3 --num_iterations=3")
        files = [p for p in sorted((scratch.path / directory).rglob("*")) if p.is_file()]
        check(len(files) >= 3, f"{directory} has {len(files)} files")
        for path in files:
            content = path.read_bytes()
            for i in range(POSITIONS):
                at = i * (len(content) - 1) // (POSITIONS - 1)
                path.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1:])
                check_refused(scratch, command, path, f"byte {at} flipped")
            damages = [("last byte gone", content[:-1]), ("empty", b"")]
            if path.name != "metrics.jsonl":  # which grows while training goes on
                damages.append(("a byte more", content + b"\0"))
            for what, bad in damages:
                path.write_bytes(bad)
                check_refused(scratch, command, path, what)
            path.unlink()
            check_refused(scratch, command, path, "missing")
            path.write_bytes(content)
        scratch.must(command)
    return run


if __name__ == "__main__":
    main([
        ("corpus", damage_every_file(
            "corpus",
            "rm -rf new; lightlda --corpus=corpus --model=new --num_topics=3 --num_iterations=1 && "
            "lightlda-dump assignments --model=new")),
        ("model", damage_every_file("model", "lightlda-dump assignments --model=model")),
    ])
