// What lightlda-dump writes of a model as it is: parts that need nothing else.
#include "part.h"

namespace lightlda::tools {
namespace {

Status WriteWordTopic(const DumpInput& input, const ExportSink& sink) {
  return ExportWordTopic(input.model, input.options, sink);
}

Status WriteSummary(const DumpInput& input, const ExportSink& sink) {
  return ExportSummary(input.model, input.options, sink);
}

constexpr DumpPart kParts[] = {
    {"word_topic", "one line per word: word_id topic:count ...", true, false, WriteWordTopic},
    {"summary", "sizes, priors, progress, the largest topics", false, false, WriteSummary},
};

}  // namespace

std::span<const DumpPart> TopicParts() { return kParts; }

}  // namespace lightlda::tools
