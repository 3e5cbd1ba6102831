// Writes model directories: a new generation of files, then the manifest that commits them.
#ifndef LIGHTLDA_MODEL_MODEL_WRITER_H_
#define LIGHTLDA_MODEL_MODEL_WRITER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "model/model_manifest.h"
#include "table/priors.h"
#include "table/row_source.h"

namespace lightlda {

// Everything a saved model consists of. Borrowed pointers must outlive the call they are passed to.
struct ModelSnapshot {
  // Null: the tables come from elsewhere. Then `vocabulary` has the words, and there are no topics.
  const Corpus* corpus = nullptr;
  // Null: that of the corpus. Else its words, with tokens that are in no document.
  const Vocabulary* vocabulary = nullptr;
  // Whether rows add up to the words' tokens, once all documents have topics; else to less.
  bool adds_up = true;
  std::string text_pipeline;  // without a corpus; empty: bags of words with names
  // Where a corpus that is still in memory will be saved; empty: where it is.
  std::string corpus_directory;
  RowSource rows;                       // of all words
  std::span<const Count> topic_totals;  // [num_topics]
  Priors priors;                        // of num_topics topics
  std::string settings = "{}";          // every setting of the run, as the text of a JSON object
  ModelProgress progress;
  int active_level = 0;  // documents of this level and deeper have topics
  // What of metrics.jsonl belongs to this state; none: all that is there.
  std::optional<std::uint64_t> metrics_bytes;
  // Writes the topics of all blocks into a directory, which exists, by SaveBlockTopics, here or in
  // other processes. Returns [num_blocks of the corpus].
  std::function<Result<std::vector<TopicsEntry>>(const FilePath& directory)> save_topics;
};

// Writes the topics of a block into a directory. topics: [num_tokens], in position order; those of
// documents above `active_level` may be any and are written as 0, so that a file is a function of
// the model. Errors: kCannotWrite.
Result<TopicsEntry> SaveBlockTopics(const FilePath& directory, const Block& block, int active_level,
                                    std::uint32_t num_topics, std::vector<TopicId> topics);

// Saves into `directory`, which exists, as its newest generation; the one before is kept, older
// ones are removed. The directory holds `metrics.jsonl`, which may grow meanwhile. Until the
// manifest is renamed into place the previous generation stays the valid one, so a full disk or
// SIGKILL costs this save only. Errors: kCannotWrite. Returns the model hash, 16 hexadecimal
// digits.
Result<std::string> SaveModel(const FilePath& directory, const ModelSnapshot& snapshot);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_MODEL_WRITER_H_
