#include "eval/held_out_documents.h"

#include <algorithm>
#include <cstdint>

#include "corpus/block_words.h"

namespace lightlda {
namespace {

// Documents of a block by their index, from the first.
std::vector<std::uint32_t> InInputOrder(const Block& block) {
  const DocId first = *std::ranges::min_element(block.document_index);
  std::vector<std::uint32_t> order(block.num_documents());
  for (std::uint32_t d = 0; d < block.num_documents(); ++d) {
    order[block.document_index[d] - first] = d;
  }
  return order;
}

}  // namespace

Result<std::vector<WordId>> MatchWords(const Corpus& corpus, const Vocabulary& model) {
  const Vocabulary& vocabulary = corpus.vocabulary();
  std::vector<WordId> ids(vocabulary.size(), kUnmatchedWord);
  bool any = false;
  for (WordId word = 0; word < vocabulary.size(); ++word) {
    if (word < model.size() && model.word(word) == vocabulary.word(word)) {
      ids[word] = word;
    } else if (const auto found = model.Find(vocabulary.word(word))) {
      ids[word] = *found;
    }
    any = any || (ids[word] != kUnmatchedWord && vocabulary.frequency(word) > 0);
  }
  if (any) return ids;
  return Status::BadInput(
      (corpus.directory().empty() ? "the held-out corpus" : corpus.directory()) +
      ": none of its words is one of the model: expected a corpus that was "
      "made from text as the model's was");
}

Status ReadCorpusDocuments(const Corpus& corpus, std::span<const WordId> ids, const StopToken& stop,
                           const std::function<Status(const DocumentBatch&)>& visit) {
  DocumentBatch batch;
  const auto hand_over = [&]() -> Status {
    if (stop.stop_requested()) return Status::Cancelled("interrupted");
    if (batch.size() > 0) LIGHTLDA_RETURN_IF_ERROR(visit(batch));
    batch.Clear();
    return {};
  };
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(b));
    const std::vector<WordId> word_at = WordsByPosition(*block);
    for (const std::uint32_t d : InInputOrder(*block)) {
      std::uint32_t unknown = 0;
      for (auto i = block->document_offsets[d]; i < block->document_offsets[d + 1]; ++i) {
        const WordId id = ids[word_at[block->positions[i]]];
        if (id == kUnmatchedWord) {
          ++unknown;
        } else {
          batch.words.push_back(id);
        }
      }
      batch.begins.push_back(batch.words.size());
      batch.num_unknown.push_back(unknown);
      if (batch.words.size() >= kBatchTokens) LIGHTLDA_RETURN_IF_ERROR(hand_over());
    }
    LIGHTLDA_RETURN_IF_ERROR(block->CheckUnchanged());
  }
  return hand_over();
}

}  // namespace lightlda
