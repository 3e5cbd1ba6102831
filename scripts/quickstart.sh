#!/usr/bin/env bash
# From a fresh clone to readable topics in one command: installs what is missing, builds the programs, and
# takes the sample text in data/ through preprocess, train and dump. Asks nothing; may be run again.
#
# Makes build/release (kept, so that a second run is quick) and quickstart/ (made anew each time).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
readonly out=quickstart
readonly bin=build/release/bin

say "Packages"
scripts/install_packages.sh build

say "Build"
cmake --preset release -DLIGHTLDA_BUILD_TESTS=OFF >/dev/null
cmake --build --preset release

say "Preprocess data/debian-descriptions-sample.jsonl.xz"
rm -rf "$out"
mkdir "$out"
"$bin/lightlda-preprocess" --input=data/debian-descriptions-sample.jsonl.xz --output="$out/corpus" \
  --stopwords=en --max_df=0.1

say "Train 50 topics"
"$bin/lightlda" --corpus="$out/corpus" --model="$out/model" --num_topics=50 --num_iterations=1000 \
  --preview_interval=0

say "Topics"
"$bin/lightlda-dump" topics --model="$out/model" --output="$out/topics.txt"
sed -E 's/:[0-9.e-]+( |$)/ /g' "$out/topics.txt" # without the probabilities

cat <<TXT

Done in ${SECONDS} s. Made:
  $out/corpus      the text as training reads it
  $out/model       the model; $out/model/metrics.jsonl has one line per iteration
  $out/topics.txt  the topics above

Next, your own text (one document per line; .gz, .xz and .zst are read directly):
  $bin/lightlda-preprocess --input=YOUR_TEXT.txt --output=my-corpus --stopwords=en
  $bin/lightlda --corpus=my-corpus --model=my-model --num_topics=100 --num_iterations=100
  $bin/lightlda-dump topics --model=my-model
README.md is the tour; scripts/test.sh runs the tests.
TXT
