// Passes over the documents of a corpus with several threads, results in input order.
#ifndef LIGHTLDA_REPORT_DOCUMENT_PASS_H_
#define LIGHTLDA_REPORT_DOCUMENT_PASS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/ordered_pipeline.h"
#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "lightlda/corpus.h"
#include "lightlda/document_topics.h"
#include "lightlda/metadata.h"
#include "lightlda/model.h"
#include "lightlda/status.h"

namespace lightlda {

// Some documents of one block, in input order.
struct DocumentRange {
  std::size_t number = 0;                   // of the block
  const AssignedBlock* block = nullptr;     // documents begin up to, not including, end
  std::size_t begin = 0;                    // below end
  std::size_t end = 0;                      //
  const BlockMetadata* metadata = nullptr;  // if it was asked for and the corpus has any
};

// Calls work for ranges of all documents, on several threads, worker in [0, number of workers), and
// consume with its results in input order, from the calling thread. Blocks are read ahead, one per
// thread, so that reading is shared out as well. What consume sees does not depend on the number of
// threads. Memory: a block per thread and one more, and
// a few results per thread. Errors: those of AssignedBlock::Read, work and consume; kCancelled;
// kOutOfMemory. Not thread-safe: one Run per object.
template <typename Output>
class DocumentPassRunner {
 public:
  using Work = std::function<Status(int worker, const DocumentRange& range, Output* output)>;
  using Consume = std::function<Status(Output* output)>;

  DocumentPassRunner(const Model& model, const Corpus& corpus, const DocumentPass& pass,
                     bool with_metadata = false)
      : model_(model),
        corpus_(corpus),
        pass_(pass),
        with_metadata_(with_metadata && !corpus.metadata_schema().empty()),
        num_workers_(ResolveThreadCount(pass.num_threads)) {}

  int num_workers() const { return num_workers_; }

  Result<VisitedDocuments> Run(const Work& work, const Consume& consume) {
    OrderedPipeline<Item, Outcome> pipeline;
    VisitedDocuments visited;
    const Status status = pipeline.Run(
        num_workers_, [&](Item* item) { return Next(item); },
        [&](int worker, Item* item, Outcome* outcome) {
          outcome->status = CatchBadAlloc([&] { return Do(worker, item, work, outcome); });
        },
        [&](Outcome* outcome) {
          return CatchBadAlloc([&] { return Take(outcome, consume, &visited); });
        });
    LIGHTLDA_RETURN_IF_ERROR(status);
    return visited;
  }

 private:
  // A block that whoever needs it first reads.
  struct LazyBlock {
    std::size_t number = 0;
    std::once_flag once;
    Status status;
    std::optional<AssignedBlock> block;
    std::optional<BlockMetadata> metadata;
  };
  struct Item {
    std::shared_ptr<LazyBlock> block;
    bool reads = false;     // only reads the block
    std::size_t begin = 0;  // else: its documents from here on
  };
  struct Outcome {
    Status status;
    VisitedDocuments documents;
    bool has_output = false;
    Output output;
  };

  // Results of about this many tokens and not more than this many documents are under way at once.
  static constexpr std::uint64_t kTokensPerRange = 1 << 16;
  static constexpr std::uint64_t kDocumentsPerRange = 256;

  std::size_t RangeDocuments(std::size_t block) const {
    const BlockInfo& info = corpus_.blocks()[block];
    const std::uint64_t tokens = std::max<std::uint64_t>(1, info.num_tokens);
    return std::clamp<std::uint64_t>(kTokensPerRange * info.num_documents / tokens, 1,
                                     kDocumentsPerRange);
  }

  Result<bool> Next(Item* item) {
    const std::size_t num_blocks = corpus_.blocks().size();
    if (current_ < num_blocks && begin_ >= corpus_.blocks()[current_].num_documents) {
      ++current_;
      begin_ = 0;
      ahead_.pop_front();
    }
    if (current_ == num_blocks) return false;
    if (ahead_.size() < static_cast<std::size_t>(num_workers_) &&
        current_ + ahead_.size() < num_blocks) {
      ahead_.push_back(std::make_shared<LazyBlock>());
      ahead_.back()->number = current_ + ahead_.size() - 1;
      *item = {ahead_.back(), true, 0};
      return true;
    }
    *item = {ahead_.front(), false, begin_};
    begin_ += RangeDocuments(current_);
    return true;
  }

  Status ReadOnce(LazyBlock* lazy) const {
    std::call_once(lazy->once, [&] {
      lazy->status = CatchBadAlloc([&]() -> Status {
        LIGHTLDA_ASSIGN_OR_RETURN(lazy->block, AssignedBlock::Read(model_, corpus_, lazy->number));
        if (!with_metadata_) return {};
        LIGHTLDA_ASSIGN_OR_RETURN(lazy->metadata, corpus_.ReadMetadata(lazy->number));
        return {};
      });
    });
    return lazy->status;
  }

  Status Do(int worker, Item* item, const Work& work, Outcome* outcome) {
    LIGHTLDA_RETURN_IF_ERROR(ReadOnce(item->block.get()));
    const AssignedBlock& block = *item->block->block;
    if (item->reads) {
      outcome->documents.inactive = block.num_inactive();
      return {};
    }
    DocumentRange range;
    range.number = item->block->number;
    range.block = &block;
    range.begin = std::min(item->begin, block.num_documents());
    range.end = std::min(item->begin + RangeDocuments(range.number), block.num_documents());
    range.metadata = item->block->metadata ? &*item->block->metadata : nullptr;
    if (range.begin == range.end) return {};
    outcome->documents.visited = static_cast<Count>(range.end - range.begin);
    outcome->has_output = true;
    return work(worker, range, &outcome->output);
  }

  Status Take(Outcome* outcome, const Consume& consume, VisitedDocuments* visited) {
    LIGHTLDA_RETURN_IF_ERROR(outcome->status);
    if (pass_.stop.stop_requested()) return Status::Cancelled("interrupted; nothing is written");
    if (outcome->has_output) LIGHTLDA_RETURN_IF_ERROR(consume(&outcome->output));
    visited->visited += outcome->documents.visited;
    visited->inactive += outcome->documents.inactive;
    if (pass_.progress) pass_.progress(visited->visited, corpus_.num_documents());
    return {};
  }

  const Model& model_;
  const Corpus& corpus_;
  const DocumentPass& pass_;
  bool with_metadata_;
  int num_workers_;

  // Of the producer.
  std::size_t current_ = 0;                       // block whose ranges are handed out
  std::size_t begin_ = 0;                         // its next document
  std::deque<std::shared_ptr<LazyBlock>> ahead_;  // current_ and those being read
};

// A pass for sums: work(worker, range) adds to what the worker has of its own.
inline Result<VisitedDocuments> PassDocuments(
    const Model& model, const Corpus& corpus, const DocumentPass& pass, bool with_metadata,
    const std::function<Status(int worker, const DocumentRange& range)>& work) {
  struct Nothing {};
  DocumentPassRunner<Nothing> runner(model, corpus, pass, with_metadata);
  return runner.Run(
      [&](int worker, const DocumentRange& range, Nothing*) { return work(worker, range); },
      [](Nothing*) { return Status(); });
}

}  // namespace lightlda

#endif  // LIGHTLDA_REPORT_DOCUMENT_PASS_H_
