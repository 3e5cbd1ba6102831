// Passes over documents, one document at a time (see sampler.h).
#ifndef LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_
#define LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/random_window.h"
#include "lightlda/corpus.h"
#include "sampler/pass_context.h"
#include "sampler/proposal.h"
#include "sampler/token_batch.h"
#include "sampler/token_view.h"

namespace lightlda {

// One thread's worker for a pass over documents, in one of the two ways to draw topics.
class DocumentWorker {
 public:
  virtual ~DocumentWorker() = default;

  // Visits the documents [begin, end) of a block, number `number` of `tokens`, [num_blocks].
  virtual void Visit(std::span<const TokenView> tokens, const Block& block, std::uint32_t number,
                     std::uint32_t begin, std::uint32_t end) = 0;
  virtual TotalsDelta& totals_delta() = 0;
};

// Accepts word proposals and leaves document proposals.
//
// A document's records are gathered into the arrays of a batch in a loop of its own, so that their
// cache misses overlap; counting, acceptance and proposals then work on the copy, which is
// scattered back at the end.
class ProposalWorker final : public DocumentWorker {
 public:
  // prior: [num_topics], alpha as floats. The arguments must outlive the worker.
  ProposalWorker(const PassContext& context, const std::vector<float>& prior,
                 const DocumentProposal& proposal);

  void Visit(std::span<const TokenView> tokens, const Block& block, std::uint32_t number,
             std::uint32_t begin, std::uint32_t end) override;
  TotalsDelta& totals_delta() override { return totals_delta_; }

 private:
  // Of tokens [begin, end) of a block; the next document's are [end, next_end).
  void Document(const TokenView& tokens, std::uint32_t block, std::uint32_t begin,
                std::uint32_t end, std::uint32_t next_end);

  const PassContext& context_;
  const std::vector<float>& prior_;
  const DocumentProposal& proposal_;
  TokenBatch batch_;
  std::vector<TopicStats> topics_;  // [num_topics]; counts are zero between documents
  MoveList moves_;
  TotalsDelta totals_delta_;
  RandomWindow accept_;
  RandomWindow propose_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_
