// Diagnostics, topic by topic.
#include <optional>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/diagnostics.h"

namespace lightlda {
namespace {

Value ToValue(const std::optional<double>& number) {
  if (number) return *number;
  return std::monostate();
}

Value ToValue(const std::optional<Count>& number) {
  if (number) return static_cast<std::uint64_t>(*number);
  return std::monostate();
}

}  // namespace

Status ExportDiagnostics(const Diagnostics& diagnostics, const ExportOptions& options,
                         const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  RecordShape shape;
  shape.heads = TopicHeads(options);
  for (const char* name :
       {"tokens", "share", "documents", "documents_1", "documents_5", "rank1_documents",
        "document_entropy", "effective_words", "uniform_distance", "corpus_distance",
        "coherence_umass", "coherence_npmi", "exclusivity", "alpha"}) {
    shape.heads.push_back({name});
  }
  shape.json_columns = true;  // of no items
  shape.lead = ' ';
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  for (const TopicId topic : TopicOrder(options, diagnostics.topics.size())) {
    if (!out.status().ok()) break;
    const TopicDiagnostics& of_topic = diagnostics.topics[topic];
    std::vector<Value> heads;
    PutTopicHeads(options, topic, &heads);
    heads.insert(
        heads.end(),
        {static_cast<std::uint64_t>(of_topic.tokens), of_topic.share, ToValue(of_topic.documents),
         ToValue(of_topic.documents_1), ToValue(of_topic.documents_5),
         ToValue(of_topic.rank1_documents), ToValue(of_topic.document_entropy),
         ToValue(of_topic.effective_words), ToValue(of_topic.uniform_distance),
         ToValue(of_topic.corpus_distance), ToValue(of_topic.coherence_umass),
         ToValue(of_topic.coherence_npmi), ToValue(of_topic.exclusivity), of_topic.alpha});
    records->Put(heads, {});
  }
  records->End();
  return out.Finish();
}

}  // namespace lightlda
