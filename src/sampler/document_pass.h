// Passes over documents, one document at a time (see sampler.h).
#ifndef LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_
#define LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lightlda/corpus.h"
#include "sampler/conditional_table.h"
#include "sampler/pass_context.h"
#include "sampler/proposal.h"
#include "sampler/token_batch.h"
#include "sampler/token_view.h"

namespace lightlda {

// Calls visit(first, n) for the pieces [first, first + n) of a document's tokens [begin, end).
template <typename Visit>
void ForEachPiece(std::uint32_t begin, std::uint32_t end, std::uint32_t piece, Visit&& visit) {
  for (; begin < end; begin += std::min(piece, end - begin)) {
    visit(begin, std::min(piece, end - begin));
  }
}

// One thread's worker for passes over documents, in one of the two ways to draw topics.
class DocumentWorker {
 public:
  virtual ~DocumentWorker() = default;

  // Begins a pass with the totals that the context has now.
  virtual void BeginPass() = 0;
  // Visits the documents [begin, end) of a block, number `number` of `tokens`, [num_blocks].
  virtual void Visit(std::span<const TokenView> tokens, const Block& block, std::uint32_t number,
                     std::uint32_t begin, std::uint32_t end) = 0;
  virtual TotalsDelta& totals_delta() = 0;
};

// The arguments must outlive the workers. prior: [num_topics], alpha as floats.

// Accepts word proposals and leaves document proposals.
std::unique_ptr<DocumentWorker> MakeProposalWorker(const PassContext& context,
                                                   const std::vector<float>& prior,
                                                   const DocumentProposal& proposal);

// Draws topics from their full conditionals with context.conditionals, and lists what moved since
// the pass began in *moves, if it lists moves.
std::unique_ptr<DocumentWorker> MakeConditionalWorker(const PassContext& context,
                                                      const std::vector<float>& prior,
                                                      WordMoves* moves);

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_
