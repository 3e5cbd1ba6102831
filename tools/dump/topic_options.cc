#include "topic_options.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "flag_values.h"
#include "flags.h"
#include "lightlda/evaluate.h"
#include "lightlda/labels.h"

namespace lightlda::tools {
namespace {

// Greatest first.
template <typename Number>
void SortBy(const std::vector<Number>& numbers, std::vector<TopicId>* topics) {
  std::ranges::stable_sort(*topics, std::greater<>(), [&](TopicId k) { return numbers[k]; });
}

}  // namespace

Result<ExportOptions> WithLabels(const DumpInput& input) {
  ExportOptions options = input.options;
  LIGHTLDA_ASSIGN_OR_RETURN(const TopicLabels labels, ReadLabels(FLAGS_model));
  if (labels.labels.empty()) return options;
  if (labels.model_hash != input.model.model_hash()) {
    Tell(DumpProgram(), FLAGS_model +
                            "/labels.json: not shown, as its labels are of another model; see "
                            "lightlda-dump labels");
    return options;
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckLabels(labels, input.model).WithContext(FLAGS_model));
  options.labels.resize(input.model.num_topics());
  for (const auto& [topic, label] : labels.labels) options.labels[topic] = label;
  return options;
}

Result<ExportOptions> SortedWithLabels(const DumpInput& input) {
  LIGHTLDA_ASSIGN_OR_RETURN(ExportOptions options, WithLabels(input));
  if (FLAGS_sort == "id") return options;
  options.order.resize(input.model.num_topics());
  std::iota(options.order.begin(), options.order.end(), TopicId{0});
  if (FLAGS_sort == "size") {
    const auto totals = input.model.topic_totals();
    SortBy(std::vector<Count>(totals.begin(), totals.end()), &options.order);
    return options;
  }
  if (FLAGS_sort != "coherence") {
    return Status::Usage("--sort=" + FLAGS_sort + ": expected id, size or coherence");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenCorpus(input.model));
  CoherenceOptions coherence_options;
  coherence_options.indirect = false;
  LIGHTLDA_ASSIGN_OR_RETURN(const Coherence coherence,
                            EvaluateCoherence(input.model, corpus, coherence_options));
  std::vector<double> scores;
  for (const CoherenceScores& topic : coherence.topics) scores.push_back(topic.u_mass);
  SortBy(scores, &options.order);
  return options;
}

Result<std::vector<TopicId>> ParseTopics(const std::string& flag, const std::string& text) {
  std::vector<TopicId> topics;
  for (const std::string& part : SplitAtCommas(text)) {
    TopicId topic = 0;
    const char* const end = part.data() + part.size();
    const auto parsed = std::from_chars(part.data(), end, topic);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
      return Status::Usage("--" + flag + "=" + text + ": expected topics, as 3,17");
    }
    topics.push_back(topic);
  }
  return topics;
}

}  // namespace lightlda::tools
