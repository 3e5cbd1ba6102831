#include "ingest/raw_words.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace lightlda {

Result<std::vector<std::uint32_t>> RawWords::AddChunk(const ChunkWords& words) {
  std::vector<std::uint32_t> ids(words.words.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (tokens_.size() == std::numeric_limits<std::uint32_t>::max()) {
      return Status::Failure("more than 2^32 - 1 distinct words");
    }
    ids[i] = AddWord(words.words[i], words.tokens[i], words.documents[i]);
  }
  for (std::size_t i = 0; i < words.stop_words.size(); ++i) {
    AddStopWord(words.stop_words[i], words.stop_tokens[i]);
  }
  for (const auto& [word, tokens] : words.short_words) short_words_[word] += tokens;
  return ids;
}

std::uint32_t RawWords::AddWord(std::string_view word, Count tokens, Count documents) {
  const std::size_t hash = WordHash()(word);
  auto found = ids_.find(word, hash);
  if (found == ids_.end()) {
    found = ids_.emplace(std::string(word), static_cast<std::uint32_t>(tokens_.size())).first;
    tokens_.push_back(0);
    documents_.push_back(0);
  }
  const std::uint32_t id = found->second;
  tokens_[id] += tokens;
  documents_[id] += documents;
  return id;
}

void RawWords::AddStopWord(std::string_view word, Count tokens) {
  stop_words_[std::string(word)] += tokens;
  num_stop_tokens_ += tokens;
}

void RawWords::SetWords(std::vector<std::string> names, std::vector<Count> tokens,
                        std::vector<Count> documents) {
  names_ = std::move(names);
  tokens_ = std::move(tokens);
  documents_ = std::move(documents);
}

void RawWords::Grow(std::size_t num_words) {
  if (num_words <= tokens_.size()) return;
  if (num_words > tokens_.capacity()) {
    const std::size_t capacity = std::max(num_words, tokens_.capacity() * 2);
    tokens_.reserve(capacity);
    documents_.reserve(capacity);
  }
  tokens_.resize(num_words);
  documents_.resize(num_words);
}

std::vector<std::string_view> RawWords::Words() const {
  if (!names_.empty()) return {names_.begin(), names_.end()};
  std::vector<std::string_view> words(ids_.size());
  for (const auto& [word, id] : ids_) words[id] = word;
  return words;
}

}  // namespace lightlda
