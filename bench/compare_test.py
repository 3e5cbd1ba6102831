#!/usr/bin/env python3
"""Tests of what bench/compare.py makes of the output of other systems. Needs none of them.

usage: bench/compare_test.py [LIGHTLDA_COMPLETION]   (the program; without it one test is skipped)
"""
import contextlib
import gzip
import io
import math
import os
import re
import subprocess
import sys
import tempfile
import unittest

import compare
import plot
from peers.inputs import count_topics, write_text
from peers.systems import Run, all_peers

COMPLETION = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else None
PEERS = all_peers("nowhere")


def run_of(likelihoods):
    run = Run()
    for i, likelihood in enumerate(likelihoods):
        run.add(i + 1.0, likelihood)
    return run


class Parsing(unittest.TestCase):
    def test_seconds_of_warplda_are_added_up_and_a_missing_likelihood_is_none(self):
        run = PEERS["WarpLDA"].parse(
            "Initialization finished.\n"
            "Iteration 0, 0.500000 s, 3.74 Mtokens/s, log_likelihood (per token) -12.5\n"
            "Iteration 1, 0.250000 s, 7.48 Mtokens/s, log_likelihood (per token) -11.5\n")
        self.assertEqual(run.seconds, [0.5, 0.75])
        self.assertEqual(run.likelihoods, [-12.5, -11.5])
        bare = PEERS["WarpLDA"].parse("Iteration 0, 0.5 s, 3.74 Mtokens/s, log_likelihood (per token) 0.000000\n")
        self.assertEqual(bare.likelihoods, [None])

    def test_lines_of_our_drivers_are_cumulative_and_may_lack_a_likelihood(self):
        for name in ("Mallet", "tomotopy"):
            run = PEERS[name].parse("iter 1 train_s 0.500000\nnoise\niter 2 train_s 0.750000 ll -9.250000\n")
            self.assertEqual(run.seconds, [0.5, 0.75])
            self.assertEqual(run.likelihoods, [None, -9.25])

    def test_a_target_is_reached_by_the_first_iteration_that_is_not_below_it(self):
        run = run_of([None, -9.0, -8.5, -8.6, -8.0])
        self.assertEqual(run.first_at(-8.5), 3)
        self.assertEqual(run.first_at(-8.55), 3)
        self.assertEqual(run.first_at(-8.0), 5)
        self.assertIsNone(run.first_at(-7.9))

    def test_a_rate_is_of_the_median_time_after_the_first_iterations(self):
        run = Run()
        for seconds in (5.0, 6.0, 8.0, 108.0):
            run.add(seconds, None)
        self.assertEqual(compare.rate(run, 1), 1 / 2.0)


class Files(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)

    def path(self, name):
        return os.path.join(self.scratch.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def test_a_docword_file_becomes_a_line_a_document_with_words_repeated(self):
        with gzip.open(self.path("docword.gz"), "wt") as file:
            file.write("3\n9\n3\n1 2 2\n1 9 1\n3 1 1\n")
        write_text(self.path("docword.gz"), self.path("text.txt"))
        self.assertEqual(self.read("text.txt"), "d1 X w2 w2 w9 \nd3 X w1 \n")

    def test_topics_dumped_by_any_system_become_pairs_of_word_id_from_0_and_topic(self):
        dump = self.write("dump", "w3:1 w1:0\n\nw3:2\n")
        self.assertEqual(list(PEERS["Mallet"].documents(dump, "")), [[(2, 1), (0, 0)], [], [(2, 2)]])
        self.write("warplda.vocab", "w3\nw1\n")
        dump = self.write("dump", "2 0:1 1:0 \n1 0:2 \n")
        self.assertEqual(list(PEERS["WarpLDA"].documents(dump, self.scratch.name)), [[(2, 1), (0, 0)], [(2, 2)]])

    def test_counts_and_joint_likelihood_of_a_dump_are_those_worked_out_by_hand(self):
        alpha, beta, words = 0.5, 0.01, 4
        joint = count_topics([[(2, 0), (2, 0), (0, 1)], [(2, 1)]], 2, words, alpha, self.path("table"))
        self.assertEqual(self.read("table"), "0 1:1\n2 0:2 1:1\n")
        documents = 0.5 * 1.5 * 0.5 / (1 * 2 * 3) * 0.5 / 1
        topic_0 = beta * (beta + 1) / ((words * beta) * (words * beta + 1))
        topic_1 = beta * beta / ((words * beta) * (words * beta + 1))
        self.assertAlmostEqual(joint, math.log(documents * topic_0 * topic_1) / 4, places=12)

    @unittest.skipIf(COMPLETION is None, "no program given")
    def test_completion_refuses_a_bad_table_with_one_line_and_code_65(self):
        corpus = self.path("corpus")
        bags = self.write("docword", "1\n3\n2\n1 1 4\n1 3 4\n")
        preprocess = os.path.join(os.path.dirname(COMPLETION), "lightlda-preprocess")
        subprocess.run([preprocess, f"--input={bags}", "--format=uci", f"--output={corpus}"], check=True,
                       capture_output=True)

        def complete(table):
            return subprocess.run([COMPLETION, f"--word_topic={table}", "--num_topics=2", "--alpha=0.1",
                                   f"--heldout={corpus}"], capture_output=True, text=True, check=False)
        bad = self.write("bad", "0 0:5\n3 1:1\n")
        result = complete(bad)
        self.assertEqual(result.returncode, 65)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr, f"lightlda-completion: error: {bad}:2: expected a word id from 0 to 2, "
                         'found "3"\n')
        good = complete(self.write("good", "0 0:5\n2 1:1\n"))
        self.assertEqual((good.returncode, good.stderr), (0, ""))
        self.assertIn('"documents":1,', good.stdout)


class Tables(unittest.TestCase):
    def test_ratios_are_medians_of_pairs_against_the_best_other_system(self):
        point = {"target": -8.33, "known_from": "tomotopy",
                 "lightlda": {"iterations": 2, "work": 5.0, "seconds": [1.0, 2.0, 1.0]},
                 "peers": {"Mallet": {"iterations": 40, "seconds": [20.0, 22.0, 24.0]},
                           "WarpLDA": {"iterations": 150, "seconds": [30.0, 30.0, 30.0]}}}
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            compare.report_targets([{"workload": "nips-k100", "points": [point]}])
        self.assertIn("| UCI NIPS, K = 100 | -8.33 | 30.0 (150) | 22.0 (40) |  | 1.00 (5.0) | Mallet | 20.0 | 3 |",
                      out.getvalue())


class Plots(unittest.TestCase):
    def test_labels_of_curves_that_end_together_stand_apart_and_inside(self):
        points = [(float(2 ** i), -10.0 + i) for i in range(5)]
        drawing = plot.draw([("one", points), ("two", points), ("three", points)], [-8.0], "", "seconds")
        places = re.findall(r'<text x="(\S+)" y="(\S+)"[^>]*bold;[^>]*>(one|two|three)<', drawing)
        self.assertEqual([label for _, _, label in places], ["one", "two", "three"])
        for i, (x, y, label) in enumerate(places):
            self.assertGreater(float(x), plot.LEFT)
            self.assertLess(float(x) + plot.LETTER * len(label), plot.WIDTH - plot.RIGHT)
            for other_x, other_y, _ in places[:i]:
                self.assertTrue(abs(float(x) - float(other_x)) > plot.LETTER * 3
                                or abs(float(y) - float(other_y)) >= plot.LABEL_HEIGHT)


if __name__ == "__main__":
    unittest.main()
