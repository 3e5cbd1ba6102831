// What lightlda-dump computes of topics and words: parts that need no more than models, but for the
// diagnostics.
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "flags.h"
#include "lightlda/compare.h"
#include "lightlda/diagnostics.h"
#include "lightlda/merge_topics.h"
#include "lightlda/word_weights.h"
#include "part.h"
#include "topic_options.h"

namespace lightlda::tools {
namespace {

Result<WordWeightOptions> WeightsFromFlags() {
  WordWeightOptions options;
  options.lambda = FLAGS_lambda;
  options.frex_weight = FLAGS_frex_weight;
  options.min_count = FLAGS_min_count;
  for (const WordWeight weight : {WordWeight::kProbability, WordWeight::kRelevance,
                                  WordWeight::kFrex, WordWeight::kLift, WordWeight::kScore}) {
    options.weight = weight;
    if (FLAGS_weight == NameOf(weight)) return options;
  }
  return Status::Usage("--weight=" + FLAGS_weight +
                       ": expected probability, relevance, frex, lift or score");
}

Status WriteTopics(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const WordWeightOptions weights, WeightsFromFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportOptions options, SortedWithLabels(input));
  return ExportTopics(input.model, weights, options, sink);
}

Status WriteDiagnostics(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportOptions options, SortedWithLabels(input));
  std::optional<Corpus> corpus;
  if (input.model.corpus_checksum().empty()) {
    Tell(DumpProgram(), "the model was made of tables: nothing is known of its documents");
  } else {
    LIGHTLDA_ASSIGN_OR_RETURN(corpus, OpenCorpus(input.model));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(
      const Diagnostics diagnostics,
      DiagnoseTopics(input.model, corpus ? &*corpus : nullptr, {.top_words = options.top_words}));
  LIGHTLDA_RETURN_IF_ERROR(ExportDiagnostics(diagnostics, options, sink));
  TellInactive(diagnostics.documents);
  return {};
}

Status WriteComparison(const DumpInput& input, const ExportSink& sink) {
  if (FLAGS_other.empty()) return Status::Usage("--other=MODEL is needed");
  LIGHTLDA_ASSIGN_OR_RETURN(const Model other, Model::Load(FLAGS_other));
  Tell(DumpProgram(), other.load_warning());
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportOptions options, WithLabels(input));
  LIGHTLDA_ASSIGN_OR_RETURN(
      const ModelComparison comparison,
      CompareModels(input.model, other, {.max_distance = FLAGS_max_distance}));
  LIGHTLDA_RETURN_IF_ERROR(ExportComparison(comparison, options, sink));
  char text[160];
  std::snprintf(text, sizeof(text),
                "%zu of %u topics matched with %u, at a mean distance of %.4f; stability %.4f",
                comparison.num_matched, input.model.num_topics(), other.num_topics(),
                comparison.mean_hellinger, comparison.stability);
  Tell(DumpProgram(), text);
  return {};
}

Status WriteSimilar(const DumpInput& input, const ExportSink& sink) {
  if (FLAGS_num < 0) {
    return Status::Usage("--num=" + std::to_string(FLAGS_num) + ": expected 0 or more");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const ExportOptions options, SortedWithLabels(input));
  return ExportSimilar(input.model, static_cast<std::size_t>(FLAGS_num), options, sink);
}

Status WriteWords(const DumpInput& input, const ExportSink& sink) {
  if (FLAGS_word.empty()) return Status::Usage("--word=WORD is needed");
  return ExportWords(input.model, FLAGS_word, FLAGS_prefix, input.options, sink);
}

// "3,17;4,5": groups of topics.
Result<std::vector<std::vector<TopicId>>> GroupsFromFlags() {
  std::vector<std::vector<TopicId>> groups;
  std::string left = FLAGS_topics;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(';'), left.size());
    LIGHTLDA_ASSIGN_OR_RETURN(auto group, ParseTopics("topics", left.substr(0, end)));
    groups.push_back(std::move(group));
    left.erase(0, end + 1);
  }
  if (groups.empty()) return Status::Usage("--topics=TOPIC,TOPIC is needed");
  return groups;
}

Status WriteMerged(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto groups, GroupsFromFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(const MergedModel merged, MergeTopics(input.model, groups));
  LIGHTLDA_RETURN_IF_ERROR(merged.model.Save(FLAGS_output, FLAGS_overwrite));
  Tell(DumpProgram(), FLAGS_output + ": a model of " + std::to_string(merged.model.num_topics()) +
                          " topics, without the topics of documents");
  return ExportMerge(merged, input.options, sink);
}

constexpr DumpPart kParts[] = {
    {"topics", "one line per topic: id, tokens, words by --weight", true, false, WriteTopics},
    {"diagnostics", "one line per topic: size, documents, coherence, ...", true, true,
     WriteDiagnostics},
    {"similar", "one line per topic: its nearest topics, by their words", true, false,
     WriteSimilar},
    {"words", "the topics of a word: --word, --prefix", true, false, WriteWords},
    {"compare", "topics matched with those of another model: --other", true, false,
     WriteComparison},
    {"merge_topics", "a new model, --output, with topics put together: --topics", true, false,
     WriteMerged, DumpForm::kModel},
};

}  // namespace

std::span<const DumpPart> TopicTableParts() { return kParts; }

}  // namespace lightlda::tools
