// Plans and positions in words.
#include <cstdint>
#include <cstdio>
#include <string>

#include "base/progress.h"
#include "lightlda/trainer.h"
#include "train/plan_details.h"

namespace lightlda {
namespace {

std::string DescribeTeam(const PlanDetails& plan) {
  if (plan.num_shards == 0) return "";
  return " in each of " + std::to_string(plan.num_workers) + " processes, " +
         std::to_string(plan.num_shards) + " server shards, staleness " +
         std::to_string(plan.staleness) +
         (plan.staleness == plan.wanted_staleness
              ? ""
              : ", not " + std::to_string(plan.wanted_staleness) +
                    ": topics have too few tokens for stale counts");
}

std::string FormatPrior(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2g", value);
  return text;
}

// What the process with the most tokens takes.
std::string DescribeMemory(const PlanDetails& plan) {
  std::string text = plan.num_shards == 0 ? "memory at most:\n" : "memory of a process at most:\n";
  const auto line = [&text](const char* what, std::uint64_t bytes) {
    text += std::string("  ") + what + FormatBytes(static_cast<double>(bytes)) + "\n";
  };
  line("token state    ", plan.token_state_bytes);
  line("index          ", plan.index_bytes);
  line("corpus, mapped ", plan.corpus_bytes);
  if (plan.table_bytes > 0) line("counts in full ", plan.table_bytes);
  line("threads        ", plan.thread_bytes);
  line("model rows     ", plan.model_bytes);
  if (plan.prior_bytes > 0) line("initial topics ", plan.prior_bytes);
  if (plan.copy_bytes > 0) line("topics, copied ", plan.copy_bytes);
  if (plan.num_shards > 0) {
    line("exchange       ", plan.exchange_bytes);
    line("server shard   ", plan.shard_bytes);
    line("its answers    ", plan.answer_bytes);
  }
  line("in all         ", plan.total_bytes);
  if (plan.streamed) line("on disk, streamed: token state ", plan.scratch_bytes);
  if (plan.checkpoints == PlanDetails::Checkpoints::kPausing) {
    text += "training pauses while a checkpoint is written\n";
  }
  return text;
}

}  // namespace

std::string TrainPlan::ToString() const {
  const PlanDetails& plan = *details_;
  std::string text = "plan: " + FormatFixed(plan.total_work, 1) +
                     " passes' worth of work over the corpus, " + std::to_string(plan.num_threads) +
                     (plan.num_threads == 1 ? " thread" : " threads") + DescribeTeam(plan) + "\n";
  for (const PlanDetails::Stage& stage : plan.stages) {
    text +=
        "  " + std::to_string(stage.iterations) + " iterations on " + FormatCount(stage.documents) +
        " documents, " + FormatCount(stage.tokens) + " tokens, " +
        (stage.draws == Draws::kProposals ? std::to_string(stage.mh_steps) + " proposals"
                                          : "no proposals") +
        ", beta " + FormatPrior(stage.beta) +
        (stage.alpha_scale != 1 ? ", alpha times " + FormatPrior(stage.alpha_scale) : "") + "\n";
  }
  text += "predicted time of an iteration over all documents: " +
          FormatDuration(plan.iteration_seconds) + "\n";
  text += DescribeMemory(plan);
  text.pop_back();
  return text;
}

std::string ToString(const RunPosition& position) {
  if (position.stage > 0) {
    return "growth " + std::to_string(position.stage) + "/" +
           std::to_string(position.num_growth_stages);
  }
  return "iteration " + std::to_string(position.full_iteration) + "/" +
         std::to_string(position.num_full_iterations);
}

}  // namespace lightlda
