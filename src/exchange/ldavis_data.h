// What an LDAvis page shows, computed as pyLDAvis.prepare and LDAvis' createJSON do. Sievert &
// Shirley 2014, "LDAvis: A method for visualizing and interpreting topics".
#ifndef LIGHTLDA_EXCHANGE_LDAVIS_DATA_H_
#define LIGHTLDA_EXCHANGE_LDAVIS_DATA_H_

#include <array>
#include <cstdint>
#include <vector>

#include "exchange/topic_rows.h"
#include "lightlda/model.h"
#include "lightlda/types.h"

namespace lightlda {

inline constexpr std::size_t kLdavisWords = 30;         // R: words in a list
inline constexpr std::size_t kLdavisLambdaSteps = 100;  // lambda is 0, 0.01 ... 1

// A word in the list of a topic.
struct LdavisWord {
  WordId word = 0;
  double freq = 0;     // its tokens in the topic, as the model has them
  double logprob = 0;  // log phi
  double loglift = 0;  // log(phi / p(word))
};

struct LdavisData {
  std::vector<TopicId> order;                 // [num_topics]: topics by expected tokens, most first
  std::vector<double> proportion;             // [num_topics]: their share, in that order
  std::vector<double> word_totals;            // [num_words]: expected tokens of words
  std::vector<std::array<double, 2>> points;  // [num_topics], in that order
  std::vector<WordId> salient;                // the most salient words: [min(R, num_words)]
  // [num_topics], in that order: the words that any lambda puts among the first R.
  std::vector<std::vector<LdavisWord>> words;
};

// topic_tokens: [num_topics], sum of theta_dk n_d over the documents. 0 threads: one per core.
LdavisData PrepareLdavis(const Model& model, const TopicRows& rows,
                         const std::vector<double>& topic_tokens, int num_threads);

// Jensen-Shannon divergence of the topics `order` names, in nats: [n x n]. Exposed for tests.
std::vector<double> JensenShannon(const Model& model, const TopicRows& rows,
                                  const std::vector<TopicId>& order, int num_threads);

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_LDAVIS_DATA_H_
