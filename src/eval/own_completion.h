// How well a model predicts documents that it was trained on, as if it had not been: each
// document's own counts are taken out of the model before one half of it predicts the other.
//
// What is left of a document in the model is what its topics did to those of other documents. So
// the figure is better than that of documents held out and does not tell how good a model is; but
// it gains when that gains, and no document has to be held out (docs/lab/023-when-to-stop.md).
#ifndef LIGHTLDA_EVAL_OWN_COMPLETION_H_
#define LIGHTLDA_EVAL_OWN_COMPLETION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "eval/completion.h"
#include "lightlda/types.h"

namespace lightlda {

struct OwnDocument {
  std::uint64_t number = 0;     // by which it is halved
  std::vector<WordId> words;    // of its tokens
  std::vector<TopicId> topics;  // of its tokens; Model::kNoTopic: not in the model's counts
};

// Of long documents this many tokens are looked at, evenly spread; all are taken out of the counts.
inline constexpr std::size_t kMostOwnTokens = 128;

// By document completion (eval/completion.h). REQUIRES: the documents' topics are in the model's
// counts.
CompletionResult CompleteOwnDocuments(const CompletionModel& model,
                                      std::span<const OwnDocument> documents, std::uint64_t seed,
                                      ThreadPool* pool);

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_OWN_COMPLETION_H_
