// Ids and counts used everywhere in lightlda.
#ifndef LIGHTLDA_TYPES_H_
#define LIGHTLDA_TYPES_H_

#include <cstdint>

namespace lightlda {

using WordId = std::uint32_t;   // 0-based index into the vocabulary
using TopicId = std::uint32_t;  // 0-based, < num_topics
using DocId = std::uint64_t;    // 0-based index of a document in the input
using Count = std::int64_t;     // numbers of tokens and documents

// One non-zero entry of a word's row n_w. of the word-topic table.
struct TopicCount {
  TopicId topic;
  std::uint32_t count;

  friend bool operator==(const TopicCount&, const TopicCount&) = default;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TYPES_H_
