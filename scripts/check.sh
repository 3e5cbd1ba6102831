#!/usr/bin/env bash
# Checks the sources: scripts/check.sh [--tidy]
#
# Format (clang-format 14, as in Debian 12), headers that compile alone, size budget, layer rules, links of the
# documentation, spelling.
# --tidy adds clang-tidy, which needs a configured build/release and some minutes. A tool that is not
# installed is skipped with a message. Exit code 0: nothing to mend.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
readonly clang_format_version=14

tidy=no
case "${1:-}" in
  "") ;;
  --tidy) tidy=yes ;;
  *)
    echo "check.sh: expected --tidy or nothing, found '$1'" >&2
    exit 64
    ;;
esac

mapfile -t sources < <(find include src apps tools tests bench examples python -name '*.h' -o -name '*.cc' | sort)
failures=0

# check NAME COMMAND...: runs one check and counts its failure.
check() {
  local name="$1"
  shift
  if "$@"; then
    echo "ok      $name"
  else
    echo "FAILED  $name"
    failures=$((failures + 1))
  fi
}

skip() {
  echo "skipped $1: $2"
}

check_format() {
  local file wrong=()
  for file in "${sources[@]}"; do
    clang-format --dry-run --Werror "$file" 2>/dev/null || wrong+=("$file")
  done
  ((${#wrong[@]} == 0)) || { echo "mend with: clang-format -i ${wrong[*]}" && return 1; }
}

# To object files, which a compiler cache keeps, unlike -fsyntax-only. Not those of python/, which need
# packages that only --all of test.sh has.
check_headers_alone() {
  local cache outcome=0 objects
  cache="$(command -v ccache || true)"
  objects="$(mktemp -d)"
  printf '%s\n' "${sources[@]}" | grep '\.h$' | grep -v '^python/' | xargs -P "$(nproc)" -I{} bash -c \
    'o="$1/${2//\//_}.o"; $3 '"${CXX:-g++}"' -std=c++20 -c -x c++ -Iinclude -Isrc -Itools -Itests "$2" -o "$o"' \
    _ "$objects" {} "$cache" || outcome=1
  rm -rf "$objects"
  return $outcome
}

check_tidy() {
  printf '%s\n' "${sources[@]}" | grep -E '^(src|apps|tools)/.*\.cc$' | xargs -P "$(nproc)" -n 4 \
    clang-tidy --quiet -p build/release --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-sign-compare
}

check "house rules" python3 scripts/check_sources.py "${sources[@]}"
check "documentation" python3 scripts/check_docs.py
if [[ "$(clang-format --version 2>/dev/null)" =~ version\ $clang_format_version\. ]]; then
  check "format" check_format
else
  skip "format" "needs clang-format $clang_format_version; others format differently"
fi
check "headers compile alone" check_headers_alone
if command -v codespell >/dev/null; then
  check "spelling" codespell
else
  skip "spelling" "codespell is not installed"
fi
if [[ $tidy == yes ]]; then
  if ! command -v clang-tidy >/dev/null; then
    skip "clang-tidy" "not installed"
  elif [[ ! -f build/release/compile_commands.json ]]; then
    skip "clang-tidy" "run cmake --preset release first"
  else
    check "clang-tidy" check_tidy
  fi
fi
echo "$failures checks failed"
exit $((failures > 0))
