#include "train/budget.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

// A document that makes its block a large one; empty if there is none, or it cannot be read.
std::string DescribeGiant(const Corpus& corpus) {
  const auto largest = std::ranges::max_element(corpus.blocks(), {}, &BlockInfo::num_tokens);
  const auto number = static_cast<std::size_t>(largest - corpus.blocks().begin());
  auto block = corpus.OpenBlock(number);
  auto names = corpus.ReadDocumentNames(number);
  if (!block.ok() || !names.ok()) return "";
  const auto offsets = (*block)->document_offsets;
  std::pair<std::uint32_t, std::size_t> longest;  // tokens, document
  for (std::size_t d = 0; d + 1 < offsets.size(); ++d) {
    longest = std::max(longest, {offsets[d + 1] - offsets[d], d});
  }
  if (longest.first < largest->num_tokens / 2) return "";
  return "split document " + QuoteBytes((*names)[longest.second]) + ", whose " +
         FormatCount(longest.first) + " tokens are in memory together";
}

std::string WhatNeedsLess(const Corpus& corpus, const PlanDetails& plan) {
  const std::string giant = DescribeGiant(corpus);
  if (!giant.empty()) return giant;
  if (plan.table_bytes > 0) return "give `mh_steps`=2, which needs no table of all counts";
  return "train fewer topics with fewer `mh_steps`";
}

}  // namespace

Status CheckBudget(const TrainConfig& config, const Corpus& corpus, const PlanDetails& plan) {
  const std::string budget =
      "`memory_budget`=" + FormatBytes(static_cast<double>(config.memory_budget));
  if (plan.streamed && config.scratch_directory.empty() && config.model.empty()) {
    return Status::Usage(
        "`scratch_directory`: expected a directory, as this run would take more than " + budget);
  }
  if (config.memory_budget == 0 || plan.total_bytes <= config.memory_budget) return {};
  // Of few large blocks the parts in memory may be more than the whole.
  const bool on_disk = plan.total_bytes < plan.in_memory_bytes;
  const auto least = static_cast<double>(std::min(plan.total_bytes, plan.in_memory_bytes));
  return Status::Usage("this run needs at least " + FormatBytes(least) +
                       (on_disk ? " with its token state on disk" : "") + ", more than " + budget +
                       "; raise it, or " + WhatNeedsLess(corpus, plan));
}

}  // namespace lightlda
