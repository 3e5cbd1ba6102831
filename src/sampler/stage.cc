#include "sampler/stage.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace lightlda {
namespace {

constexpr std::uint32_t kCopiedRecords = 1 << 14;  // at a time

// Opens and closes the slices of a sweep in their order.
class SliceWalk {
 public:
  SliceWalk(const WordSlices& slices, const Stage::WordSweep& sweep)
      : slices_(slices), sweep_(sweep) {}

  // Opens the slice at a position, after closing those before it.
  Status GoTo(std::uint32_t wanted) {
    while (!(is_open_ && position_ == wanted)) {
      const auto& step = is_open_ ? sweep_.end : sweep_.begin;
      if (step) LIGHTLDA_RETURN_IF_ERROR(step(slices_.At(position_)));
      position_ += is_open_ ? 1 : 0;
      is_open_ = !is_open_;
    }
    return {};
  }
  Status Finish() {
    LIGHTLDA_RETURN_IF_ERROR(GoTo(slices_.size() - 1));
    return sweep_.end ? sweep_.end(slices_.At(position_)) : Status();
  }

 private:
  const WordSlices& slices_;
  const Stage::WordSweep& sweep_;
  std::uint32_t position_ = 0;
  bool is_open_ = false;
};

}  // namespace

Result<std::unique_ptr<Stage>> Stage::Make(const SamplerOptions& options, Blocks blocks,
                                           ThreadPool* pool, const StageSettings& settings,
                                           const WordSlices& slices) {
  const RecordLayout layout =
      RecordLayout::Of(options.num_topics, settings.num_proposals(),
                       /*has_published=*/settings.exchange != ExchangeMode::kNone);
  std::unique_ptr<Stage> stage(new Stage(blocks, pool, settings, slices, layout));
  LIGHTLDA_RETURN_IF_ERROR(stage->Prepare(options));
  return stage;
}

Status Stage::Prepare(const SamplerOptions& options) {
  const std::string directory = settings_.streamed ? options.scratch_directory : std::string();
  LIGHTLDA_ASSIGN_OR_RETURN(
      StageIndex index,
      StageIndex::Make(blocks_, options.num_words, settings_.level, directory, slices_.begins,
                       /*has_document_words=*/settings_.draws == Draws::kConditionals));
  index_ = std::make_shared<StageIndex>(std::move(index));
  StateShape shape;
  shape.record_bytes = layout_.bytes();
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    shape.block_records.push_back(index_->num_records(b));
  }
  if (settings_.streamed) {
    LIGHTLDA_ASSIGN_OR_RETURN(state_, MakeStreamedState(shape, directory, options.part_bytes));
  } else {
    state_ = MakeResidentState(shape);
  }
  const std::size_t part_records = state_->part_bytes() / shape.record_bytes;
  word_parts_ = index_->WordParts(part_records, slices_.first_word());
  document_parts_ = index_->DocumentParts(part_records);
  return {};
}

std::vector<TokenView> Stage::Views(std::span<const RecordWindow> windows) const {
  std::vector<TokenView> tokens;
  for (const RecordWindow& window : windows) tokens.push_back(View(window));
  return tokens;
}

Status Stage::RunTasks(std::span<const WordTask> tasks, Tokens tokens,
                       const WordSweep& sweep) const {
  std::vector<Status> failed(static_cast<std::size_t>(pool_.size()));
  pool_.ParallelFor(tasks.size(), [&](std::size_t i, int thread) {
    Status& failure = failed[static_cast<std::size_t>(thread)];
    if (failure.ok()) failure = sweep.run(tokens, tasks[i], thread);
  });
  for (const Status& failure : failed) LIGHTLDA_RETURN_IF_ERROR(failure);
  return {};
}

Status Stage::SweepWords(Access access, const WordSweep& sweep) const {
  SliceWalk walk(slices_, sweep);
  const auto tasks = index_->word_tasks();
  const auto run_part = [&](const StatePart& part, Tokens tokens) -> Status {
    for (std::size_t first = part.first_task; first < part.last_task;) {
      const std::uint32_t slice = slices_.Of(tasks[first].begin);
      std::size_t last = first;
      while (last < part.last_task && tasks[last].end <= slices_.begins[slice + 1]) ++last;
      LIGHTLDA_RETURN_IF_ERROR(walk.GoTo(slices_.PositionOf(slice)));
      LIGHTLDA_RETURN_IF_ERROR(RunTasks(tasks.subspan(first, last - first), tokens, sweep));
      first = last;
    }
    return {};
  };
  Status status;
  bool is_first = true;
  const auto run_windows = [&](const StatePart& part, std::span<const RecordWindow> windows) {
    if (sweep.begin_part && !is_first) sweep.begin_part(tasks[part.first_task].begin);
    is_first = false;
    if (status.ok()) status = run_part(part, Views(windows));
  };
  LIGHTLDA_RETURN_IF_ERROR(state_->Sweep(word_parts_, access, run_windows));
  return status.ok() ? walk.Finish() : status;
}

