// The shared table of the samplers, on the parameter server.
#ifndef LIGHTLDA_TRAIN_PS_TABLE_H_
#define LIGHTLDA_TRAIN_PS_TABLE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ps/job.h"
#include "ps/worker_session.h"
#include "sampler/shared_table.h"

namespace lightlda {

class PsTable final : public SharedTable {
 public:
  // Both must outlive it. REQUIRES: nothing has been pushed or pulled yet.
  PsTable(const PsJob* job, WorkerSession* session);

  bool exact() const override { return job_.options.staleness == 0; }
  std::span<const WordId> slice_begins() const override { return slice_begins_; }

  void BeginClock(bool everything) override;

  Status BeginTell(std::uint32_t slice, Step step) override;
  Status AddRow(WordId word, std::span<const TopicDelta> deltas) override;
  Status EndTell() override;
  Status TellTotals(Step step, std::span<const Count> deltas) override;

  Status Ask(std::uint32_t slice, Step step) override;
  Result<std::unique_ptr<const SharedRows>> WaitRows(std::uint32_t slice) override;
  Status AskTotals(Step step) override;
  Result<std::vector<Count>> WaitTotals() override;

  Result<std::unique_ptr<const SharedRows>> Inspect(std::uint32_t slice) override;
  Result<std::vector<Count>> InspectTotals() override;

  std::uint32_t max_asked() const override { return job_.options.max_pulls - 1; }

 private:
  // A step of the parameter server.
  lightlda::Step At(Step step) const {
    return {clock_, static_cast<std::uint8_t>(step == Step::kFirst ? 0 : 1)};
  }

  const PsJob& job_;
  WorkerSession& session_;
  std::vector<WordId> slice_begins_;  // [num_slices + 1]
  std::uint32_t clock_ = 0;
  std::uint32_t min_clock_ = 0;  // of what is asked for in this clock
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_PS_TABLE_H_
