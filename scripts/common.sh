# What the scripts share; meant to be sourced. Goes to the top of the source tree and picks the compiler.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# C++20 needs g++ 12 in places where a distribution's default is older.
if [[ -z "${CXX:-}" ]] && command -v g++ >/dev/null && (($(g++ -dumpversion | cut -d. -f1) < 12)) &&
  command -v g++-12 >/dev/null; then
  export CXX=g++-12
fi

# say TEXT: a headline, with the seconds since the script began.
say() {
  printf '\n== [%ds] %s\n' "$SECONDS" "$*"
}
