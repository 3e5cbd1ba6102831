#include "train/memory_check.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace lightlda {
namespace {

TEST_CASE("a plan beyond a hard limit is refused, one beyond a soft one is warned of", "[train]") {
  PlanDetails plan;
  plan.total_bytes = 1000;
  plan.corpus_bytes = 200;
  struct Case {
    std::size_t processes;
    std::uint64_t budget;
    std::vector<MemoryLimit> limits;
    bool ok;
    std::string warning;  // or error: the start of it
  };
  const std::string may = "this run may take 1.0 kB, more than the ";
  const std::string both = "this run may take 2.0 kB in 2 processes here, more than the ";
  const std::vector<Case> cases = {
      {1, 9, {}, true, ""},
      {1, 9, {{1000, "the cgroup", true}, {1000, "this machine", false}}, true, ""},
      {1, 9, {{799, "the cgroup", true}}, false, may + "799 B that the cgroup leaves"},
      // Without the corpus in memory it goes.
      {1, 9, {{800, "the cgroup", true}}, true, may + "800 B that the cgroup leaves"},
      {1, 0, {{799, "the cgroup", true}}, true, may + "799 B that the cgroup leaves"},
      {1, 9, {{5, "this machine", false}}, true, may + "5 B that this machine leaves"},
      {2, 9, {{1599, "the cgroup", true}}, false, both + "1.6 kB that the cgroup leaves"},
      {2, 9, {{2000, "the cgroup", true}}, true, ""},
  };
  for (const Case& one : cases) {
    std::string warning;
    const Status status = CheckMemory(plan, one.budget, one.processes, one.limits, &warning);
    CAPTURE(one.warning, warning, status.message());
    CHECK(status.ok() == one.ok);
    if (!one.ok) CHECK(status.code() == StatusCode::kUsage);
    const std::string& said = one.ok ? warning : status.message();
    CHECK(said.starts_with(one.warning));
    CHECK(said.empty() == one.warning.empty());
  }
}

}  // namespace
}  // namespace lightlda
