// Clocks and steps of the parameter server behind the calls of a sampler.
#include "train/ps_table.h"

#include <utility>

namespace lightlda {
namespace {

class PulledRows final : public SharedRows {
 public:
  explicit PulledRows(SliceRows rows) : rows_(std::move(rows)) {}
  Status Get(WordId word, std::vector<TopicCount>* row) const override {
    return rows_.Get(word, row);
  }

 private:
  SliceRows rows_;
};

}  // namespace

PsTable::PsTable(const PsJob* job, WorkerSession* session) : job_(*job), session_(*session) {
  for (std::uint32_t slice = 0; slice < job->placement.num_slices(); ++slice) {
    slice_begins_.push_back(job->placement.slice_begin(slice));
  }
  slice_begins_.push_back(job->placement.num_words());
}

void PsTable::BeginClock(bool everything) {
  min_clock_ = everything ? clock_ : 0;
  ++clock_;
}

Status PsTable::BeginTell(std::uint32_t slice, Step step) {
  return session_.BeginPush(slice, At(step));
}
Status PsTable::AddRow(WordId word, std::span<const TopicDelta> deltas) {
  return session_.AddRow(word, deltas);
}
Status PsTable::EndTell() { return session_.EndPush(); }
Status PsTable::TellTotals(Step step, std::span<const Count> deltas) {
  return session_.PushTotals(At(step), deltas);
}

Status PsTable::Ask(std::uint32_t slice, Step step) {
  return session_.Pull(slice, At(step), min_clock_);
}
Result<std::unique_ptr<const SharedRows>> PsTable::WaitRows(std::uint32_t slice) {
  LIGHTLDA_ASSIGN_OR_RETURN(SliceRows rows, session_.WaitRows(slice));
  return std::unique_ptr<const SharedRows>(std::make_unique<PulledRows>(std::move(rows)));
}
Status PsTable::AskTotals(Step step) { return session_.PullTotals(At(step), min_clock_); }
Result<std::vector<Count>> PsTable::WaitTotals() { return session_.WaitTotals(); }

Result<std::unique_ptr<const SharedRows>> PsTable::Inspect(std::uint32_t slice) {
  LIGHTLDA_RETURN_IF_ERROR(session_.Inspect(slice, clock_));
  return WaitRows(slice);
}
Result<std::vector<Count>> PsTable::InspectTotals() {
  LIGHTLDA_RETURN_IF_ERROR(session_.InspectTotals(clock_));
  return WaitTotals();
}

}  // namespace lightlda
