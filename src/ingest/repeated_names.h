// Names that several documents have.
#ifndef LIGHTLDA_INGEST_REPEATED_NAMES_H_
#define LIGHTLDA_INGEST_REPEATED_NAMES_H_

#include <tsl/robin_set.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/checksum.h"
#include "lightlda/types.h"

namespace lightlda {

// Names are told apart by their checksums. Memory: up to 32 bytes a name, of the first 2^24 names;
// those after them are not looked at. Not thread-safe.
class RepeatedNames {
 public:
  void Add(std::string_view name) {
    if (checksums_.size() == kMaxNames || checksums_.insert(Checksum(name)).second) return;
    if (num_repeated_++ == 0) first_ = name;
  }

  // A name of a document from before, which is not counted.
  void AddKnown(std::string_view name) {
    if (checksums_.size() < kMaxNames) checksums_.insert(Checksum(name));
  }

  // Documents with the name of one before them, and the first such name.
  Count num_repeated() const { return num_repeated_; }
  const std::string& first() const { return first_; }

 private:
  static constexpr std::size_t kMaxNames = std::size_t{1} << 24;

  tsl::robin_set<std::uint64_t> checksums_;
  Count num_repeated_ = 0;
  std::string first_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_REPEATED_NAMES_H_
