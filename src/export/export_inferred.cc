// Topics of new documents, as they are inferred.
#include <utility>

#include "export/inferred_writer.h"
#include "lightlda/infer.h"

namespace lightlda {

Result<InferSummary> ExportInferred(const Inferencer& inferencer, DocumentInput input,
                                    const InferredExportOptions& options, const ExportSink& sink,
                                    StopToken stop) {
  LIGHTLDA_RETURN_IF_ERROR(CheckOptions(options));
  input.assign_topics = options.words;
  InferredWriter writer(inferencer.model().num_topics(), &inferencer.model().vocabulary(), options,
                        sink);
  writer.Begin();
  Result<InferSummary> summary = InferDocuments(
      inferencer, input, [&](const InferredDocument& document) { return writer.Put(document); },
      [&] { return writer.Finish(); }, std::move(stop));
  LIGHTLDA_RETURN_IF_ERROR(summary.status());
  writer.End();
  LIGHTLDA_RETURN_IF_ERROR(writer.Finish());
  return summary;
}

}  // namespace lightlda
