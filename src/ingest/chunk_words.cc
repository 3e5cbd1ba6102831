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
  ++words_.tokens[id];
  if (last_document_[id] != document_) {
    last_document_[id] = document_;
    ++words_.documents[id];
  }
  tokens->push_back(id);
}

std::uint32_t ChunkWordTable::NewSurface(std::string_view surface) {
  std::uint32_t id = 0;
  const auto word = pipeline_->WordOf(surface);
  if (!word) {
    id = kStopWord | static_cast<std::uint32_t>(words_.stop_words.size());
    words_.stop_words.Add(surface);
    words_.stop_tokens.push_back(0);
  } else if (pipeline_->keeps_surfaces()) {
    id = NewWord(*word);
  } else {
    const std::string stem(*word);
    const auto found = stems_.find(stem);
    id = found != stems_.end() ? found->second : NewWord(stem);
    if (found == stems_.end()) stems_.emplace(stem, id);
  }
  surfaces_.emplace(std::string(surface), id);
  return id;
}

std::uint32_t ChunkWordTable::NewWord(std::string_view word) {
  const auto id = static_cast<std::uint32_t>(words_.words.size());
  words_.words.Add(word);
  words_.tokens.push_back(0);
  words_.documents.push_back(0);
  last_document_.push_back(0);
  return id;
}

ChunkWords ChunkWordTable::Take() {
  surfaces_.clear();
  stems_.clear();
  last_document_.clear();
  document_ = 1;
  return std::exchange(words_, ChunkWords());
}

}  // namespace lightlda
