// The index of Vocabulary::Find is a hash table with open addressing that holds ids alone: the
// words are compared where they are, so a slot takes four bytes.
#include "lightlda/vocabulary.h"

#include <glog/logging.h>

#include <limits>
#include <mutex>
#include <utility>

#include "base/checksum.h"

namespace lightlda {

struct LIGHTLDA_NO_EXPORT Vocabulary::Index {
  // Where a search for a hash begins: the hash scaled down to [0, slots.size()), which needs no
  // size that is a power of two.
  std::size_t Start(std::uint64_t hash) const {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(hash) * slots.size()) >> 64);
  }

  // The slot that holds a word spelled `word`, or the free one where it belongs.
  std::size_t SlotOf(std::string_view word, std::span<const std::string> words) const {
    std::size_t slot = Start(Checksum(word));
    while (slots[slot] != kFree && words[slots[slot]] != word) {
      slot = slot + 1 == slots.size() ? 0 : slot + 1;
    }
    return slot;
  }

  void Build(std::span<const std::string> words) {
    slots.assign(words.size() + words.size() / 2 + 1, kFree);
    for (std::size_t id = 0; id < words.size(); ++id) {
      WordId& slot = slots[SlotOf(words[id], words)];
      if (slot == kFree) slot = static_cast<WordId>(id);
    }
  }

  static constexpr WordId kFree = std::numeric_limits<WordId>::max();

  std::once_flag built;
  std::vector<WordId> slots;  // two thirds are taken
};

Vocabulary::Vocabulary(std::vector<std::string> words, std::vector<Count> frequencies,
                       std::vector<Count> document_frequencies)
    : words_(std::move(words)),
      frequencies_(std::move(frequencies)),
      document_frequencies_(std::move(document_frequencies)),
      index_(std::make_shared<Index>()) {
  CHECK_EQ(words_.size(), frequencies_.size());
  CHECK_EQ(words_.size(), document_frequencies_.size());
}

std::optional<WordId> Vocabulary::Find(std::string_view word) const {
  if (words_.empty()) return std::nullopt;
  std::call_once(index_->built, [this] { index_->Build(words_); });
  const WordId id = index_->slots[index_->SlotOf(word, words_)];
  if (id == Index::kFree) return std::nullopt;
  return id;
}

}  // namespace lightlda
