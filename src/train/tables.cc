// Two declarations.
#include "train/tables.h"

#include <algorithm>
#include <utility>

#include "table/registers.h"

namespace lightlda {

std::vector<TableSpec> TrainingTables(std::span<const Count> frequencies, std::uint32_t num_topics,
                                      std::uint32_t num_slices) {
  TableSpec word_topic;
  word_topic.name = "word_topic";
  word_topic.items = ItemKind::kRows;
  word_topic.num_items = static_cast<std::uint32_t>(frequencies.size());
  word_topic.num_topics = num_topics;
  word_topic.pulled = Distribution::kSplit;
  word_topic.owner = Owner::kLeastLoaded;
  word_topic.slice_begins = CutSlices(frequencies, num_slices);
  // A word of n tokens is in n topics at most.
  for (const Count frequency : frequencies) {
    word_topic.max_entries.push_back(
        static_cast<std::uint32_t>(std::min<Count>(frequency, num_topics)));
  }
  word_topic.registers = SliceRegisters::For(word_topic.num_slices()).pulled();

  TableSpec topic_totals;
  topic_totals.name = "topic_totals";
  topic_totals.items = ItemKind::kNumbers;
  topic_totals.num_items = num_topics;
  topic_totals.pulled = Distribution::kBroadcast;
  return {std::move(word_topic), std::move(topic_totals)};
}

}  // namespace lightlda
