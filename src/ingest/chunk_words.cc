#include "ingest/chunk_words.h"

#include <string>
#include <utility>

namespace lightlda {

void ChunkWordTable::Add(std::string_view surface, std::vector<std::uint32_t>* tokens) {
  const std::size_t hash = WordHash()(surface);
  const auto found = surfaces_.find(surface, hash);
  const std::uint32_t id = found != surfaces_.end() ? found->second : NewSurface(surface);
  if ((id & kStopWord) != 0) {
    ++words_.stop_tokens[id & ~kStopWord];
    return;
  }
  if (!joins_) Count(id);
  tokens->push_back(id);
}

void ChunkWordTable::EndDocument(std::size_t start, std::vector<std::uint32_t>* tokens) {
  if (joins_) {
    std::size_t size = start;
    bool open = false;  // the last word may begin a phrase
    for (std::size_t i = start; i < tokens->size(); ++i) {
      const std::uint32_t id = (*tokens)[i];
      const std::uint32_t phrase = open ? PhraseId((*tokens)[size - 1], id) : kNoPhrase;
      if (phrase != kNoPhrase) {
        (*tokens)[size - 1] = phrase;
        open = false;
      } else {
        (*tokens)[size++] = id;
        open = begins_[id];
      }
    }
    tokens->resize(size);
    for (std::size_t i = start; i < size; ++i) Count((*tokens)[i]);
  }
  ++document_;
}

// Looked up once per chunk.
std::uint32_t ChunkWordTable::PhraseId(std::uint32_t first, std::uint32_t second) {
  const auto found = phrases_.find(PairOf(first, second));
  if (found != phrases_.end()) return found->second;
  const std::string_view a = words_.words[first];
  const std::string_view b = words_.words[second];
  std::uint32_t id = kNoPhrase;
  if (pipeline_->phrases().Contains(a, b)) id = WordId(PhraseSet::Join(a, b));
  phrases_.emplace(PairOf(first, second), id);
  return id;
}

std::uint32_t ChunkWordTable::NewSurface(std::string_view surface) {
  std::uint32_t id = 0;
  const auto word = pipeline_->WordOf(surface);
  if (!word) {
    id = kStopWord | static_cast<std::uint32_t>(words_.stop_words.size());
    words_.stop_words.Add(surface);
    words_.stop_tokens.push_back(0);
  } else if (pipeline_->keeps_surfaces() && !joins_) {
    id = NewWord(*word);
  } else {
    id = WordId(*word);
  }
  surfaces_.emplace(std::string(surface), id);
  return id;
}

std::uint32_t ChunkWordTable::WordId(std::string_view word) {
  const auto found = ids_.find(word);
  if (found != ids_.end()) return found->second;
  const std::uint32_t id = NewWord(word);
  ids_.emplace(std::string(word), id);
  return id;
}

std::uint32_t ChunkWordTable::NewWord(std::string_view word) {
  const auto id = static_cast<std::uint32_t>(words_.words.size());
  words_.words.Add(word);
  words_.tokens.push_back(0);
  words_.documents.push_back(0);
  last_document_.push_back(0);
  if (joins_) begins_.push_back(pipeline_->phrases().Begins(word));
  return id;
}

ChunkWords ChunkWordTable::Take() {
  surfaces_.clear();
  ids_.clear();
  phrases_.clear();
  begins_.clear();
  last_document_.clear();
  document_ = 1;
  return std::exchange(words_, ChunkWords());
}

}  // namespace lightlda
