// The document pass that draws topics from their full conditionals.
//
// The counts of the document follow its tokens' topics, a batch of tokens at a time; those of words
// and the totals are as they were when the pass began.
#include <algorithm>

#include "kernels/random_window.h"
#include "sampler/document_pass.h"

namespace lightlda {
namespace {

class ConditionalWorker final : public DocumentWorker {
 public:
  ConditionalWorker(const PassContext& context, const std::vector<float>& prior, WordMoves* moves)
      : context_(context),
        table_(*context.conditionals),
        prior_(prior),
        word_moves_(*moves),
        batch_(
            std::min(context.index->longest_document(), context.staged_tokens) + kConditionalBatch,
            /*num_proposals=*/0, /*num_uniforms=*/1),
        counts_(context.num_topics, 0),
        weights_(table_.pitch(), 0.0f),
        inverse_totals_(context.num_topics),
        inverse_other_totals_(context.num_topics),
        totals_delta_(context.num_topics) {}

  void BeginPass() override {
    for (TopicId k = 0; k < context_.num_topics; ++k) {
      inverse_totals_[k] = 1 / context_.totals[k];
      inverse_other_totals_[k] = 1 / (context_.totals[k] - 1);
    }
    word_moves_.Clear();
  }

  void Visit(std::span<const TokenView> tokens, const Block& block, std::uint32_t number,
             std::uint32_t begin, std::uint32_t end) override {
    uniforms_.Reset(context_.seed, RandomUse::kConditional, block.number, context_.iteration, 1);
    const std::span<const std::uint32_t> offsets = block.document_offsets;
    for (std::uint32_t d = begin; d < end; ++d) {
      const std::uint32_t next_end = d + 1 < end ? offsets[d + 2] : offsets[d + 1];
      Document(tokens[number], number, offsets[d], offsets[d + 1], next_end);
    }
  }

  TotalsDelta& totals_delta() override { return totals_delta_; }

 private:
  void SetWeight(TopicId topic) {
    weights_[topic] = (static_cast<float>(counts_[topic]) + prior_[topic]) * inverse_totals_[topic];
  }

  // Of tokens [begin, end) of a block; the next document's are [end, next_end).
  void Document(const TokenView& tokens, std::uint32_t block, std::uint32_t begin,
                std::uint32_t end, std::uint32_t next_end) {
    if (begin == end) return;
    const std::uint32_t* const records = context_.index->document_records(block).data();
    TopicId* const before = batch_.before.data();
    const std::uint32_t piece = context_.staged_tokens;

    ForEachPiece(begin, end, piece, [&](std::uint32_t first, std::uint32_t n) {
      tokens.GatherTopics(records + first, n, before);
      for (std::uint32_t i = 0; i < n; ++i) ++counts_[before[i]];
    });
    tokens.Prefetch({records + end, next_end - end});
    for (TopicId k = 0; k < context_.num_topics; ++k) SetWeight(k);
    ForEachPiece(begin, end, piece, [&](std::uint32_t first, std::uint32_t n) {
      if (end - begin > piece) tokens.GatherTopics(records + first, n, before);
      uniforms_.Read(*context_.kernels, first, first + n, batch_.pitch, batch_.uniforms.data());
      Draw(context_.index->document_words(block).subspan(first, n));
      tokens.ScatterTopics(records + first, n, batch_.after.data());
    });
    std::ranges::fill(counts_, 0);
  }

  // Draws for the staged tokens, which have these words.
  void Draw(std::span<const WordId> words) {
    PrefetchRows(words, 0);
    PrefetchRows(words, kConditionalBatch);
    for (std::uint32_t i = 0; i < words.size(); i += kConditionalBatch) {
      PrefetchRows(words, i + 2 * kConditionalBatch);
      Batch(words, i);
    }
  }

  // Rows of a batch's words, from number `first` on.
  void PrefetchRows(std::span<const WordId> words, std::uint32_t first) const {
    const std::size_t end = std::min<std::size_t>(words.size(), first + kConditionalBatch);
    for (std::size_t i = first; i < end; ++i) {
      if (i == 0 || words[i] != words[i - 1]) table_.Prefetch(words[i]);
    }
  }

  // What the token's own topic's share is without it, less what it is with it. A count that was
  // rounded down may be less than one.
  float OwnChange(WordId word, TopicId own) const {
    const ConditionalUnit unit = table_.unit(word);
    const auto of_word = static_cast<float>(table_.row(word)[own]);
    const float with = weights_[own] * (of_word + unit.beta);
    if (context_.word_prior != nullptr && context_.word_prior->is_frozen(own)) {
      // The document's count is all that the token is a part of.
      const float less = static_cast<float>(counts_[own] - 1) + prior_[own];
      return less * inverse_totals_[own] * (of_word + unit.beta) - with;
    }
    const float without =
        (static_cast<float>(counts_[own] - 1) + prior_[own]) * inverse_other_totals_[own];
    return without * (std::max(of_word - unit.one, 0.0f) + unit.beta) - with;
  }

  // Draws for a batch of the staged tokens, from number `first` on.
  void Batch(std::span<const WordId> staged, std::uint32_t first) {
    const auto n = std::min<std::size_t>(staged.size() - first, kConditionalBatch);
    const WordId* const words = staged.data() + first;
    const TopicId* const before = batch_.before.data() + first;
    TopicId* const after = batch_.after.data() + first;
    float own_change[kConditionalBatch] = {};
    for (std::size_t i = 0; i < n; ++i) own_change[i] = OwnChange(words[i], before[i]);
    const ConditionalTables tables = {weights_.data(), table_.rows(),  table_.shifts(),
                                      table_.units(),  table_.pitch(), context_.num_topics};
    context_.kernels->draw_conditionals(
        tables, {words, before, own_change, batch_.uniforms.data() + first}, n, after);
    // Listed first, without a branch on whether a token moved.
    WordMove moves[kConditionalBatch];
    std::size_t num_moves = 0;
    for (std::size_t i = 0; i < n; ++i) {
      moves[num_moves] = {words[i], static_cast<std::uint16_t>(before[i]),
                          static_cast<std::uint16_t>(after[i])};
      num_moves += before[i] != after[i] ? 1 : 0;
    }
    for (const WordMove& move : std::span(moves, num_moves)) {
      --counts_[move.from];
      ++counts_[move.to];
      SetWeight(move.from);
      SetWeight(move.to);
    }
    totals_delta_.Apply(std::span(moves, num_moves));
    word_moves_.Add({moves, num_moves});
  }

  const PassContext& context_;
  const ConditionalTable& table_;
  const std::vector<float>& prior_;
  WordMoves& word_moves_;
  TokenBatch batch_;
  std::vector<std::int32_t> counts_;         // [num_topics]; zero between documents
  std::vector<float> weights_;               // [table pitch]
  std::vector<float> inverse_totals_;        // [num_topics]: 1 / (n_k + beta_sum)
  std::vector<float> inverse_other_totals_;  // [num_topics]: the same with a token less
  TotalsDelta totals_delta_;
  RandomWindow uniforms_;
};

}  // namespace

std::unique_ptr<DocumentWorker> MakeConditionalWorker(const PassContext& context,
                                                      const std::vector<float>& prior,
                                                      WordMoves* moves) {
  return std::make_unique<ConditionalWorker>(context, prior, moves);
}

}  // namespace lightlda
