// Clocks and phases of the parameter server behind the calls of a sampler.
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

PsTable::PsTable(const PsJob* job, WorkerSession* session, ProcessGroup* group)
    : job_(*job),
      session_(*session),
      group_(group),
      first_slice_(session->worker() * job->placement.num_slices() / job->num_workers) {
  for (std::uint32_t slice = 0; slice < job->placement.num_slices(); ++slice) {
    slice_begins_.push_back(job->placement.slice_begin(slice));
  }
  slice_begins_.push_back(job->placement.num_words());
}

lightlda::Step PsTable::TellAt(Step step) const {
  const std::uint32_t second = step == Step::kSecond ? 1 : 0;
  if (exact()) return {clock_, static_cast<std::uint8_t>(second)};
  return {clock_ + second, 0};
}
lightlda::Step PsTable::AskAt(Step step) const {
  const lightlda::Step told = TellAt(step);
  return exact() || !twice_ ? told : lightlda::Step{told.clock + 1, 0};
}
std::uint32_t PsTable::MinClock(Step step) const {
  return exact() || !twice_ ? 0 : TellAt(step).clock;
}
std::uint32_t PsTable::LastPushed() const {
  return TellAt(twice_ ? Step::kSecond : Step::kFirst).clock;
}

Status PsTable::BeginPass(bool twice) {
  if (clock_ == 0) {
    clock_ = 1;
    twice_ = twice;
    return twice && !exact() ? AskIdly() : Status();
  }
  const bool change = twice != twice_;
  clock_ = LastPushed() + 1;
  if (change && !twice) {
    LIGHTLDA_RETURN_IF_ERROR(TellIdly());
    ++clock_;
  }
  twice_ = twice;
  return change && twice ? AskIdly() : Status();
}

// Nothing that is pulled here is used, so it may be as old as the job allows.
Status PsTable::AskIdly() {
  const lightlda::Step step{clock_, 0};
  for (std::uint32_t slice = 0; slice < slices().size(); ++slice) {
    LIGHTLDA_RETURN_IF_ERROR(session_.Pull(slice, step));
    LIGHTLDA_RETURN_IF_ERROR(session_.WaitRows(slice).status());
  }
  LIGHTLDA_RETURN_IF_ERROR(session_.PullTotals(step));
  return session_.WaitTotals().status();
}

Status PsTable::TellIdly() {
  const lightlda::Step step{clock_, 0};
  for (std::uint32_t slice = 0; slice < slices().size(); ++slice) {
    LIGHTLDA_RETURN_IF_ERROR(session_.BeginPush(slice, step));
    LIGHTLDA_RETURN_IF_ERROR(session_.EndPush());
  }
  return session_.PushTotals(step, std::vector<Count>(job_.placement.num_topics(), 0));
}

Status PsTable::BeginTell(std::uint32_t slice, Step step) {
  return session_.BeginPush(slice, TellAt(step));
}
Status PsTable::AddRows(const RowChanges& rows) { return session_.AddRows(rows); }
Status PsTable::EndTell() { return session_.EndPush(); }
Status PsTable::TellTotals(Step step, std::span<const Count> deltas) {
  return session_.PushTotals(TellAt(step), deltas);
}

Status PsTable::Ask(std::uint32_t slice, Step step) {
  return session_.Pull(slice, AskAt(step), MinClock(step));
}
Result<std::unique_ptr<const SharedRows>> PsTable::WaitRows(std::uint32_t slice) {
  // A vote goes through its rounds only while every process looks after it: one that is stopped
  // should have done its part of the votes that others wait for.
  if (group_ != nullptr) group_->Progress();
  LIGHTLDA_ASSIGN_OR_RETURN(SliceRows rows, session_.WaitRows(slice));
  return std::unique_ptr<const SharedRows>(std::make_unique<PulledRows>(std::move(rows)));
}
Status PsTable::AskTotals(Step step) { return session_.PullTotals(AskAt(step), MinClock(step)); }
Result<std::vector<Count>> PsTable::WaitTotals() { return session_.WaitTotals(); }

Result<std::unique_ptr<const SharedRows>> PsTable::Inspect(std::uint32_t slice) {
  LIGHTLDA_RETURN_IF_ERROR(session_.Inspect(slice, LastPushed()));
  return WaitRows(slice);
}
Result<std::vector<Count>> PsTable::InspectTotals() {
  LIGHTLDA_RETURN_IF_ERROR(session_.InspectTotals(LastPushed()));
  return WaitTotals();
}

}  // namespace lightlda
