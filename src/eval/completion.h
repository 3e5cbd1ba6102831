// Held-out likelihood by document completion: how well a model that has seen one half of a document
// predicts the other half.
#ifndef LIGHTLDA_EVAL_COMPLETION_H_
#define LIGHTLDA_EVAL_COMPLETION_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "infer/phi_rows.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// What is needed of a model, whoever trained it. What the members refer to must outlive it.
struct CompletionModel {
  std::span<const double> alpha;  // [num_topics]
  double beta = 0;
  std::size_t num_words = 0;
  std::span<const Count> topic_totals;  // n_k, [num_topics]
  // n_w. as its non-zero entries. Called with words below num_words, from several threads at once.
  std::function<std::vector<TopicCount>(WordId)> word_row;
};

struct CompletionOptions {
  std::uint64_t seed = 1;  // of the halving
  // The number that the first of the documents has, of those that are halved by one seed.
  std::uint64_t first_document = 0;
  // The numbers of the documents, [documents]; empty: they ascend from first_document.
  std::span<const std::uint64_t> numbers = {};
  int num_iterations = 50;  // of the estimation of a document's topics
  // The model's: theta is estimated as of new documents (infer/fold_in.h), in as many steps as that
  // takes. Null: by num_iterations steps over all topics.
  const PhiRows* fold_in = nullptr;
};

// Of one document.
struct DocumentScore {
  Count tokens = 0;           // predicted
  double log_likelihood = 0;  // of these together
};

struct CompletionResult {
  Count documents = 0;  // with tokens in both halves
  Count tokens = 0;     // predicted
  double log_likelihood_per_token = 0;
};

// Halves every document at random (each token goes to either half with equal chance, as a function
// of seed, document and token alone), estimates theta_d from the first half with phi fixed, by
// expectation maximisation for the mean-field posterior's point estimate
//   theta_k  prop. to  alpha_k + sum_i theta_k phi_{w_i,k} / sum_j theta_j phi_{w_i,j},
// and adds up log sum_k theta_k phi_{w,k} over the tokens of the second half (Wallach et al., 2009,
// "document completion"), document by document, [documents]. phi_wk = (n_wk + beta) / (n_k + beta *
// V). documents: token lists in the model's word ids. REQUIRES: ids below the model's number of
// words.
std::vector<DocumentScore> CompleteDocuments(const CompletionModel& model,
                                             std::span<const std::vector<WordId>> documents,
                                             const CompletionOptions& options, ThreadPool* pool);
// The same for all documents together.
CompletionResult DocumentCompletion(const CompletionModel& model,
                                    std::span<const std::vector<WordId>> documents,
                                    const CompletionOptions& options, ThreadPool* pool);
CompletionResult DocumentCompletion(const Model& model,
                                    std::span<const std::vector<WordId>> documents,
                                    const CompletionOptions& options, ThreadPool* pool);

CompletionResult SumUp(std::span<const DocumentScore> scores);

// `model`, which must outlive it, as one.
CompletionModel AsCompletionModel(const Model& model);

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_COMPLETION_H_
