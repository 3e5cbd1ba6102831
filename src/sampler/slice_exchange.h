// The order in which the passes of a sampler push and pull the slices of a table.
#ifndef LIGHTLDA_SAMPLER_SLICE_EXCHANGE_H_
#define LIGHTLDA_SAMPLER_SLICE_EXCHANGE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"
#include "sampler/table_client.h"

namespace lightlda {

// What a sweep over the slices exchanges, and in which phase.
struct SweepExchange {
  std::optional<ExchangePhase> pull;  // the rows it works with
  std::optional<ExchangePhase> push;  // the changes it makes
  // The next sweep's rows, of which it pulls the first as soon as it has pushed them.
  std::optional<ExchangePhase> pull_next;
};

// Not thread-safe but for AddRows. Errors: the table's.
class SliceExchange {
 public:
  // `table` must outlive it.
  SliceExchange(TableClient* table, std::uint32_t num_topics)
      : table_(*table), seen_totals_(num_topics, 0) {}

  Status BeginPass(ExchangeMode mode);

  // Pushes how `totals` differ from those seen last.
  Status PushTotals(ExchangePhase phase, std::span<const Count> totals);
  Status PullTotals(ExchangePhase phase) { return table_.PullTotals(phase); }
  // Everybody's totals. REQUIRES: nothing of this process is unpushed.
  Status WaitTotals(std::vector<Count>* totals);
  Status InspectTotals(std::vector<Count>* totals);

  // The rows of a slice after all passes so far (see TableClient::Inspect).
  Result<std::unique_ptr<const PulledRows>> Inspect(std::uint32_t slice) const {
    return table_.Inspect(slice);
  }

  // Before a sweep: pulls its first slices, unless the sweep before did.
  Status PullAhead(ExchangePhase phase);
  // Around each slice of a sweep, in their order.
  Status Begin(std::uint32_t slice, const SweepExchange& sweep);
  Status End(const SweepExchange& sweep);
  // Pushes changes of the slice at hand. From any number of threads.
  Status AddRows(const RowChanges& rows) { return table_.AddRows(rows); }
  // Of the slice at hand; null if the sweep does not pull.
  const PulledRows* rows() const { return rows_.get(); }

 private:
  Status PullNext(ExchangePhase phase);
  std::uint32_t& pulled(ExchangePhase phase) {
    return num_pulled_[static_cast<std::size_t>(phase)];
  }

  TableClient& table_;
  std::vector<Count> seen_totals_;                // [num_topics]: what the others know of
  std::uint32_t ahead_ = 1;                       // slices
  std::array<std::uint32_t, 2> num_pulled_ = {};  // slices of the pass, by phase
  std::unique_ptr<const PulledRows> rows_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SLICE_EXCHANGE_H_
