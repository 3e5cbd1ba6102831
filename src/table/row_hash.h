// The hash of a whole word-topic table, independent of how its rows are packed.
#ifndef LIGHTLDA_TABLE_ROW_HASH_H_
#define LIGHTLDA_TABLE_ROW_HASH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "base/checksum.h"
#include "lightlda/types.h"

namespace lightlda {

// XXH3-64 over all entries as (word, topic, count), 32 bits each, little-endian, rows in the order
// of the calls. Not thread-safe.
class RowHash {
 public:
  void Update(WordId word, std::span<const TopicCount> entries) {
    triples_.clear();
    for (const TopicCount& entry : entries) {
      triples_.insert(triples_.end(), {word, entry.topic, entry.count});
    }
    checksum_.Update(std::as_bytes(std::span(triples_)));
  }

  std::uint64_t Digest() const { return checksum_.Digest(); }

 private:
  StreamingChecksum checksum_;
  std::vector<std::uint32_t> triples_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_ROW_HASH_H_
