// The leader drives; each step that may fail anywhere ends with an agreement.
#include "train/model_saver.h"

#include <sstream>
#include <utility>

#include "base/checksum.h"
#include "collective/agreement.h"

namespace lightlda {

Result<std::string> ModelSaver::Save(const FilePath& directory, ModelSnapshot snapshot,
                                     const Status& ready) {
  LIGHTLDA_RETURN_IF_ERROR(sampler_.RefreshTotals());
  if (group_.rank() != 0) return Follow(snapshot.active_level);
  return Lead(directory, std::move(snapshot), ready);
}

Result<std::string> ModelSaver::Lead(const FilePath& directory, ModelSnapshot snapshot,
                                     const Status& ready) {
  LIGHTLDA_RETURN_IF_ERROR(Agree(&group_, ready));
  std::optional<WordTopicTable> table;
  bool asked = false;
  const auto save = [&]() -> Result<std::string> {
    LIGHTLDA_ASSIGN_OR_RETURN(snapshot.rows, Rows(&table));
    const std::vector<Count> totals = ModelTotals();
    snapshot.topic_totals = totals;
    snapshot.save_topics = [&](const FilePath& generation) {
      asked = true;
      return SaveTopics(generation, snapshot.active_level);
    };
    return SaveModel(directory, snapshot);
  };
  Result<std::string> hash = save();
  // The others wait to be asked for their topics; the error is their answer.
  if (!asked) return AgreeAndGather(&group_, hash.status()).status();
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> agreed,
                            AgreeAndGather(&group_, std::move(hash)));
  return agreed[0];
}

Result<std::string> ModelSaver::Follow(int active_level) {
  LIGHTLDA_RETURN_IF_ERROR(Agree(&group_, Status()));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> asked,
                            AgreeAndGather(&group_, std::string()));
  const Result<std::vector<std::string>> written =
      AgreeAndGather(&group_, SaveOwnTopics(asked[0], active_level));
  Result<std::string> mine = written.ok() ? Result<std::string>(std::string()) : written.status();
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> agreed,
                            AgreeAndGather(&group_, std::move(mine)));
  return agreed[0];
}

// The leader's part of saving the topics.
Result<std::vector<TopicsEntry>> ModelSaver::SaveTopics(const FilePath& generation,
                                                        int active_level) {
  LIGHTLDA_RETURN_IF_ERROR(AgreeAndGather(&group_, generation.text()).status());
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> gathered,
                            AgreeAndGather(&group_, SaveOwnTopics(generation, active_level)));
  return ReadEntries(gathered);
}

// Returns one line per block: number, tokens, size and checksum of its file.
Result<std::string> ModelSaver::SaveOwnTopics(const FilePath& generation, int active_level) {
  std::ostringstream lines;
  std::vector<TopicId> topics;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    LIGHTLDA_RETURN_IF_ERROR(sampler_.ReadTopics(b, &topics));
    LIGHTLDA_ASSIGN_OR_RETURN(const TopicsEntry entry,
                              SaveBlockTopics(generation, *blocks_[b], active_level,
                                              sampler_.options().num_topics, std::move(topics)));
    lines << blocks_[b]->number << ' ' << entry.num_tokens << ' ' << entry.stamp.size << ' '
          << entry.stamp.checksum << '\n';
  }
  return lines.str();
}

Result<std::vector<TopicsEntry>> ModelSaver::ReadEntries(
    std::span<const std::string> gathered) const {
  std::vector<TopicsEntry> entries;
  for (const std::string& of_process : gathered) {
    std::istringstream lines(of_process);
    std::size_t number;
    TopicsEntry entry;
    while (lines >> number >> entry.num_tokens >> entry.stamp.size >> entry.stamp.checksum) {
      if (entries.size() <= number) entries.resize(number + 1);
      entries[number] = entry;
    }
  }
  return entries;
}

Result<std::string> ModelSaver::HashOfRows() {
  std::optional<WordTopicTable> table;
  LIGHTLDA_ASSIGN_OR_RETURN(const RowSource rows, Rows(&table));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t hash,
                            HashRows(rows, sampler_.options().num_topics));
  return ToHex(hash);
}

std::vector<Count> ModelSaver::ModelTotals() const {
  const WordPrior* const prior = sampler_.options().word_prior;
  if (prior != nullptr) return prior->ModelTotals(sampler_.topic_totals());
  return {sampler_.topic_totals().begin(), sampler_.topic_totals().end()};
}

// What phi is made of.
Result<RowSource> ModelSaver::Rows(std::optional<WordTopicTable>* table) {
  LIGHTLDA_ASSIGN_OR_RETURN(RowSource rows, RowsOfDocuments(table));
  const WordPrior* const prior = sampler_.options().word_prior;
  return prior == nullptr ? std::move(rows) : prior->ModelRows(std::move(rows));
}

Result<RowSource> ModelSaver::RowsOfDocuments(std::optional<WordTopicTable>* table) {
  if (stream_rows_) {
    return RowSource([this](const PackedRowVisitor& visit) { return StreamRows(visit); });
  }
  *table = EmptyTable();
  const auto set = [table](WordId word, std::span<const TopicCount> row, int) {
    (*table)->SetRow(word, row);
  };
  LIGHTLDA_RETURN_IF_ERROR(sampler_.ForEachRow({}, set));
  return (*table)->rows();
}

// The rows part by part, so that never all are in memory.
Status ModelSaver::StreamRows(const PackedRowVisitor& visit) const {
  WordTopicTable table = EmptyTable();
  WordId next = 0;
  const auto set = [&table](WordId word, std::span<const TopicCount> row, int) {
    table.SetRow(word, row);
  };
  return sampler_.ForEachRow({}, set, [&](WordId end) {
    for (; next < end; ++next) {
      visit(next, table.PackedRow(next));
      table.SetRow(next, {});
    }
  });
}

}  // namespace lightlda
