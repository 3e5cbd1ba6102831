// InferDocuments: reading, folding in, visiting.
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "infer/document_reader.h"
#include "ingest/decoded_stream.h"
#include "ingest/preprocess_settings.h"
#include "lightlda/infer.h"

namespace lightlda {
namespace {

constexpr int kMaxThreads = 1024;
// Numbers of theta that are in memory at a time, unless a document per thread has more.
constexpr std::size_t kThetaNumbers = std::size_t{1} << 20;

// Folds in the documents of a batch, some at a time, and visits them.
class BatchInferrer {
 public:
  BatchInferrer(const Inferencer& inferencer, bool assign_topics, int num_threads)
      : inferencer_(inferencer),
        assign_topics_(assign_topics),
        num_threads_(num_threads),
        num_topics_(inferencer.model().num_topics()),
        at_a_time_(std::max(kThetaNumbers / num_topics_, static_cast<std::size_t>(num_threads))) {}

  Status Visit(const DocumentBatch& batch, const InferredVisitor& visit) {
    for (std::size_t begin = 0; begin < batch.size(); begin += at_a_time_) {
      const std::size_t end = std::min(batch.size(), begin + at_a_time_);
      LIGHTLDA_RETURN_IF_ERROR(Infer(batch, begin, end));
      for (std::size_t d = begin; d < end; ++d) {
        InferredDocument document;
        document.name = batch.names[d];
        document.words = batch.Words(d);
        document.num_unknown = batch.num_unknown[d];
        document.theta = std::span(theta_).subspan((d - begin) * num_topics_, num_topics_);
        if (assign_topics_) {
          topics_.resize(document.words.size());
          LIGHTLDA_RETURN_IF_ERROR(
              inferencer_.AssignTopics(document.words, document.theta, topics_));
          document.topics = topics_;
        }
        LIGHTLDA_RETURN_IF_ERROR(visit(document));
      }
    }
    return {};
  }

 private:
  Status Infer(const DocumentBatch& batch, std::size_t begin, std::size_t end) {
    const std::uint64_t first = batch.begins[begin];
    begins_.clear();
    for (std::size_t d = begin; d <= end; ++d) begins_.push_back(batch.begins[d] - first);
    theta_.resize((end - begin) * num_topics_);
    const auto words = std::span(batch.words).subspan(first, begins_.back());
    const int threads =
        static_cast<int>(std::min(static_cast<std::size_t>(num_threads_), end - begin));
    return inferencer_.Infer(begins_, words, std::span<double>(theta_), threads);
  }

  const Inferencer& inferencer_;
  bool assign_topics_;
  int num_threads_;
  std::size_t num_topics_;
  std::size_t at_a_time_;
  std::vector<std::uint64_t> begins_;
  std::vector<double> theta_;
  std::vector<TopicId> topics_;
};

Result<InferSummary> Run(const Inferencer& inferencer, const DocumentInput& input,
                         const InferredVisitor& visit, const std::function<Status()>& batch_done,
                         StopToken stop) {
  const auto start = std::chrono::steady_clock::now();
  LIGHTLDA_RETURN_IF_ERROR(input.Validate());
  LIGHTLDA_ASSIGN_OR_RETURN(const auto reader,
                            DocumentReader::Open(inferencer.model(), input, std::move(stop)));
  InferSummary summary;
  const auto count_and_visit = [&](const InferredDocument& document) {
    ++summary.num_documents;
    summary.num_empty_documents += document.words.empty() ? 1 : 0;
    summary.num_tokens += static_cast<Count>(document.words.size());
    summary.num_unknown += document.num_unknown;
    return visit(document);
  };
  BatchInferrer batches(inferencer, input.assign_topics, ResolveThreadCount(input.num_threads));
  const auto answer = [&](const DocumentBatch& batch) -> Status {
    LIGHTLDA_RETURN_IF_ERROR(batches.Visit(batch, count_and_visit));
    return batch_done ? batch_done() : Status();
  };
  LIGHTLDA_RETURN_IF_ERROR(reader->ReadAll(answer));
  summary.format = reader->format();
  summary.notes = reader->notes();
  for (const auto& [reason, count] : reader->skipped_lines()) {
    summary.skipped_lines[reason] += count;
  }
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return summary;
}

}  // namespace

Status DocumentInput::Validate() const {
  if (inputs.empty()) return Status::Usage("`inputs`: expected files, directories or -");
  LIGHTLDA_RETURN_IF_ERROR(CheckFields(text_field, columns));
  LIGHTLDA_RETURN_IF_ERROR(CheckEncoding(encoding));
  if (max_line_bytes < 1) return Status::Usage("`max_line_bytes`: expected 1 or more, found 0");
  if (num_threads < 0 || num_threads > kMaxThreads) {
    return Status::Usage("`num_threads`: expected 0 to " + std::to_string(kMaxThreads) +
                         ", found " + std::to_string(num_threads));
  }
  return {};
}

Result<InferSummary> InferDocuments(const Inferencer& inferencer, const DocumentInput& input,
                                    const InferredVisitor& visit,
                                    const std::function<Status()>& batch_done, StopToken stop) {
  return CatchBadAlloc([&] { return Run(inferencer, input, visit, batch_done, std::move(stop)); });
}

}  // namespace lightlda
