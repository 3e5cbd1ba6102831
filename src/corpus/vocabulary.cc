#include "lightlda/vocabulary.h"

#include <glog/logging.h>

#include <utility>

namespace lightlda {

Vocabulary::Vocabulary(std::vector<std::string> words, std::vector<Count> frequencies,
                       std::vector<Count> document_frequencies)
    : words_(std::move(words)),
      frequencies_(std::move(frequencies)),
      document_frequencies_(std::move(document_frequencies)) {
  CHECK_EQ(words_.size(), frequencies_.size());
  CHECK_EQ(words_.size(), document_frequencies_.size());
}

}  // namespace lightlda
