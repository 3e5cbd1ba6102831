// Open files that the system grants or refuses.
#include "base/file_limit.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace lightlda::testing {
namespace {

// What body() returns, in a child of this process that may open so many files.
template <typename Body>
int WithFiles(rlim_t soft, rlim_t hard, const Body& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit = {soft, hard};
    ::_exit(::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? body() : 100);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

TEST_CASE("too few open files are refused, and the soft limit is raised", "[base]") {
  const auto refused = [] { return RaiseFileLimit(40).ok() ? 0 : 1; };
  CHECK(WithFiles(42, 42, refused) == 1);  // three are open at least
  CHECK(WithFiles(200, 200, refused) == 0);
  CHECK(WithFiles(42, 200, refused) == 0);
  CHECK(WithFiles(42, 200, [] {
          rlimit limit = {};
          return RaiseFileLimit(40).ok() && ::getrlimit(RLIMIT_NOFILE, &limit) == 0
                     ? static_cast<int>(limit.rlim_cur)
                     : 0;
        }) == 200);
  const Status status = [] { return RaiseFileLimit(1 << 30); }();
  CHECK(status.message().find("(ulimit -n)") != std::string::npos);
}

}  // namespace
}  // namespace lightlda::testing
