#include "base/file_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "base/file.h"

namespace lightlda {
namespace {

// Descriptors in use, that of the listing among them; 0 if the system does not tell.
int CountOpenFiles() {
  const auto names = ListDirectory("/proc/self/fd");
  return names.ok() ? static_cast<int>(names.value().size()) : 0;
}

}  // namespace

Status RaiseFileLimit(int wanted) {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  const int needed = CountOpenFiles() + wanted;
  if (limit.rlim_cur >= static_cast<rlim_t>(std::max(needed, 0))) return {};
  return Status::Failure("the system lets this process open " + std::to_string(limit.rlim_cur) +
                         " files, expected at least " + std::to_string(needed) +
                         "; raise the limit (ulimit -n)");
}

}  // namespace lightlda
