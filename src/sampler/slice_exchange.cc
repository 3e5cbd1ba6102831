#include "sampler/slice_exchange.h"

#include <algorithm>
#include <utility>

namespace lightlda {

Status SliceExchange::BeginPass(ExchangeMode mode) {
  ahead_ = std::min(table_.slices_ahead(mode), table_.slices().size());
  num_pulled_ = {};
  return table_.BeginPass(mode);
}

Status SliceExchange::PushTotals(ExchangePhase phase, std::span<const Count> totals) {
  std::vector<Count> changes(totals.begin(), totals.end());
  for (std::size_t k = 0; k < changes.size(); ++k) {
    changes[k] -= std::exchange(seen_totals_[k], totals[k]);
  }
  return table_.PushTotals(phase, changes);
}

Status SliceExchange::WaitTotals(std::vector<Count>* totals) {
  LIGHTLDA_ASSIGN_OR_RETURN(*totals, table_.WaitTotals());
  seen_totals_ = *totals;
  return {};
}

Status SliceExchange::InspectTotals(std::vector<Count>* totals) {
  LIGHTLDA_ASSIGN_OR_RETURN(*totals, table_.InspectTotals());
  seen_totals_ = *totals;
  return {};
}

Status SliceExchange::PullNext(ExchangePhase phase) {
  const WordSlices slices = table_.slices();
  if (pulled(phase) == slices.size()) return {};
  return table_.Pull(slices.At(pulled(phase)++), phase);
}

Status SliceExchange::PullAhead(ExchangePhase phase) {
  while (pulled(phase) < ahead_) LIGHTLDA_RETURN_IF_ERROR(PullNext(phase));
  return {};
}

Status SliceExchange::Begin(std::uint32_t slice, const SweepExchange& sweep) {
  rows_.reset();
  if (sweep.pull) {
    LIGHTLDA_RETURN_IF_ERROR(PullNext(*sweep.pull));
    LIGHTLDA_ASSIGN_OR_RETURN(rows_, table_.WaitRows(slice));
  }
  return sweep.push ? table_.BeginPush(slice, *sweep.push) : Status();
}

Status SliceExchange::End(const SweepExchange& sweep) {
  rows_.reset();
  if (sweep.push) LIGHTLDA_RETURN_IF_ERROR(table_.EndPush());
  const bool wants_next = sweep.pull_next && pulled(*sweep.pull_next) < ahead_;
  return wants_next ? PullNext(*sweep.pull_next) : Status();
}

}  // namespace lightlda
