// In how many documents a topic has so many tokens: all of the topics that learning alpha needs
// (Wallach, 2008, section 2.4: "histograms of counts"). For beta words are what documents are for
// alpha.
#ifndef LIGHTLDA_SAMPLER_TOPIC_HISTOGRAMS_H_
#define LIGHTLDA_SAMPLER_TOPIC_HISTOGRAMS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// Documents by a number of tokens above 0. Numbers below kExact have a bin each; of larger ones a
// bin holds those that are equal in their leading five bits, with their mean. Sums of histograms of
// parts of the documents are those of all documents, bit for bit.
class TokenHistogram {
 public:
  static constexpr std::uint32_t kExact = 64;

  struct Bin {
    Count documents = 0;
    Count tokens = 0;  // of them together
  };

  void Add(std::uint32_t tokens, Count documents = 1) {
    const std::size_t bin = BinOf(tokens);
    if (bin >= bins_.size()) bins_.resize(bin + 1);
    bins_[bin].documents += documents;
    bins_[bin].tokens += documents * tokens;
  }
  void Add(const TokenHistogram& other) {
    if (bins_.size() < other.bins_.size()) bins_.resize(other.bins_.size());
    for (std::size_t bin = 0; bin < other.bins_.size(); ++bin) AddTo(bin, other.bins_[bin]);
  }
  void AddTo(std::size_t bin, const Bin& more) {
    if (bin >= bins_.size()) bins_.resize(bin + 1);
    bins_[bin].documents += more.documents;
    bins_[bin].tokens += more.tokens;
  }

  // Bin n < kExact is that of n tokens.
  const std::vector<Bin>& bins() const { return bins_; }

 private:
  static constexpr std::size_t BinOf(std::uint32_t tokens) {
    if (tokens < kExact) return tokens;
    constexpr int kFirstWidth = std::bit_width(kExact);
    const int width = std::bit_width(tokens);
    const std::uint32_t leading = (tokens >> (width - 5)) & 15;
    return kExact + static_cast<std::size_t>(width - kFirstWidth) * 16 + leading;
  }

  std::vector<Bin> bins_;
};

struct TopicHistograms {
  explicit TopicHistograms(std::uint32_t num_topics) : topics(num_topics) {}

  // Those of the documents that have the topic. [num_topics]
  std::vector<TokenHistogram> topics;
  TokenHistogram lengths;  // all documents with tokens, by their number
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOPIC_HISTOGRAMS_H_
