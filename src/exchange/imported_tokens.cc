#include "exchange/imported_tokens.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "base/file.h"
#include "lightlda/corpus_builder.h"
#include "model/load_model.h"
#include "model/model_manifest.h"
#include "model/model_writer.h"
#include "table/word_topic_table.h"

namespace lightlda {
namespace {

// The rows of a word-topic table, from tokens in any order: words, then topics, are counted out, so
// that the memory is that of the tokens.
struct CountedRows {
  std::vector<std::uint64_t> begins;
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
};

CountedRows CountRows(std::span<const WordId> words, std::span<const TopicId> topics,
                      std::size_t num_words) {
  std::vector<std::uint64_t> ends(num_words + 1);
  for (const WordId word : words) ++ends[word + 1];
  for (std::size_t word = 0; word < num_words; ++word) ends[word + 1] += ends[word];
  std::vector<TopicId> by_word(topics.size());
  std::vector<std::uint64_t> next(ends.begin(), ends.end() - 1);
  for (std::size_t i = 0; i < words.size(); ++i) by_word[next[words[i]]++] = topics[i];
  CountedRows rows;
  rows.begins.push_back(0);
  for (std::size_t word = 0; word < num_words; ++word) {
    const auto row = std::span(by_word).subspan(ends[word], ends[word + 1] - ends[word]);
    std::ranges::sort(row);
    for (const TopicId topic : row) {
      if (rows.topics.size() == rows.begins.back() || rows.topics.back() != topic) {
        rows.topics.push_back(topic);
        rows.counts.push_back(0);
      }
      ++rows.counts.back();
    }
    rows.begins.push_back(rows.topics.size());
  }
  return rows;
}

}  // namespace

Result<Model> ImportedTokens::MakeTables(std::vector<std::string> words,
                                         const Priors& priors) const {
  const CountedRows rows = CountRows(words_, topics_, words.size());
  ModelTables tables;
  tables.words = std::move(words);
  tables.word_topic = {rows.begins, rows.topics, rows.counts};
  tables.alpha = priors.alpha;
  tables.beta = priors.beta;
  return Model::FromTables(tables);
}

Result<Model> ImportedTokens::MakeModel(const Corpus& corpus, const Priors& priors,
                                        const std::string& corpus_directory) const {
  const auto num_topics = static_cast<std::uint32_t>(priors.alpha.size());
  const CountedRows rows = CountRows(words_, topics_, corpus.num_words());
  WordTopicTable table(corpus.num_words(), num_topics);
  std::vector<Count> totals(num_topics);
  std::vector<TopicCount> row;
  for (WordId word = 0; word < corpus.num_words(); ++word) {
    row.clear();
    for (std::uint64_t i = rows.begins[word]; i < rows.begins[word + 1]; ++i) {
      row.push_back({rows.topics[i], rows.counts[i]});
      totals[rows.topics[i]] += rows.counts[i];
    }
    table.SetRow(word, row);
  }
  ModelSnapshot snapshot;
  snapshot.corpus = &corpus;
  snapshot.corpus_directory = corpus_directory;
  snapshot.rows = table.rows();
  snapshot.topic_totals = totals;
  snapshot.priors = priors;
  snapshot.progress.complete = true;
  snapshot.progress.active_documents = corpus.num_documents();
  snapshot.progress.active_tokens = corpus.num_tokens();
  snapshot.save_topics = [&](const FilePath& directory) -> Result<std::vector<TopicsEntry>> {
    std::vector<TopicsEntry> entries;
    for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
      LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(b));
      std::vector<TopicId> topics(block->num_tokens());
      for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
        const std::uint32_t begin = block->document_offsets[d];
        const std::uint32_t length = block->document_offsets[d + 1] - begin;
        for (std::uint32_t i = 0; i < length; ++i) {
          topics[block->positions[begin + i]] = topics_[begins_[block->document_index[d]] + i];
        }
      }
      LIGHTLDA_ASSIGN_OR_RETURN(
          const TopicsEntry entry,
          SaveBlockTopics(directory, *block, /*active_level=*/0, num_topics, std::move(topics)));
      entries.push_back(entry);
    }
    return entries;
  };
  const FilePath directory = FilePath::NewInMemory("the model in memory");
  LIGHTLDA_RETURN_IF_ERROR(WriteFileAtomic(JoinPath(directory, kMetricsFile), ""));
  LIGHTLDA_RETURN_IF_ERROR(SaveModel(directory, snapshot).status());
  return LoadModel(directory, /*with_topics=*/true);
}

Result<ImportedModel> ImportedTokens::Finish(std::vector<std::string> words, const Priors& priors,
                                             const ImportOptions& options) const {
  if (!options.with_corpus) {
    LIGHTLDA_ASSIGN_OR_RETURN(Model model, MakeTables(std::move(words), priors));
    return ImportedModel{std::move(model), std::nullopt, {}};
  }
  LIGHTLDA_ASSIGN_OR_RETURN(CorpusBuilder builder, CorpusBuilder::WithVocabulary(std::move(words)));
  for (std::size_t d = 0; d < names_.size(); ++d) {
    const auto tokens = std::span(words_).subspan(begins_[d], begins_[d + 1] - begins_[d]);
    LIGHTLDA_RETURN_IF_ERROR(builder.AddTokens(names_[d], tokens));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(Corpus corpus, std::move(builder).Build());
  LIGHTLDA_ASSIGN_OR_RETURN(Model model, MakeModel(corpus, priors, options.corpus_directory));
  return ImportedModel{std::move(model), std::move(corpus), {}};
}

}  // namespace lightlda
