#include "train/background_save.h"

#include <glog/logging.h>

#include <chrono>
#include <cstddef>
#include <system_error>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "base/thread.h"
#include "table/word_topic_table.h"

namespace lightlda {

void BackgroundSave::Start(Save save) {
  CHECK(!under_way());
  const auto run = [save = std::move(save)]() -> Outcome {
    const auto begun = std::chrono::steady_clock::now();
    Result<std::string> hash = CatchBadAlloc(save);
    return {std::move(hash),
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count()};
  };
  try {
    outcome_ = StartAsync(std::launch::async, run);
  } catch (const std::system_error&) {
    std::promise<Outcome> done;
    done.set_value(run());
    outcome_ = done.get_future();
  }
}

std::optional<BackgroundSave::Outcome> BackgroundSave::Take(bool wait) {
  if (!under_way()) return std::nullopt;
  if (!wait && outcome_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return std::nullopt;
  }
  return outcome_.get();
}

Result<std::string> SaveTopicsCopy(const FilePath& directory, ModelSnapshot snapshot,
                                   const TopicsCopy& copy, const WordPrior* prior) {
  WordTopicTable table(snapshot.corpus->num_words(), copy.num_topics());
  copy.ForEachRow(
      [&table](WordId word, std::span<const TopicCount> row) { table.SetRow(word, row); });
  std::vector<Count> totals(copy.topic_totals().begin(), copy.topic_totals().end());
  if (prior != nullptr) totals = prior->ModelTotals(totals);
  snapshot.rows = prior == nullptr ? table.rows() : prior->ModelRows(table.rows());
  snapshot.topic_totals = totals;
  snapshot.save_topics = [&](const FilePath& generation) -> Result<std::vector<TopicsEntry>> {
    std::vector<TopicsEntry> entries(copy.blocks().size());
    std::vector<TopicId> topics;
    for (std::size_t b = 0; b < entries.size(); ++b) {
      const Block& block = *copy.blocks()[b];
      copy.ReadTopics(b, &topics);
      LIGHTLDA_ASSIGN_OR_RETURN(entries[block.number],
                                SaveBlockTopics(generation, block, snapshot.active_level,
                                                copy.num_topics(), std::move(topics)));
    }
    return entries;
  };
  return SaveModel(directory, snapshot);
}

}  // namespace lightlda
