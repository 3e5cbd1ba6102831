// Microsoft LightLDA's files.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "exchange/documents.h"
#include "exchange/export_directory.h"
#include "exchange/microsoft_format.h"
#include "lightlda/exchange.h"

namespace lightlda {
namespace {

template <typename T>
void PutBinary(const std::vector<T>& values, TextWriter* out) {
  out->Put(
      std::string_view(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)));
}

void PutPair(std::uint64_t key, std::uint64_t value, TextWriter* out) {
  out->Put(' ');
  out->PutInt(key);
  out->Put(':');
  out->PutInt(value);
}

// A word without tokens has no row.
Status PutWordTable(const Model& model, TextWriter* out) {
  for (std::size_t word = 0; word < model.num_words() && out->status().ok(); ++word) {
    const std::vector<TopicCount> row = model.WordRow(static_cast<WordId>(word));
    if (row.empty()) continue;
    out->PutInt(word);
    for (const TopicCount& entry : row) PutPair(entry.topic, entry.count, out);
    out->Put('\n');
  }
  return {};
}

// With all topics, so that their number is in the files.
Status PutSummary(const Model& model, TextWriter* out) {
  out->Put('0');
  for (std::size_t topic = 0; topic < model.topic_totals().size(); ++topic) {
    PutPair(topic, static_cast<std::uint64_t>(model.topic_totals()[topic]), out);
  }
  out->Put('\n');
  return {};
}

// Every word with its number and its tokens.
Status PutDictionary(const Model& model, TextWriter* out) {
  const Vocabulary& vocabulary = model.vocabulary();
  for (WordId word = 0; word < vocabulary.size(); ++word) {
    out->PutInt(word);
    out->Put('\t');
    out->PutEscaped(vocabulary.word(word), /*escape_spaces=*/false);
    out->Put('\t');
    out->PutInt(static_cast<std::uint64_t>(vocabulary.frequency(word)));
    out->Put('\n');
  }
  return {};
}

// What the files of one block are made of.
struct MicrosoftBlock {
  std::vector<std::int64_t> header = {0, 0};  // documents, then [documents + 1] offsets
  std::vector<std::int32_t> tokens;           // of each document: cursor, then word and topic
  std::vector<std::int32_t> local_counts;     // [num_words]

  void Add(const AssignedDocument& document) {
    std::vector<std::pair<WordId, TopicId>> sorted(document.words.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      sorted[i] = {document.words[i], document.topics[i]};
      ++local_counts[document.words[i]];
    }
    std::ranges::stable_sort(sorted, {}, &std::pair<WordId, TopicId>::first);
    tokens.push_back(0);
    for (const auto& [word, topic] : sorted) {
      tokens.push_back(static_cast<std::int32_t>(word));
      tokens.push_back(static_cast<std::int32_t>(topic));
    }
    ++header[0];
    header.push_back(static_cast<std::int64_t>(tokens.size()));
  }
};

// Words of the block with their tokens in the corpus and here; binary, all of a kind together.
void PutVocab(const Model& model, const MicrosoftBlock& block, TextWriter* out) {
  std::vector<std::int32_t> words;
  std::vector<std::int32_t> counts;
  std::vector<std::int32_t> local;
  for (WordId word = 0; word < model.num_words(); ++word) {
    if (block.local_counts[word] == 0) continue;
    words.push_back(static_cast<std::int32_t>(word));
    counts.push_back(static_cast<std::int32_t>(std::min<Count>(
        model.vocabulary().frequency(word), std::numeric_limits<std::int32_t>::max())));
    local.push_back(block.local_counts[word]);
  }
  PutBinary(std::vector<std::int32_t>{static_cast<std::int32_t>(words.size())}, out);
  for (const auto* values : {&words, &counts, &local}) PutBinary(*values, out);
}

// The same as text.
void PutVocabText(const Model& model, const MicrosoftBlock& block, TextWriter* out) {
  const auto present = [](std::int32_t count) { return count > 0; };
  out->PutInt(static_cast<std::uint64_t>(std::ranges::count_if(block.local_counts, present)));
  out->Put('\n');
  for (WordId word = 0; word < model.num_words(); ++word) {
    if (block.local_counts[word] == 0) continue;
    out->PutInt(word);
    out->Put('\t');
    out->PutInt(static_cast<std::uint64_t>(model.vocabulary().frequency(word)));
    out->Put('\t');
    out->PutInt(static_cast<std::uint64_t>(block.local_counts[word]));
    out->Put('\n');
  }
}

Result<VisitedDocuments> WriteBlock(const Model& model, const Corpus& corpus, std::size_t number,
                                    ExportDirectory* directory) {
  MicrosoftBlock block;
  block.local_counts.resize(model.num_words());
  LIGHTLDA_ASSIGN_OR_RETURN(
      const VisitedDocuments visited,
      VisitBlock(model, corpus, number, [&](const AssignedDocument& document) {
        block.Add(document);
        return Status();
      }));
  const std::string suffix = "." + std::to_string(number);
  LIGHTLDA_RETURN_IF_ERROR(directory->WriteText(MicrosoftBlockFile(number), [&](TextWriter* out) {
    PutBinary(block.header, out);
    PutBinary(block.tokens, out);
    return Status();
  }));
  LIGHTLDA_RETURN_IF_ERROR(directory->WriteText("vocab" + suffix, [&](TextWriter* out) {
    PutVocab(model, block, out);
    return Status();
  }));
  LIGHTLDA_RETURN_IF_ERROR(directory->WriteText("vocab" + suffix + ".txt", [&](TextWriter* out) {
    PutVocabText(model, block, out);
    return Status();
  }));
  LIGHTLDA_ASSIGN_OR_RETURN(const DocumentTopics topics,
                            DocumentTopics::ReadBlock(model, corpus, number));
  LIGHTLDA_RETURN_IF_ERROR(directory->WriteText("doc_topic" + suffix, [&](TextWriter* out) {
    const CsrView counts = topics.counts();
    for (std::size_t row = 0; row < topics.num_documents(); ++row) {
      out->PutInt(row);
      out->Put(' ');
      for (std::uint64_t i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
        PutPair(counts.topics[i], counts.counts[i], out);
      }
      out->Put('\n');
    }
    return Status();
  }));
  return visited;
}

}  // namespace

Result<VisitedDocuments> WriteMicrosoftFiles(const Model& model, const Corpus& corpus,
                                             const ExchangeTarget& target) {
  LIGHTLDA_ASSIGN_OR_RETURN(
      ExportDirectory directory,
      ExportDirectory::Create(target, "microsoft_lightlda", corpus.directory()));
  LIGHTLDA_RETURN_IF_ERROR(directory.WriteText(
      "server_0_table_0.model", [&](TextWriter* out) { return PutWordTable(model, out); }));
  LIGHTLDA_RETURN_IF_ERROR(directory.WriteText(
      "server_0_table_1.model", [&](TextWriter* out) { return PutSummary(model, out); }));
  LIGHTLDA_RETURN_IF_ERROR(
      directory.WriteText("dict.txt", [&](TextWriter* out) { return PutDictionary(model, out); }));
  VisitedDocuments visited;
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments more,
                              WriteBlock(model, corpus, block, &directory));
    visited.visited += more.visited;
    visited.inactive += more.inactive;
  }
  LIGHTLDA_RETURN_IF_ERROR(directory.Commit());
  return visited;
}

}  // namespace lightlda
