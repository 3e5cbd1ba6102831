// The document pass, one document at a time (see sampler.h).
//
// A document's records are gathered into staged arrays in a loop of its own, so that their cache
// misses overlap; counting, acceptance and proposals then work on the copy, which is scattered back
// at the end.
#ifndef LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_
#define LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_

#include <cstdint>
#include <vector>

#include "kernels/random_window.h"
#include "lightlda/corpus.h"
#include "sampler/proposal.h"
#include "sampler/stage_index.h"
#include "sampler/staging.h"
#include "sampler/word_batches.h"

namespace lightlda {

// One thread's worker for one pass, of which `context` outlives it.
template <typename Topic>
class DocumentWorker {
 public:
  // prior: [num_topics], alpha as floats. The arguments must outlive the worker.
  DocumentWorker(const PassContext<Topic>& context, const std::vector<float>& prior,
                 const DocumentProposal& proposal)
      : context_(context),
        prior_(prior),
        proposal_(proposal),
        staging_(context.index->longest_document(), context.mh_steps),
        topics_(context.num_topics),
        totals_delta_(context.num_topics) {
    for (TopicId k = 0; k < context.num_topics; ++k) topics_[k] = {0, context.totals[k]};
  }

  void AcceptAndPropose(const Block& block, const DocumentTask& task) {
    accept_.Reset(context_.seed, RandomUse::kDocumentAccept, block.number, context_.iteration,
                  context_.mh_steps);
    propose_.Reset(context_.seed, RandomUse::kDocumentPropose, block.number, context_.iteration,
                   context_.mh_steps);
    for (std::uint32_t d = task.begin; d < task.end; ++d) {
      const std::uint32_t end = block.document_offsets[d + 1];
      const std::uint32_t next_end = d + 1 < task.end ? block.document_offsets[d + 2] : end;
      Document(task.block, block.document_offsets[d], end, next_end);
    }
  }

  // The part of the pass that is worked on from now.
  void set_tokens(std::span<const TokenView<Topic>> tokens) { tokens_ = tokens; }  // [num_blocks]

  TotalsDelta& totals_delta() { return totals_delta_; }

 private:
  // Of tokens [begin, end); the next document's are [end, next_end).
  void Document(std::uint32_t block, std::uint32_t begin, std::uint32_t end,
                std::uint32_t next_end) {
    if (begin == end) return;
    const Kernels& kernels = *context_.kernels;
    const std::uint32_t n = end - begin;
    const TokenView<Topic>& tokens = tokens_[block];
    const std::uint32_t* records = context_.index->document_records(block).data() + begin;
    TopicId* before = staging_.before.data();
    TopicId* after = staging_.after.data();
    TopicId* proposals = staging_.proposals.data();
    std::uint32_t* uniforms = staging_.uniforms.data();

    tokens.Gather(records, n, staging_.pitch, before, proposals);
    for (std::uint32_t i = 0; i < n; ++i) ++topics_[before[i]].count;
    tokens.Prefetch({records + n, next_end - end});
    accept_.Read(kernels, begin, end, staging_.pitch, uniforms);
    const float* prior = proposal_.is_symmetric() ? nullptr : prior_.data();
    const AcceptTables tables = {topics_.data(), prior, prior_[0]};
    kernels.accept(tables, n, staging_.mh_steps, staging_.pitch, before, proposals, uniforms,
                   after);
    for (std::uint32_t i = 0; i < n; ++i) topics_[before[i]].count = 0;
    moves_.Clear();
    moves_.Append(kernels, n, before, after);
    totals_delta_.Apply(moves_);
    propose_.Read(kernels, begin, end, staging_.pitch, uniforms);
    proposal_.Draw(kernels, after, n, staging_.mh_steps, staging_.pitch, uniforms, proposals);
    tokens.Scatter(records, n, staging_.pitch, after, proposals);
  }

  const PassContext<Topic>& context_;
  std::span<const TokenView<Topic>> tokens_;
  const std::vector<float>& prior_;
  const DocumentProposal& proposal_;
  Staging staging_;
  std::vector<TopicStats> topics_;  // [num_topics]; counts are zero between documents
  MoveList moves_;
  TotalsDelta totals_delta_;
  RandomWindow accept_;
  RandomWindow propose_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_DOCUMENT_PASS_H_
