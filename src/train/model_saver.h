// Saving a model that several processes train: each writes the topics of its blocks, the leader the
// rows, and the manifest when all is there.
#ifndef LIGHTLDA_TRAIN_MODEL_SAVER_H_
#define LIGHTLDA_TRAIN_MODEL_SAVER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "model/model_writer.h"
#include "sampler/sampler.h"
#include "table/word_topic_table.h"

namespace lightlda {

// The leader is the process of rank 0.
class ModelSaver {
 public:
  // stream_rows: all rows together may not fit memory. The arguments must outlive it.
  ModelSaver(std::span<const std::unique_ptr<const Block>> blocks, Sampler* sampler,
             ProcessGroup* group, bool stream_rows)
      : blocks_(blocks), sampler_(*sampler), group_(*group), stream_rows_(stream_rows) {}

  // Saves `snapshot`, whose rows, totals and save_topics are filled in here. A collective call
  // between clocks; no process returns before all is read and saved. `ready`: what the leader did
  // before went well. Returns the model hash, or the same error everywhere. Errors: kCannotWrite,
  // the sampler's and the group's.
  Result<std::string> Save(const FilePath& directory, ModelSnapshot snapshot, const Status& ready);

  // The hash of the rows as they are. Not collective, else as Save.
  Result<std::string> HashOfRows();

 private:
  Result<std::string> Lead(const FilePath& directory, ModelSnapshot snapshot, const Status& ready);
  Result<std::string> Follow(int active_level);
  Result<std::vector<TopicsEntry>> SaveTopics(const FilePath& generation, int active_level);
  Result<std::string> SaveOwnTopics(const FilePath& generation, int active_level);
  Result<std::vector<TopicsEntry>> ReadEntries(std::span<const std::string> gathered) const;

  // The rows, valid as long as *table and until the next clock, and their totals.
  Result<RowSource> Rows(std::optional<WordTopicTable>* table);
  std::vector<Count> ModelTotals() const;
  // Without those of the prior.
  Result<RowSource> RowsOfDocuments(std::optional<WordTopicTable>* table);
  Status StreamRows(const PackedRowVisitor& visit) const;
  WordTopicTable EmptyTable() const {
    return WordTopicTable(sampler_.options().num_words, sampler_.options().num_topics);
  }

  std::span<const std::unique_ptr<const Block>> blocks_;
  Sampler& sampler_;
  ProcessGroup& group_;
  bool stream_rows_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_MODEL_SAVER_H_
