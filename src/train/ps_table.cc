// Clocks and phases of the parameter server behind the calls of a sampler.
#include "train/ps_table.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

#include "train/schedule.h"

namespace lightlda {
namespace {

class RowsOfSlice final : public PulledRows {
 public:
  explicit RowsOfSlice(SliceRows rows) : rows_(std::move(rows)) {}
  Status Get(WordId word, std::vector<TopicCount>* row) const override {
    return rows_.Get(word, row);
  }

 private:
  SliceRows rows_;
};

}  // namespace

PsTable::PsTable(const Job* job, WorkerSession* session, ProcessGroup* group)
    : job_(*job),
      session_(*session),
      group_(group),
      first_slice_(session->worker() * rows().num_slices() / job->num_workers) {}

Step PsTable::PushAt(ExchangePhase phase) const {
  const std::uint32_t second = phase == ExchangePhase::kSecond ? 1 : 0;
  if (exact()) return {clock_, static_cast<std::uint8_t>(second)};
  return {clock_ + second, 0};
}
Step PsTable::PullAt(ExchangePhase phase) const {
  const Step published = PushAt(phase);
  return exact() || !twice_ ? published : Step{published.clock + 1, 0};
}
std::uint32_t PsTable::MinClock(ExchangePhase phase) const {
  return exact() || !twice_ ? 0 : PushAt(phase).clock;
}
std::uint32_t PsTable::LastPushed() const {
  return PushAt(twice_ ? ExchangePhase::kSecond : ExchangePhase::kFirst).clock;
}

Status PsTable::BeginPass(ExchangeMode mode) {
  const bool twice = mode == ExchangeMode::kTwice;
  CHECK(twice || !exact());
  if (clock_ == 0) {
    clock_ = 1;
    twice_ = twice;
    return twice && !exact() ? PullIdly() : Status();
  }
  const bool change = twice != twice_;
  clock_ = LastPushed() + 1;
  if (change && !twice) {
    LIGHTLDA_RETURN_IF_ERROR(PushIdly());
    ++clock_;
  }
  twice_ = twice;
  return change && twice ? PullIdly() : Status();
}

// Nothing that is pulled here is used, so it may be as old as the job allows.
Status PsTable::PullIdly() {
  const Step step{clock_, 0};
  for (std::uint32_t slice = 0; slice < slices().size(); ++slice) {
    LIGHTLDA_RETURN_IF_ERROR(session_.Pull(kWordTopicTable, slice, step));
    LIGHTLDA_RETURN_IF_ERROR(session_.WaitRows(kWordTopicTable, slice).status());
  }
  LIGHTLDA_RETURN_IF_ERROR(session_.Pull(kTopicTotalsTable, 0, step));
  return session_.WaitNumbers(kTopicTotalsTable, 0).status();
}

Status PsTable::PushIdly() {
  const Step step{clock_, 0};
  for (std::uint32_t slice = 0; slice < slices().size(); ++slice) {
    LIGHTLDA_RETURN_IF_ERROR(session_.BeginPush(kWordTopicTable, slice, step));
    LIGHTLDA_RETURN_IF_ERROR(session_.EndPush());
  }
  LIGHTLDA_RETURN_IF_ERROR(session_.BeginPush(kTopicTotalsTable, 0, step));
  return session_.EndPush();
}

Status PsTable::BeginPush(std::uint32_t slice, ExchangePhase phase) {
  return session_.BeginPush(kWordTopicTable, slice, PushAt(phase));
}
Status PsTable::AddRows(const RowChanges& rows) { return session_.AddRows(rows); }
Status PsTable::EndPush() { return session_.EndPush(); }
Status PsTable::PushTotals(ExchangePhase phase, std::span<const Count> deltas) {
  LIGHTLDA_RETURN_IF_ERROR(session_.BeginPush(kTopicTotalsTable, 0, PushAt(phase)));
  LIGHTLDA_RETURN_IF_ERROR(session_.AddNumbers(deltas));
  return session_.EndPush();
}

Status PsTable::Pull(std::uint32_t slice, ExchangePhase phase) {
  return session_.Pull(kWordTopicTable, slice, PullAt(phase), MinClock(phase));
}
Result<std::unique_ptr<const PulledRows>> PsTable::WaitRows(std::uint32_t slice) {
  // A vote goes through its rounds only while every process looks after it: one that is stopped
  // should have done its part of the votes that others wait for.
  if (group_ != nullptr) group_->Progress();
  LIGHTLDA_ASSIGN_OR_RETURN(SliceRows pulled, session_.WaitRows(kWordTopicTable, slice));
  return std::unique_ptr<const PulledRows>(std::make_unique<RowsOfSlice>(std::move(pulled)));
}
Status PsTable::PullTotals(ExchangePhase phase) {
  return session_.Pull(kTopicTotalsTable, 0, PullAt(phase), MinClock(phase));
}
Result<std::vector<Count>> PsTable::WaitTotals() {
  return session_.WaitNumbers(kTopicTotalsTable, 0);
}

// Half of what may be pulled at a time is left to the next phase.
std::uint32_t PsTable::slices_ahead(ExchangeMode mode) const {
  const std::uint32_t most = (rows().spec().registers - 1) / 2;
  return std::clamp(SlicesAhead(slices().size(), mode), 1u, std::max(1u, most));
}

Result<std::unique_ptr<const PulledRows>> PsTable::Inspect(std::uint32_t slice) {
  LIGHTLDA_RETURN_IF_ERROR(session_.Inspect(kWordTopicTable, slice, LastPushed()));
  return WaitRows(slice);
}
Result<std::vector<Count>> PsTable::InspectTotals() {
  LIGHTLDA_RETURN_IF_ERROR(session_.Inspect(kTopicTotalsTable, 0, LastPushed()));
  return WaitTotals();
}

}  // namespace lightlda
