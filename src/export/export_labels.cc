// Labels of topics.
#include <string>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/labels.h"
#include "lightlda/word_weights.h"

namespace lightlda {

Status ExportLabels(const Model& model, const TopicLabels& labels, const ExportOptions& options,
                    const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> automatic, AutomaticLabels(model));
  RecordShape shape;
  shape.heads = {{"topic"}, {"label"}, {"hidden"}, {"automatic"}};
  shape.json_columns = true;  // of no items
  shape.lead = ' ';
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  for (const TopicId topic : TopicOrder(options, model.num_topics())) {
    const auto own = labels.labels.find(topic);
    const bool has_own = own != labels.labels.end();
    const Value heads[] = {std::uint64_t{topic},
                           std::string_view(has_own ? own->second : automatic[topic]),
                           std::uint64_t{labels.hidden.contains(topic)}, std::uint64_t{!has_own}};
    records->Put(heads, {});
  }
  records->End();
  return out.Finish();
}

}  // namespace lightlda
