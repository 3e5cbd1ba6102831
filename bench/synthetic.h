// Corpora of any size drawn from LDA itself, for sizes that no real corpus at hand reaches.
//
// Words have a Zipf-Mandelbrot marginal p_w ~ (w + 1 + q)^-s, so word 0 is the most frequent. Both
// Dirichlet priors are drawn by Polya urns (Blackwell and MacQueen 1973), which need no memory but
// the draws: the topics of a document's tokens from Dirichlet(alpha_sum / K), exactly; a topic's
// words from Dirichlet(topic_concentration p), of which the first urn_size draws are kept and the
// topic is their predictive distribution, (topic_concentration p_w + count_w) / (their sum).
//
// Every number is a function of (seed, document, token), so documents come in any order.
#ifndef LIGHTLDA_BENCH_SYNTHETIC_H_
#define LIGHTLDA_BENCH_SYNTHETIC_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "kernels/alias_table.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda::bench {

enum class LengthLaw { kLogNormal, kPoisson };
enum class BagFormat { kUci, kLdac };

struct SyntheticOptions {
  std::uint64_t num_documents = 1000;
  std::uint32_t num_words = 10'000;
  std::uint32_t num_topics = 100;
  double mean_length = 100;  // tokens per document; documents may be empty
  LengthLaw length_law = LengthLaw::kLogNormal;
  double length_sigma = 0.5;         // of the log-normal's logarithm
  double zipf_exponent = 1.08;       // s
  double zipf_shift = 30;            // q
  double alpha_sum = 5;              // small: few topics per document
  double topic_concentration = 500;  // small: topics far apart
  std::uint32_t urn_size = 4096;     // draws kept a topic, 4 bytes each
  std::uint64_t seed = 1;

  // What is out of range, as kUsage.
  Status Validate() const;
};

// Immutable, hence any number of threads. Memory: 12 bytes per word, 4 urn_size bytes per topic.
class SyntheticCorpus {
 public:
  // REQUIRES: options.Validate() is OK.
  explicit SyntheticCorpus(const SyntheticOptions& options);

  const SyntheticOptions& options() const { return options_; }

  // Replaces *words by the tokens of document number `document`, and *topics by theirs, both
  // [length].
  void Draw(std::uint64_t document, std::vector<WordId>* words, std::vector<TopicId>* topics) const;

  // The marginal p_w. REQUIRES: word < num_words.
  double Marginal(WordId word) const;

 private:
  std::uint32_t DrawLength(std::uint64_t document) const;
  WordId DrawFromMarginal(std::uint32_t uniform) const;
  void FillUrn(TopicId topic);

  SyntheticOptions options_;
  double marginal_sum_ = 0;
  AliasTable marginal_;
  std::vector<WordId> urns_;  // [num_topics][urn_size]
};

struct SyntheticSummary {
  Count num_tokens = 0;
  Count num_entries = 0;  // distinct words, summed over the documents
};

// Writes the corpus piece by piece to `sink`, which gets about 1 MiB a call; its first failure ends
// the writing and is returned. uci has the number of entries in its header, so that everything is
// drawn twice for it.
Result<SyntheticSummary> WriteSynthetic(const SyntheticCorpus& corpus, BagFormat format,
                                        const std::function<Status(std::string_view)>& sink);

}  // namespace lightlda::bench

#endif  // LIGHTLDA_BENCH_SYNTHETIC_H_
