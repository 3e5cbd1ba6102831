// Plans and positions in words.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/progress.h"
#include "base/terminal.h"
#include "lightlda/trainer.h"
#include "train/plan_details.h"

namespace lightlda {
namespace {

constexpr int kTextColumn = 12;  // of the lines of a plan
constexpr int kColumns = 80;
// With fewer the topics are hardly more than single documents.
constexpr double kFewTokensPerTopic = 100;

std::string FormatSize(std::uint64_t bytes) { return FormatBytes(static_cast<double>(bytes)); }

// "1 thread", "2 threads".
std::string Several(std::int64_t number, const char* what) {
  return FormatCount(number) + " " + what + (number == 1 ? "" : "s");
}

// "  memory    at most ...", wrapped.
void AppendLine(const char* title, const std::string& text, std::string* out) {
  std::string line = std::string("  ") + title;
  line.resize(kTextColumn, ' ');
  *out += WrapText(line + text, kColumns, kTextColumn) + "\n";
}

std::string DescribeTeam(const PlanDetails& plan) {
  const std::string threads = Several(plan.num_threads, "thread");
  if (plan.num_shards == 0) return threads;
  return threads + " in each of " + FormatCount(plan.num_workers) +
         (plan.num_workers == 1 ? " process, " : " processes, ") +
         Several(plan.num_shards, "server shard") + ", staleness " +
         std::to_string(plan.staleness) +
         (plan.staleness == plan.wanted_staleness
              ? ""
              : ", not " + std::to_string(plan.wanted_staleness) +
                    ": topics have too few tokens for stale counts");
}

std::string DescribeGrowth(const PlanDetails& plan) {
  const std::size_t num_stages = plan.stages.size() - 1;
  const std::int64_t iterations = NumIterations(plan) - plan.stages.back().iterations;
  const Count first = plan.stages.front().documents;
  const Count last = plan.stages[num_stages - 1].documents;
  return Several(iterations, "iteration") + " on a part of the documents, from " +
         FormatCount(first) + " to " + FormatCount(last) + " of them, in " +
         Several(static_cast<std::int64_t>(num_stages), "stage");
}

std::string DescribeDraws(const PlanDetails::Stage& stage) {
  if (stage.draws == Draws::kConditionals) return "each topic is drawn from all (`mh_steps`=0)";
  return Several(stage.mh_steps, "proposal") +
         " of each kind per token (`mh_steps`=" + std::to_string(stage.mh_steps) + ")";
}

// Of a machine that others leave alone; below some seconds other things take longer than sampling.
std::string DescribeTime(double total, double of_iteration) {
  constexpr double kShort = 5;
  if (total < kShort) return "some seconds, growth included";
  return "about " + FormatDuration(total) +
         ", growth included, where nothing else runs: " + FormatDuration(of_iteration) +
         " per iteration on all documents";
}

// What the process with the most tokens takes.
std::string DescribeMemory(const PlanDetails& plan) {
  std::string text = "at most " + FormatSize(plan.total_bytes) +
                     (plan.num_shards == 0 ? "" : " per process") + ": ";
  const auto part = [&text](const char* what, std::uint64_t bytes) {
    if (bytes == 0) return;
    std::string of_part = std::string(what) + " " + FormatSize(bytes);
    std::ranges::replace(of_part, ' ', kHardBlank);
    text += of_part + ", ";
  };
  part("topics of tokens", plan.token_state_bytes);
  part("index", plan.index_bytes);
  part("corpus", plan.corpus_bytes);
  part("counts", plan.table_bytes);
  part("threads", plan.thread_bytes);
  part("model", plan.model_bytes);
  part("initial topics", plan.prior_bytes);
  part("copy for checkpoints", plan.copy_bytes);
  part("exchange", plan.exchange_bytes);
  part("server shard", plan.shard_bytes);
  part("its answers", plan.answer_bytes);
  return text.substr(0, text.size() - 2);
}

std::string DescribeDisk(const PlanDetails& plan, std::uint64_t bytes) {
  std::string text = "at most " + FormatSize(bytes);
  if (plan.num_saves > 1) {
    text += ": up to " + std::to_string(plan.num_saves) + " saves of the model, " +
            FormatSize(plan.saved_bytes) + " each";
  }
  if (plan.streamed) {
    text += "; topics of tokens, for which memory is short: " + FormatSize(plan.scratch_bytes) +
            (plan.num_shards == 0 ? "" : " per process") + " on disk";
  }
  return text;
}

}  // namespace

std::string TrainPlan::ToString() const {
  const PlanDetails& plan = *details_;
  const PlanDetails::Stage& full = plan.stages.back();
  const double per_topic =
      static_cast<double>(full.tokens) / static_cast<double>(std::max(plan.num_topics, 1U));
  std::string text = "plan: " + FormatCount(plan.num_topics) + " topics of " +
                     Several(full.documents, "document") + ", " + Several(full.tokens, "token") +
                     ", " + Several(static_cast<std::int64_t>(plan.num_words), "word") + "\n";
  if (per_topic < kFewTokensPerTopic) {
    AppendLine("note",
               "a topic has " + FormatFixed(per_topic, 1) +
                   " tokens on average, which is little; fewer topics (`num_topics`) or "
                   "more documents say more",
               &text);
  }
  AppendLine("threads", DescribeTeam(plan), &text);
  if (plan.stages.size() > 1) AppendLine("growth", DescribeGrowth(plan), &text);
  AppendLine(plan.stages.size() > 1 ? "then" : "training",
             (plan.ends_when_settled ? "at most " : "") + Several(full.iterations, "iteration") +
                 " on all documents; " + DescribeDraws(full),
             &text);
  AppendLine("time",
             (plan.ends_when_settled ? "at most " : "") +
                 DescribeTime(total_seconds(), plan.iteration_seconds),
             &text);
  AppendLine("memory", DescribeMemory(plan), &text);
  AppendLine("disk", DescribeDisk(plan, disk_bytes()), &text);
  if (plan.checkpoints == PlanDetails::Checkpoints::kPausing) {
    AppendLine("saving", "training pauses while a checkpoint is written", &text);
  }
  text.pop_back();
  return text;
}

std::string ToString(const RunPosition& position) {
  if (position.stage > 0) {
    return "growth " + std::to_string(position.stage) + "/" +
           std::to_string(position.num_growth_stages);
  }
  const std::string number = "iteration " + std::to_string(position.full_iteration);
  return position.may_end_sooner ? number
                                 : number + "/" + std::to_string(position.num_full_iterations);
}

}  // namespace lightlda
