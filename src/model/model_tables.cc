// Models made of tables.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/out_of_memory.h"
#include "corpus/corpus_format.h"
#include "lightlda/model.h"
#include "model/load_model.h"
#include "model/model_manifest.h"
#include "model/model_writer.h"
#include "table/priors.h"
#include "table/word_topic_table.h"
#include "text/text_pipeline.h"

namespace lightlda {
namespace {

Status CheckWords(const std::vector<std::string>& words) {
  if (!words.empty() && words.size() <= kMaxWords) return {};
  return Status::BadInput("`words`: expected 1 to " + std::to_string(kMaxWords) + ", found " +
                          std::to_string(words.size()));
}

Status CheckPriors(const ModelTables& tables) {
  if (tables.alpha.empty() || tables.alpha.size() > kMaxTopics) {
    return Status::BadInput("`alpha`: expected one number for each of 1 to " +
                            std::to_string(kMaxTopics) + " topics, found " +
                            std::to_string(tables.alpha.size()));
  }
  if (!std::ranges::all_of(tables.alpha, IsPrior)) {
    return Status::BadInput("`alpha`: expected positive numbers");
  }
  return IsPrior(tables.beta) ? Status() : Status::BadInput("`beta`: expected a positive number");
}

Status CheckShape(const CsrView& table, std::size_t num_words) {
  const auto begins = table.begins;
  if (begins.size() != num_words + 1 || begins.front() != 0 ||
      begins.back() != table.topics.size() || table.topics.size() != table.counts.size() ||
      !std::ranges::is_sorted(begins)) {
    return Status::BadInput("`word_topic`: expected " + std::to_string(num_words) +
                            " rows, whose begins ascend from 0 to the number of entries");
  }
  return {};
}

// Row `word` as entries: topics ascending and below num_topics, counts above 0.
Result<std::vector<TopicCount>> RowOf(const CsrView& table, std::size_t word,
                                      std::size_t num_topics) {
  std::vector<TopicCount> row;
  for (std::uint64_t i = table.begins[word]; i < table.begins[word + 1]; ++i) {
    const TopicCount entry = {table.topics[i], table.counts[i]};
    if (entry.topic >= num_topics || entry.count == 0 ||
        (!row.empty() && row.back().topic >= entry.topic)) {
      return Status::BadInput("`word_topic`: row " + std::to_string(word) +
                              ": expected topics ascending below " + std::to_string(num_topics) +
                              " and counts above 0");
    }
    row.push_back(entry);
  }
  return row;
}

Result<Model> MakeModel(const ModelTables& tables) {
  LIGHTLDA_RETURN_IF_ERROR(CheckWords(tables.words));
  LIGHTLDA_RETURN_IF_ERROR(CheckPriors(tables));
  LIGHTLDA_RETURN_IF_ERROR(CheckShape(tables.word_topic, tables.words.size()));
  if (!tables.text_pipeline.empty()) {
    LIGHTLDA_RETURN_IF_ERROR(ParseTextPipeline("`text_pipeline`", tables.text_pipeline).status());
  }
  const std::size_t num_topics = tables.alpha.size();
  WordTopicTable table(tables.words.size(), static_cast<std::uint32_t>(num_topics));
  std::vector<Count> totals(num_topics);
  std::vector<Count> frequencies(tables.words.size());
  for (std::size_t word = 0; word < tables.words.size(); ++word) {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<TopicCount> row,
                              RowOf(tables.word_topic, word, num_topics));
    table.SetRow(static_cast<WordId>(word), row);
    for (const TopicCount& entry : row) {
      totals[entry.topic] += entry.count;
      frequencies[word] += entry.count;
    }
  }
  // In how many documents a word is, nobody knows.
  const Vocabulary vocabulary(tables.words, std::move(frequencies),
                              std::vector<Count>(tables.words.size()));
  ModelSnapshot snapshot;
  snapshot.vocabulary = &vocabulary;
  snapshot.text_pipeline = tables.text_pipeline;
  snapshot.rows = table.rows();
  snapshot.topic_totals = totals;
  snapshot.priors = {tables.alpha, tables.beta};
  snapshot.progress.complete = true;
  const FilePath directory = FilePath::NewInMemory("the model in memory");
  LIGHTLDA_RETURN_IF_ERROR(WriteFileAtomic(JoinPath(directory, kMetricsFile), ""));
  LIGHTLDA_RETURN_IF_ERROR(SaveModel(directory, snapshot).status());
  return LoadModel(directory);
}

}  // namespace

Result<Model> Model::FromTables(const ModelTables& tables) {
  return CatchBadAlloc([&] { return MakeModel(tables); });
}

}  // namespace lightlda
