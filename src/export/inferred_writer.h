// InferredWriter: the topics of new documents as lightlda-infer writes them.
#ifndef LIGHTLDA_EXPORT_INFERRED_WRITER_H_
#define LIGHTLDA_EXPORT_INFERRED_WRITER_H_

#include <memory>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/infer.h"
#include "lightlda/status.h"
#include "lightlda/vocabulary.h"

namespace lightlda {

// OK if the options go together. Errors: kUsage, naming the field.
Status CheckOptions(const InferredExportOptions& options);

// Not thread-safe. Several may write parts of one output: the first calls Begin, the last End.
class InferredWriter {
 public:
  // vocabulary, options and sink must outlive it. REQUIRES: CheckOptions(options) is OK.
  InferredWriter(std::uint32_t num_topics, const Vocabulary* vocabulary,
                 const InferredExportOptions& options, const ExportSink& sink);

  void Begin() { records_->Begin(); }
  void End() { records_->End(); }
  // Errors: the sink's.
  Status Put(const InferredDocument& document);
  // Hands over what is buffered. Errors: the sink's.
  Status Finish() { return out_.Finish(); }

 private:
  void PutWords(const InferredDocument& document);
  void PutTopics(const InferredDocument& document);

  const Vocabulary& vocabulary_;
  const InferredExportOptions& options_;
  RecordShape shape_;
  TextWriter out_;
  std::unique_ptr<RecordWriter> records_;
  std::vector<Value> heads_;
  std::vector<Value> items_;
  std::vector<TopicId> topics_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EXPORT_INFERRED_WRITER_H_
