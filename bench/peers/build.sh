#!/usr/bin/env bash
# Builds the other systems of bench/compare.py: bench/peers/build.sh DIR
#
# Sources are expected in, or cloned to, DIR/src; programs go to DIR/bin and DIR/mallet. Nothing in them is
# changed (README.md has what is added on the command line, and why). Takes a few minutes, most of it
# one file of tomotopy. Packages (Debian 12): git g++ openjdk-17-jdk-headless libgflags-dev libnuma-dev
# libeigen3-dev.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
if (($# != 1)); then
  echo "usage: bench/peers/build.sh DIR" >&2
  exit 64
fi
mkdir -p "$1/src" "$1/bin" "$1/mallet/classes" "$1/obj"
cd "$1"
readonly optimise=(-O3 -DNDEBUG -march=native -w)

# clone NAME URL COMMIT: unless src/NAME is there already.
clone() {
  [[ -e "src/$1" ]] && return
  git clone --quiet "$2" "src/$1"
  git -C "src/$1" checkout --quiet "$3"
}

# warplda PROGRAM MAIN_SOURCES... -- FLAGS...: headers that g++ 12 no longer includes by itself are named.
warplda() {
  local program="$1" sources=()
  shift
  while [[ "$1" != -- ]]; do
    sources+=("src/warplda/src/$1.cpp")
    shift
  done
  shift
  for name in Bigraph AdjList Vocab NumaArray clock; do sources+=("src/warplda/src/$name.cpp"); done
  g++ "${optimise[@]}" -std=c++14 -fopenmp -include stdexcept -include cstring -include cstdint -include limits \
    -include random "$@" -Isrc/warplda/src "${sources[@]}" -o "bin/$program" -lgflags -lnuma
}

build_warplda() {
  warplda warplda main lda warplda --
  warplda warplda_no_likelihood main lda warplda -- -include "$here/no_likelihood.h" -fno-signed-zeros
  warplda warplda_format format --
}

# Mallet's pom.xml asks for an annotation that only its checks use: a stub of one line stands in for it.
build_mallet() {
  local stub="obj/stub/com/google/errorprone/annotations"
  local jars="src/Mallet/lib/hppc-0.7.1.jar:src/Mallet/lib/mallet-deps.jar:src/Mallet/lib/bsh.jar"
  mkdir -p "$stub" mallet/classes/cc/mallet/util/resources
  echo 'package com.google.errorprone.annotations; public @interface Var {}' >"$stub/Var.java"
  javac -nowarn -encoding UTF-8 -cp "$jars" -sourcepath src/Mallet/src/main/java:obj/stub -d mallet/classes \
    src/Mallet/src/main/java/cc/mallet/classify/tui/Csv2Vectors.java "$here/MalletRun.java"
  cp src/Mallet/src/main/resources/cc/mallet/util/resources/logging.properties \
    mallet/classes/cc/mallet/util/resources/
  cp src/Mallet/lib/{hppc-0.7.1,mallet-deps,bsh}.jar mallet/
}

build_tomotopy() {
  local flags=("${optimise[@]}" -std=c++17 -Isrc/tomotopy/src -Isrc/EigenRand -isystem /usr/include/eigen3)
  local objects=()
  for name in Utils/Dictionary Utils/SharedString Utils/serializer TopicModel/LDAModel; do
    objects+=("obj/$(basename "$name").o")
    g++ "${flags[@]}" -c "src/tomotopy/src/$name.cpp" -o "${objects[-1]}"
  done
  g++ "${flags[@]}" "$here/tomotopy_run.cc" "${objects[@]}" -o bin/tomotopy_run
}

clone warplda https://github.com/thu-ml/warplda.git c97265d9b219d43afc95fa05966c0eba075779d6
clone Mallet https://github.com/mimno/Mallet.git 2de54cbab526ee2a89f2a6e9bc03d822ccbafa66
clone tomotopy https://github.com/bab2min/tomotopy.git 2d65b7ec0817a5b6c6c6d0e5cedd9caca7a7dd4f
clone EigenRand https://github.com/bab2min/EigenRand.git v0.5.1
build_warplda
build_mallet
build_tomotopy
echo "built: $PWD"