Status Stage::SweepSlices(const WordSweep& sweep) const {
  return SliceWalk(slices_, sweep).Finish();
}

void Stage::BeginDocumentPart(std::size_t part) const {
  if (!settings_.streamed) return;
  if (part > 0) {
    for (const RecordRange& range : document_parts_[part - 1].ranges) {
      index_->WillNotNeedDocuments(range.block);
    }
  }
  if (part + 1 == document_parts_.size()) return;
  for (const RecordRange& range : document_parts_[part + 1].ranges) {
    index_->WillNeedDocuments(range.block);
  }
}

Status Stage::SweepDocuments(Access access, const DocumentRun& run) const {
  const auto tasks = index_->document_tasks();
  std::size_t number = 0;
  return state_->Sweep(
      document_parts_, access, [&](const StatePart& part, std::span<const RecordWindow> windows) {
        BeginDocumentPart(number++);
        const std::vector<TokenView> tokens = Views(windows);
        pool_.ParallelFor(part.last_task - part.first_task, [&](std::size_t i, int thread) {
          run(tokens, tasks[part.first_task + i], thread);
        });
      });
}

Status Stage::VisitBlock(std::size_t block, Access access,
                         const std::function<void(const TokenView&)>& visit) const {
  const StatePart whole = {
      0, 0, {{static_cast<std::uint32_t>(block), 0, index_->num_records(block)}}};
  return state_->Sweep({&whole, 1}, access,
                       [&](const StatePart&, std::span<const RecordWindow> windows) {
                         visit(View(windows[block]));
                       });
}

Status Stage::WriteTopics(std::size_t block, const TopicsFill& fill) {
  const auto records = index_->record_offsets(block);
  std::vector<TopicId> topics;
  return VisitBlock(block, Access::kUpdate, [&](const TokenView& tokens) {
    for (WordId word = 0; word + 1 < records.size(); ++word) {
      topics.assign(records[word + 1] - records[word], 0);
      fill(word, topics);
      tokens.StoreTopics(records[word], topics.size(), topics.data());
    }
  });
}

Status Stage::ReadTopics(std::size_t block, std::span<TopicId> topics) const {
  const auto records = index_->record_offsets(block);
  const auto positions = blocks_[block]->word_offsets;
  return VisitBlock(block, Access::kRead, [&](const TokenView& tokens) {
    for (WordId word = 0; word + 1 < records.size(); ++word) {
      tokens.LoadTopics(records[word], records[word + 1] - records[word],
                        topics.data() + positions[word]);
    }
  });
}

void Stage::CopyTopics(TopicsCopy* copy) const {
  CHECK(!settings_.streamed);
  std::vector<RecordRange> pieces;
  StatePart all = {};
  for (std::uint32_t b = 0; b < blocks_.size(); ++b) {
    const std::uint32_t records = index_->num_records(b);
    all.ranges.push_back({b, 0, records});
    for (std::uint32_t first = 0; first < records; first += kCopiedRecords) {
      pieces.push_back({b, first, std::min(kCopiedRecords, records - first)});
    }
  }
  const auto copy_all = [&](const StatePart&, std::span<const RecordWindow> windows) {
    pool_.ParallelFor(pieces.size(), [&](std::size_t i, int) {
      const RecordRange& piece = pieces[i];
      std::array<TopicId, kCopiedRecords> topics;
      View(windows[piece.block]).LoadTopics(piece.first, piece.count, topics.data());
      copy->tokens(piece.block).StoreTopics(piece.first, piece.count, topics.data());
    });
  };
  CHECK(state_->Sweep({&all, 1}, Access::kRead, copy_all).ok());  // in memory nothing fails
}

Status Stage::CarryOver(Stage* previous) {
  for (std::size_t b = 0; b < index_->num_blocks(); ++b) {
    if (previous->index_->num_records(b) == 0) continue;
    const auto records = previous->index_->record_offsets(b);
    Status written;
    LIGHTLDA_RETURN_IF_ERROR(previous->VisitBlock(b, Access::kRead, [&](const TokenView& tokens) {
      written = WriteTopics(b, [&](WordId word, std::span<TopicId> topics) {
        tokens.LoadTopics(records[word], records[word + 1] - records[word], topics.data());
      });
    }));
    LIGHTLDA_RETURN_IF_ERROR(written);
    previous->state_->Release(b);
    previous->index_->ReleaseDocuments(b);
  }
  return {};
}

}  // namespace lightlda
