// Coherence, topic by topic.
#include <string>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/evaluate.h"

namespace lightlda {
namespace {

Value ToValue(const std::optional<double>& score) {
  if (score) return *score;
  return std::monostate();
}

}  // namespace

Status ExportCoherence(const Model& model, const Corpus& reference, const CoherenceOptions& options,
                       ExportFormat format, const ExportSink& sink, const StopToken& stop) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Coherence coherence,
                            EvaluateCoherence(model, reference, options, stop));
  RecordShape shape;
  shape.heads = {{"topic"}, {"u_mass"}, {"c_uci"}, {"c_npmi"}, {"c_v"}, {"words"}};
  shape.json_columns = true;  // of no items
  shape.lead = ' ';
  TextWriter out(sink);
  const auto records = MakeRecordWriter(format, shape, &out);
  records->Begin();
  const auto put = [&](const Value& topic, const CoherenceScores& scores, std::string_view words) {
    const Value heads[] = {
        topic, scores.u_mass, ToValue(scores.c_uci), ToValue(scores.c_npmi), ToValue(scores.c_v),
        words};
    records->Put(heads, {});
  };
  const auto top = model.TopWords(options.top_words);
  for (std::size_t topic = 0; topic < top.size(); ++topic) {
    std::string words;
    for (const TopWord& word : top[topic]) {
      if (!words.empty()) words += ' ';
      words += model.vocabulary().word(word.word);
    }
    put(std::uint64_t{topic}, coherence.topics[topic], words);
  }
  if (format == ExportFormat::kText) put(std::string_view("mean"), coherence.mean, "");
  records->End();
  return out.Finish();
}

}  // namespace lightlda
