// The words that stand for a topic, by several weights.
//
// Below, phi_wk is Model::Probability, p(w) = n_w / N the share of the word among the tokens that
// the model counts, V the number of words, K of topics, log the natural logarithm.
#ifndef LIGHTLDA_WORD_WEIGHTS_H_
#define LIGHTLDA_WORD_WEIGHTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

enum class WordWeight {
  kProbability,  // phi_wk
  // lambda log phi_wk + (1 - lambda) log(phi_wk / p(w)): Sievert & Shirley, LDAvis, 2014.
  kRelevance,
  // 1 / (f / F_wk + (1 - f) / E_wk), f being frex_weight: Bischof & Airoldi 2012, as R's stm
  // computes it (calcfrex). F_wk is the rank of phi_wk among the topic's phi of all V words, E_wk
  // that of phi_wk / sum_j phi_wj likewise, both divided by V; rank 1 is the least, and equal ones
  // share the mean of their ranks.
  kFrex,
  kLift,  // phi_wk / p(w)
  // s_wk (log(s_wk + 1e-5) - 1/K sum_j log(s_wj + 1e-5)), s_wk = n_wk / (n_k + 1e-5): as R's lda
  // (top.topic.words, by.score).
  kScore,
};
// "probability", "relevance", "frex", "lift", "score".
LIGHTLDA_EXPORT const char* NameOf(WordWeight weight);

struct WordWeightOptions {
  WordWeight weight = WordWeight::kProbability;
  double lambda = 0.6;       // relevance; in [0, 1]
  double frex_weight = 0.5;  // FREX: how much frequency counts, not exclusivity; in [0, 1]
  // Words with fewer tokens in all topics are left out, but not by probability: rare words have the
  // highest lift of all.
  Count min_count = 3;
};

struct WeightedWord {
  WordId word = 0;
  std::uint32_t count = 0;  // n_wk
  double probability = 0;   // phi_wk
  double weight = 0;
};

// The n words of greatest weight of every topic, among those that have tokens in it,
// [num_topics][<= n], greatest first; of equal ones the more frequent in the topic, then by id.
// Time: O(entries log V). Errors: kUsage, naming the field; kOutOfMemory.
LIGHTLDA_EXPORT Result<std::vector<std::vector<WeightedWord>>> TopWords(
    const Model& model, std::size_t n, const WordWeightOptions& options);

// A label for each topic, [num_topics]: its three words of greatest relevance at lambda 0.6,
// separated by ", "; empty for topics without tokens. Errors: kOutOfMemory.
LIGHTLDA_EXPORT Result<std::vector<std::string>> AutomaticLabels(const Model& model);

// ExportTopics with the words of greatest weight. By probability the two are the same; else words
// have their weight before their probability, under its name, and text shows it in place of the
// probability. Errors: as TopWords; the sink's.
LIGHTLDA_EXPORT Status ExportTopics(const Model& model, const WordWeightOptions& weights,
                                    const ExportOptions& options, const ExportSink& sink);

// The topics of a word, or of all words that begin so: text: "word<TAB>topic:count:probability
// ...", most tokens first; JSON: word, tokens, topics; CSV, TSV: word, topic, count, probability,
// which is p(topic | word) = n_wk / n_w. Errors: kBadInput if the model has no such word; the
// sink's.
LIGHTLDA_EXPORT Status ExportWords(const Model& model, std::string_view word, bool prefix,
                                   const ExportOptions& options, const ExportSink& sink);

}  // namespace lightlda

#endif  // LIGHTLDA_WORD_WEIGHTS_H_
