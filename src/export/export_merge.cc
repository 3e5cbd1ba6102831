// What topics have become.
#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/merge_topics.h"

namespace lightlda {

Status ExportMerge(const MergedModel& merged, const ExportOptions& options,
                   const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  RecordShape shape;
  shape.heads = {{"topic"}, {"new_topic"}};
  shape.json_columns = true;  // of no items
  shape.lead = ' ';
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  for (std::size_t topic = 0; topic < merged.new_topics.size(); ++topic) {
    const Value heads[] = {std::uint64_t{topic}, std::uint64_t{merged.new_topics[topic]}};
    records->Put(heads, {});
  }
  records->End();
  return out.Finish();
}

}  // namespace lightlda
