#!/usr/bin/env python3
"""The reported joint log-likelihood equals the one recomputed from the dumped assignments, to 1e-6."""
import models
from cli_test import check, main


def test(schedule, num_topics, alpha, beta, grows=False):
    def run(scratch):
        models.preprocess_tiny(scratch)
        models.train(scratch, f"--num_topics={num_topics} --alpha={alpha} --beta={beta} "
                              f"--num_iterations=20 --seed=7 {schedule}")
        alphas = models.alphas(scratch)
        check(len(set(alphas)) > 1 if alpha == "auto" else alphas == [alpha] * num_topics, f"alpha: {alphas}")
        models.check_consistent(scratch, beta)
        lines = models.metrics(scratch)
        check([line["iteration"] for line in lines] == list(range(1, len(lines) + 1)),
              "metrics.jsonl has not one line per iteration")
        for field in ("active_documents", "work", "seconds", "tokens_per_second"):
            check(all(field in line for line in lines), f"metrics.jsonl: no {field}")
        check((lines[0]["active_documents"] < 30) == grows, f"started on {lines[0]['active_documents']} documents")
        check(lines[-1]["active_documents"] == 30, "the last iteration is not over all documents")
        works = [line["work"] for line in lines]
        check(works == sorted(works), f"work goes back: {works}")
    return run


def given_alpha(scratch):
    """A file with a number per topic, or a sum that topics share: both stay as they are given."""
    models.preprocess_tiny(scratch)
    numbers = [0.5, 0.25, 1.5]
    (scratch.path / "alpha.txt").write_text("".join(f"{number}\n" for number in numbers), encoding="ascii")
    for flag, expected in (("--alpha=alpha.txt", numbers), ("--alpha_sum=0.75", [0.25] * 3)):
        models.train(scratch, f"--num_topics=3 --num_iterations=12 --overwrite {flag}")
        check(models.alphas(scratch) == expected, f"{flag}: {models.alphas(scratch)}")
        models.check_consistent(scratch, 0.01)
    (scratch.path / "bad.txt").write_text("0.5\n-1\n2\n", encoding="ascii")
    for flags, exit_code, said in (("--num_topics=3 --alpha=bad.txt", 65, "bad.txt:2: expected a number above 0, found \"-1\""),
                                   ("--num_topics=4 --alpha=alpha.txt", 64, "--alpha: expected 4 values"),
                                   ("--num_topics=3 --alpha=absent.txt", 64, "--alpha=absent.txt: expected auto"),
                                   ("--num_topics=3 --alpha=0.1 --alpha_sum=1", 64, "--alpha, --alpha_sum: expected one"),
                                   ("--num_topics=3 --alpha_sum=-1", 64, "--alpha_sum: expected a number above 0")):
        code, _, err = scratch.run(f"lightlda --corpus=corpus --model=other {flags}")
        check(code == exit_code and said in err, f"{flags}: exit code {code}\n{err}")
        check(not (scratch.path / "other").exists(), f"{flags}: a model is there")


if __name__ == "__main__":
    main([
        ("with growth", test("--growth_stages=3 --growth_iterations=4", 3, 0.1, 0.01, grows=True)),
        ("alpha is learned", test("", 4, "auto", 0.01)),
        ("alpha is given", given_alpha),
        ("without growth", test("--growth_stages=0", 3, 0.1, 0.01)),
        ("more topics than words", test("--growth_stages=0", 100, 0.5, 0.2)),
        ("more than 65,536 topics", test("--growth_stages=0", 70000, 0.001, 0.01)),
        ("four proposals", test("--mh_steps=4", 5, 0.05, 0.1)),
        ("one proposal, one thread", test("--mh_steps=1 --num_threads=1", 5, 0.05, 0.1)),
    ])
