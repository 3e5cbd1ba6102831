#include "ingest/phrase_finder.h"

#include <tsl/robin_map.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace lightlda {
namespace {

using PairCounts = tsl::robin_map<WordPair, std::uint32_t, WordPairHash>;

// Upper bounds of the counts of pairs, in a table that many pairs share, and from these whether a
// pair can be a phrase. Nearly all pairs cannot, and need no count of their own.
class PairSketch {
 public:
  PairSketch(std::span<const Count> tokens, Count total, const PhraseRules& rules)
      : shift_(64 - rules.sketch_bits), counts_(std::size_t{1} << rules.sketch_bits) {
    // A pair is a phrase only if -ln p(ab) is below (-ln p(a) - ln p(b)) / (1 + threshold).
    const double log_total = std::log(static_cast<double>(total));
    const double scale = rules.threshold > -1 ? 1 / (1 + rules.threshold) : 0;
    all_ = rules.threshold <= -1;
    most_ = static_cast<float>(1 + rules.threshold);
    weights_.resize(tokens.size(), kRare);
    for (std::size_t w = 0; w < tokens.size(); ++w) {
      if (tokens[w] < rules.min_count) continue;
      weights_[w] =
          static_cast<float>(scale * (log_total - std::log(static_cast<double>(tokens[w]))));
    }
    logs_.resize(kMaxCount + 1, kRare);
    for (std::size_t n = static_cast<std::size_t>(rules.min_count); n <= kMaxCount; ++n) {
      logs_[n] = static_cast<float>(std::log(static_cast<double>(n)) - log_total + kMargin);
    }
    logs_[kMaxCount] = std::numeric_limits<float>::infinity();  // or more
  }

  void Add(std::uint32_t first, std::uint32_t second) {
    if (!AreAlike(first, second)) return;
    std::uint16_t& count = counts_[Index(first, second)];
    count += count < kMaxCount ? 1 : 0;
  }

  bool MayBePhrase(std::uint32_t first, std::uint32_t second) const {
    if (!AreAlike(first, second)) return false;
    const float weight = weights_[first] + weights_[second];
    const float log_count = logs_[counts_[Index(first, second)]];
    return log_count + weight > 0 || (all_ && log_count != kRare);
  }

 private:
  static constexpr std::size_t kMaxCount = std::numeric_limits<std::uint16_t>::max();
  static constexpr float kMargin = 1e-4F;  // rounding must not lose a pair
  static constexpr float kRare = -std::numeric_limits<float>::infinity();

  // Whether both are frequent enough, and neither so much more than the other that they could not
  // be a phrase if the rarer one had no other neighbour.
  bool AreAlike(std::uint32_t first, std::uint32_t second) const {
    const float a = weights_[first];
    const float b = weights_[second];
    if (a == kRare || b == kRare) return false;
    return all_ || a + b + kMargin > std::max(a, b) * most_;
  }

  std::size_t Index(std::uint32_t first, std::uint32_t second) const {
    return (PairOf(first, second) * 0x9E3779B97F4A7C15u) >> shift_;
  }

  int shift_;
  bool all_ = false;
  float most_ = 0;
  std::vector<std::uint16_t> counts_;
  std::vector<float> weights_;  // by word; kRare: below min_count
  std::vector<float> logs_;     // ln(n / total) by n; kRare: below min_count
};

// Counts the pairs of one of `num_parts` parts. Returns false if they are too many.
Result<bool> CountPairs(const VisitDocuments& visit, const PairSketch& sketch, std::size_t part,
                        std::size_t num_parts, std::size_t max_pairs, PairCounts* counts) {
  bool fits = true;
  counts->clear();
  const auto count = [&](std::span<const std::uint32_t> words) {
    for (std::size_t i = 1; fits && i < words.size(); ++i) {
      if (!sketch.MayBePhrase(words[i - 1], words[i])) continue;
      const WordPair pair = PairOf(words[i - 1], words[i]);
      if (num_parts > 1 && (WordPairHash()(pair) >> 40) % num_parts != part) continue;
      ++(*counts)[pair];
      fits = counts->size() <= max_pairs;
    }
  };
  LIGHTLDA_RETURN_IF_ERROR(visit(count));
  return fits;
}

}  // namespace

double Npmi(Count pair, Count first, Count second, Count total) {
  const auto n = static_cast<double>(total);
  const double p_first = static_cast<double>(first) / n;
  const double p_second = static_cast<double>(second) / n;
  const double p_pair = static_cast<double>(pair) / n;
  return std::log(p_pair / (p_first * p_second)) / -std::log(p_pair);
}

Result<std::vector<WordPair>> FindPhrases(const VisitDocuments& visit,
                                          std::span<const Count> tokens, const PhraseRules& rules) {
  const Count total = std::accumulate(tokens.begin(), tokens.end(), Count{0});
  PairSketch sketch(tokens, total, rules);
  LIGHTLDA_RETURN_IF_ERROR(visit([&](std::span<const std::uint32_t> words) {
    for (std::size_t i = 1; i < words.size(); ++i) sketch.Add(words[i - 1], words[i]);
  }));
  std::vector<WordPair> phrases;
  PairCounts counts;
  std::size_t num_parts = 1;
  for (std::size_t part = 0; part < num_parts;) {
    LIGHTLDA_ASSIGN_OR_RETURN(const bool fits,
                              CountPairs(visit, sketch, part, num_parts, rules.max_pairs, &counts));
    if (!fits) {  // parts that were done are the first of twice as many parts, done again
      num_parts *= 2;
      part = 0;
      phrases.clear();
      continue;
    }
    ++part;
    for (const auto& [pair, count] : counts) {
      if (count < rules.min_count) continue;
      const double score = Npmi(count, tokens[FirstOf(pair)], tokens[SecondOf(pair)], total);
      if (score > rules.threshold) phrases.push_back(pair);
    }
  }
  std::ranges::sort(phrases);
  return phrases;
}

}  // namespace lightlda
