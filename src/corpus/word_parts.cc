#include "corpus/word_parts.h"

#include <glog/logging.h>

#include <algorithm>

#include "base/rng.h"

namespace lightlda {
namespace {

// Keeps these numbers apart from others that are drawn with the same seed.
constexpr std::uint32_t kDomain = 0x50415254;  // "PART"

}  // namespace

WordParts::WordParts(std::span<const Count> frequencies, std::uint64_t seed, Count max_tokens)
    : seed_(seed), num_ids_(frequencies.size()), num_parts_(frequencies.size(), 1) {
  CHECK_GE(max_tokens, 2);
  const Count planned = max_tokens / 2;
  for (std::size_t word = 0; word < frequencies.size(); ++word) {
    if (frequencies[word] <= max_tokens) continue;
    const auto parts = static_cast<std::uint32_t>((frequencies[word] + planned - 1) / planned);
    num_parts_[word] = parts;
    splits_.push_back({static_cast<WordId>(word), parts, static_cast<WordId>(num_ids_)});
    num_ids_ += parts - 1;
  }
}

WordId WordParts::PartId(WordId word, DocId document) const {
  const auto split = std::ranges::lower_bound(splits_, word, {}, &Split::word);
  const PhiloxKey key{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)};
  const PhiloxBlock hash = Philox({static_cast<std::uint32_t>(document),
                                   static_cast<std::uint32_t>(document >> 32), kDomain, word},
                                  key);
  const std::uint32_t part = ScaleTo(hash[0], split->num_parts);
  return part == 0 ? word : split->first_further + part - 1;
}

void WordParts::AppendSpellings(std::vector<std::string>* words) const {
  CHECK_EQ(words->size(), num_parts_.size());
  words->reserve(num_ids_);
  for (const Split& split : splits_) {
    for (std::uint32_t part = 1; part < split.num_parts; ++part) {
      words->push_back(words->at(split.word));
    }
  }
}

}  // namespace lightlda
