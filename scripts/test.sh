#!/usr/bin/env bash
# Builds lightlda and runs its tests: scripts/test.sh [--ci | --all | --sanitize] [--no-install]
#
#   (nothing)     the release build: unit, statistical, command-line, installation tests and scripts/check.sh
#   --ci          the same and the Python package, R, the report in a browser, then again under ASan+UBSan
#   --all         the same and again under TSan, which takes half as long again (also: LIGHTLDA_TEST_ALL=1)
#   --sanitize    only the two sanitizer builds
#   --no-install  do not look for missing packages
#
# The last line is "N passed, N failed", summed over all builds; exit code 0 means none failed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

presets=(release)
beyond=no  # the programs: Python, R and a browser
if [[ "${LIGHTLDA_TEST_ALL:-0}" == 1 ]]; then
  presets=(release asan tsan)
  beyond=yes
fi
install=yes
for argument in "$@"; do
  case "$argument" in
    --ci)
      presets=(release asan)
      beyond=yes
      ;;
    --all)
      presets=(release asan tsan)
      beyond=yes
      ;;
    --sanitize) presets=(asan tsan) ;;
    --no-install) install=no ;;
    *)
      echo "test.sh: expected --ci, --all, --sanitize or --no-install, found '$argument'" >&2
      exit 64
      ;;
  esac
done

if [[ $install == yes ]]; then
  say "Packages"
  scripts/install_packages.sh "$([[ $beyond == yes ]] && echo python || echo test)"
  # Without a browser or R their tests are skipped, and say so.
  if [[ $beyond == yes ]]; then
    scripts/install_packages.sh r || true
    scripts/browser.sh || true
  fi
fi

jobs="$(nproc)"
results=()
broken=0  # builds that failed; each counts as a failed test
for preset in "${presets[@]}"; do
  say "$preset: build"
  with_python=OFF
  [[ $preset != release || $beyond == no ]] || with_python=ON
  if ! cmake --preset "$preset" -DLIGHTLDA_BUILD_TESTS=ON -DLIGHTLDA_BUILD_PYTHON="$with_python" >/dev/null ||
    ! cmake --build --preset "$preset"; then
    broken=$((broken + 1))
    continue
  fi
  say "$preset: tests"
  result="$PWD/build/$preset/test-results.xml"
  rm -f "$result"
  ctest --preset "$preset" --parallel "$jobs" --output-junit "$result" </dev/null || true
  results+=("$result")
done

say "Summary"
exec python3 scripts/summarize_tests.py --broken_builds="$broken" "${results[@]}"
