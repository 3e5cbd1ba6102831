#!/usr/bin/env bash
# Installs the Debian packages that lightlda needs: scripts/install_packages.sh [build|test|python|r|browser]
#
#   build    what the programs need
#   test     also what the tests and checks need (the default)
#   python   likewise, and what the Python package and its tests need
#   r        R with the packages that docs/r.md and its test use
#   browser  what the tests of the report in a browser need, beside npm (scripts/browser.sh)
#
# For Debian 12 and Ubuntu 22.04 or later, as root or with a sudo that asks no password. Asks nothing, may be
# run again, and touches neither apt nor sudo when nothing is missing.
set -euo pipefail

readonly build_packages=(
  g++ cmake ninja-build ccache pkg-config python3 xz-utils
  libicu-dev libstemmer-dev libzstd-dev liblzma-dev zlib1g-dev libbz2-dev libsqlite3-dev libxxhash-dev
  nlohmann-json3-dev robin-map-dev libsimdjson-dev libgflags-dev libgoogle-glog-dev
  libboost-dev libzmq3-dev cppzmq-dev libopenmpi-dev openmpi-bin
)
readonly test_packages=(catch2 libbenchmark-dev clang-format gzip zstd iproute2)
readonly python_packages=(
  pybind11-dev python3-dev python3-numpy python3-scipy python3-sklearn python3-pandas python3-gensim
  python3-pytest python3-pip python3-nbclient python3-nbformat python3-ipykernel
)
readonly r_packages=(r-base-core r-cran-data.table r-cran-matrix r-cran-jsonlite)

browser_packages=(chromium)
# npm from elsewhere may not go with Debian's.
command -v npm >/dev/null || browser_packages+=(nodejs npm)

fail() {
  echo "install_packages.sh: $*" >&2
  exit 1
}

is_installed() {
  [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

# Mirrors fail now and then: three attempts with a pause between them.
with_retries() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return 0
    echo "install_packages.sh: attempt $attempt failed: $*" >&2
    sleep $((attempt * 5))
  done
  return 1
}

case "${1:-test}" in
  build) wanted=("${build_packages[@]}") ;;
  test) wanted=("${build_packages[@]}" "${test_packages[@]}") ;;
  python) wanted=("${build_packages[@]}" "${test_packages[@]}" "${python_packages[@]}") ;;
  r) wanted=("${r_packages[@]}") ;;
  browser) wanted=("${browser_packages[@]}") ;;
  *) fail "expected 'build', 'test', 'python', 'r' or 'browser', found '$1'" ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  fail "needs apt (Debian 12, Ubuntu 22.04 or later). On another system install the counterparts of:" \
    "${wanted[*]}; then build with: cmake --preset release && cmake --build --preset release"
fi

# Ubuntu 22.04 has g++ 11 as its default; scripts/common.sh picks g++-12 where it is the better one.
if [[ "$(. /etc/os-release && echo "${ID:-}-${VERSION_ID:-}")" == ubuntu-22.04 ]]; then
  wanted+=(g++-12)
fi

missing=()
for package in "${wanted[@]}"; do
  is_installed "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "All ${#wanted[@]} packages are installed."
  exit 0
fi

as_root=(env)
if (($(id -u) != 0)); then
  sudo -n true 2>/dev/null ||
    fail "needs root or a sudo that asks no password. As root, run: apt-get install -y ${missing[*]}"
  as_root=(sudo -n env)
fi
apt=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a
  apt-get -q -y -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)

echo "Installing: ${missing[*]}"
with_retries "${apt[@]}" update </dev/null >/dev/null || fail "apt-get update failed"
with_retries "${apt[@]}" install --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
  fail "apt-get install failed for: ${missing[*]}"
echo "Installed ${#missing[@]} packages."
