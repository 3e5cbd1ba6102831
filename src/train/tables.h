// The tables that the processes of a training run share.
#ifndef LIGHTLDA_TRAIN_TABLES_H_
#define LIGHTLDA_TRAIN_TABLES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/types.h"
#include "net/message.h"
#include "ps/table_spec.h"

namespace lightlda {

// Places in the list below.
inline constexpr TableId kWordTopicTable = 0;    // n_wk: a row for each word
inline constexpr TableId kTopicTotalsTable = 1;  // n_k: a number for each topic

// frequencies: [num_words], tokens of each word. The vocabulary is cut into at most num_slices
// slices of about equal work.
std::vector<TableSpec> TrainingTables(std::span<const Count> frequencies, std::uint32_t num_topics,
                                      std::uint32_t num_slices);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_TABLES_H_
