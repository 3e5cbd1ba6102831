// What lightlda-dump writes of topics and words: parts that need the model alone.
#include "part.h"

namespace lightlda::tools {
namespace {

Status WriteTopics(const DumpInput& input, const ExportSink& sink) {
  return ExportTopics(input.model, input.options, sink);
}

Status WriteWordTopic(const DumpInput& input, const ExportSink& sink) {
  return ExportWordTopic(input.model, input.options, sink);
}

Status WriteSummary(const DumpInput& input, const ExportSink& sink) {
  return ExportSummary(input.model, input.options, sink);
}

constexpr DumpPart kParts[] = {
    {"topics", "one line per topic: id, tokens, most probable words", true, false, WriteTopics},
    {"word_topic", "one line per word: word_id topic:count ...", true, false, WriteWordTopic},
    {"summary", "sizes, priors, progress, the largest topics", false, false, WriteSummary},
};

}  // namespace

std::span<const DumpPart> TopicParts() { return kParts; }

}  // namespace lightlda::tools
