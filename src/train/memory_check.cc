#include "train/memory_check.h"

#include "base/progress.h"

namespace lightlda {
namespace {

std::string Bytes(std::uint64_t bytes) { return FormatBytes(static_cast<double>(bytes)); }

}  // namespace

Status CheckMemory(const PlanDetails& plan, std::uint64_t memory_budget, std::size_t num_processes,
                   std::span<const MemoryLimit> limits, std::string* warning) {
  const std::uint64_t total = plan.total_bytes * num_processes;
  // The system can drop the pages of the corpus and read them again.
  const std::uint64_t least = total - plan.corpus_bytes * num_processes;
  for (const MemoryLimit& limit : limits) {
    if (total <= limit.bytes) continue;
    const std::string together =
        num_processes == 1 ? "" : " in " + std::to_string(num_processes) + " processes here";
    const std::string text = "this run may take " + Bytes(total) + together + ", more than the " +
                             Bytes(limit.bytes) + " that " + limit.of +
                             " leaves; a smaller `memory_budget` keeps token state on disk";
    if (limit.is_hard && memory_budget > 0 && least > limit.bytes) {
      return Status::Usage(text + ", 0 runs all the same");
    }
    if (warning->empty()) *warning = text;
  }
  return {};
}

}  // namespace lightlda
