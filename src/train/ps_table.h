// The sampler's table on the parameter server.
#ifndef LIGHTLDA_TRAIN_PS_TABLE_H_
#define LIGHTLDA_TRAIN_PS_TABLE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/process_group.h"
#include "ps/job.h"
#include "ps/worker_session.h"
#include "sampler/table_client.h"
#include "train/tables.h"

namespace lightlda {

class PsTable final : public TableClient {
 public:
  // All must outlive it. group: whose sums under way are helped along with every slice; may be
  // null. REQUIRES: nothing has been pushed or pulled yet.
  PsTable(const Job* job, WorkerSession* session, ProcessGroup* group = nullptr);

  WordSlices slices() const override { return {rows().spec().slice_begins, first_slice_}; }

  // REQUIRES: kTwice at staleness 0.
  Status BeginPass(ExchangeMode mode) override;

  Status BeginPush(std::uint32_t slice, ExchangePhase phase) override;
  Status AddRows(const RowChanges& rows) override;
  Status EndPush() override;
  Status PushTotals(ExchangePhase phase, std::span<const Count> deltas) override;

  Status Pull(std::uint32_t slice, ExchangePhase phase) override;
  Result<std::unique_ptr<const PulledRows>> WaitRows(std::uint32_t slice) override;
  Status PullTotals(ExchangePhase phase) override;
  Result<std::vector<Count>> WaitTotals() override;

  Result<std::unique_ptr<const PulledRows>> Inspect(std::uint32_t slice) override;
  Result<std::vector<Count>> InspectTotals() override;

  std::uint32_t slices_ahead(ExchangeMode mode) const override;

 private:
  bool exact() const { return job_.options.staleness == 0; }

  // Where this process stands. A job at staleness 0 has one clock per pass, of two phases. Others
  // have clocks of one phase, pull, push, of which a pass that exchanges twice takes two: it pushes
  // to a clock that it has pulled already, and pulls the next one with all that has been pushed.
  Step PushAt(ExchangePhase phase) const;
  Step PullAt(ExchangePhase phase) const;
  // What an answer must hold: everybody's pushes up to this clock.
  std::uint32_t MinClock(ExchangePhase phase) const;
  std::uint32_t LastPushed() const;

  // Take the part of a clock that a change between the kinds of passes leaves open.
  Status PullIdly();
  Status PushIdly();

  const TableLayout& rows() const { return job_.table(kWordTopicTable); }

  const Job& job_;
  WorkerSession& session_;
  ProcessGroup* group_;
  std::uint32_t first_slice_;  // that this process's sweeps begin with
  std::uint32_t clock_ = 0;    // of the first push of the pass
  bool twice_ = false;         // the pass exchanges twice
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_PS_TABLE_H_
