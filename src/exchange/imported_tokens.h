// Documents and the topics of their tokens on their way from another tool into a corpus and a model
// of it, or into a model alone.
#ifndef LIGHTLDA_EXCHANGE_IMPORTED_TOKENS_H_
#define LIGHTLDA_EXCHANGE_IMPORTED_TOKENS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/string_table.h"
#include "lightlda/import.h"
#include "lightlda/types.h"
#include "table/priors.h"

namespace lightlda {

// Documents in order, each with its tokens in order. 8 bytes per token. Not thread-safe.
class ImportedTokens {
 public:
  void AddDocument(std::string_view name) {
    names_.Add(name);
    begins_.push_back(begins_.back());
  }
  // To the last document. REQUIRES: there is one.
  void AddToken(WordId word, TopicId topic) {
    words_.push_back(word);
    topics_.push_back(topic);
    ++begins_.back();
  }

  std::uint64_t num_documents() const { return names_.size(); }
  std::uint64_t num_tokens() const { return words_.size(); }
  // Those of the last document.
  std::uint64_t last_length() const { return begins_.back() - begins_[begins_.size() - 2]; }

  // The model whose tables count these tokens, and whose topics are theirs if options ask for the
  // corpus. words: the vocabulary; ids and topics of tokens are in its and the priors' range.
  // Errors: kBadInput, kOutOfMemory.
  Result<ImportedModel> Finish(std::vector<std::string> words, const Priors& priors,
                               const ImportOptions& options) const;

 private:
  Result<Model> MakeModel(const Corpus& corpus, const Priors& priors,
                          const std::string& corpus_directory) const;
  Result<Model> MakeTables(std::vector<std::string> words, const Priors& priors) const;

  StringTable names_;
  std::vector<std::uint64_t> begins_ = {0};  // [documents + 1]
  std::vector<WordId> words_;
  std::vector<TopicId> topics_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_IMPORTED_TOKENS_H_
