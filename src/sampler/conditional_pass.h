// The conditional pass, one document at a time (see sampler.h): topics are drawn from their full
// conditionals.
//
// The counts of the document follow its tokens' topics, a batch of tokens at a time; those of words
// and the totals are as they were when the pass began.
#ifndef LIGHTLDA_SAMPLER_CONDITIONAL_PASS_H_
#define LIGHTLDA_SAMPLER_CONDITIONAL_PASS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/random_window.h"
#include "lightlda/corpus.h"
#include "sampler/conditional_table.h"
#include "sampler/document_pass.h"
#include "sampler/pass_context.h"
#include "sampler/token_batch.h"
#include "sampler/token_view.h"

namespace lightlda {

// One thread's worker for the passes of an iteration, of which `context` outlives it.
class ConditionalWorker final : public DocumentWorker {
 public:
  // prior: [num_topics], alpha as floats. The arguments must outlive the worker.
  ConditionalWorker(const PassContext& context, const std::vector<float>& prior,
                    std::size_t num_words, int num_parts);

  // Begins a pass with the totals that the context has now.
  void Begin();

  void Visit(std::span<const TokenView> tokens, const Block& block, std::uint32_t number,
             std::uint32_t begin, std::uint32_t end) override;
  TotalsDelta& totals_delta() override { return totals_delta_; }
  const WordMoves& word_moves() const { return word_moves_; }

 private:
  // Of tokens [begin, end) of a block; the next document's are [end, next_end).
  void Document(const TokenView& tokens, std::uint32_t block, std::uint32_t begin,
                std::uint32_t end, std::uint32_t next_end);

  void SetWeight(TopicId topic) {
    weights_[topic] = (static_cast<float>(counts_[topic]) + prior_[topic]) * inverse_totals_[topic];
  }
  // Rows of a batch's words, from number `first` on.
  void PrefetchRows(std::span<const WordId> words, std::uint32_t first) const;
  float OwnChange(WordId word, TopicId own) const;
  // Draws for a batch of the document's tokens, from number `first` on.
  void Batch(std::span<const WordId> of_document, std::uint32_t first);

  const PassContext& context_;
  const ConditionalTable& table_;
  const std::vector<float>& prior_;
  TokenBatch batch_;
  std::vector<std::int32_t> counts_;         // [num_topics]; zero between documents
  std::vector<float> weights_;               // [table pitch]
  std::vector<float> inverse_totals_;        // [num_topics]: 1 / (n_k + beta_sum)
  std::vector<float> inverse_other_totals_;  // [num_topics]: the same with a token less
  TotalsDelta totals_delta_;
  WordMoves word_moves_;
  RandomWindow uniforms_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_CONDITIONAL_PASS_H_
