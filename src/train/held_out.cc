#include "train/held_out.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/rng.h"
#include "collective/agreement.h"
#include "eval/completion.h"
#include "eval/held_out_documents.h"
#include "lightlda/corpus.h"

namespace lightlda {
namespace {

// The halves are those of EvaluateCompletion's default.
constexpr std::uint32_t kSeed = 1;
// Keeps these numbers apart from others that are drawn with the same seed.
constexpr std::uint32_t kDomain = 0x4556414C;  // "EVAL"
constexpr std::size_t kFewestTokens = 2;       // that can be halved

std::uint64_t HashOf(std::uint64_t number) {
  const PhiloxBlock hash = Philox(
      {static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32), kDomain, 0},
      {kSeed, 0});
  return (std::uint64_t{hash[1]} << 32) | hash[0];
}

struct Sampled {
  std::uint64_t hash;
  std::uint64_t number;
  std::vector<WordId> words;
};

// Keeps the documents with the smallest hashes, as a heap with the largest of these first.
class SmallestHashes {
 public:
  void Offer(std::uint64_t number, std::span<const WordId> words) {
    const std::uint64_t hash = HashOf(number);
    const bool full = kept_.size() == HeldOutSample::kMostDocuments;
    if (full && hash >= kept_.front().hash) return;
    if (full) {
      std::ranges::pop_heap(kept_, {}, &Sampled::hash);
      kept_.pop_back();
    }
    kept_.push_back({hash, number, {words.begin(), words.end()}});
    std::ranges::push_heap(kept_, {}, &Sampled::hash);
  }

  // In the order of the corpus.
  std::vector<Sampled> Take() {
    std::ranges::sort(kept_, {}, &Sampled::number);
    return std::move(kept_);
  }

 private:
  std::vector<Sampled> kept_;
};

}  // namespace

Result<HeldOutSample> HeldOutSample::Open(const std::string& directory,
                                          const Vocabulary& vocabulary, ProcessGroup* group) {
  HeldOutSample sample;
  LIGHTLDA_RETURN_IF_ERROR(
      Agree(group, group->rank() == 0 ? sample.Read(directory, vocabulary) : Status()));
  std::vector<WordId> words;
  for (const auto& document : sample.documents_) {
    words.insert(words.end(), document.begin(), document.end());
  }
  LIGHTLDA_ASSIGN_OR_RETURN(sample.rows_, SampleRows::Make(std::move(words), group));
  return sample;
}

Status HeldOutSample::Read(const std::string& directory, const Vocabulary& vocabulary) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, Corpus::Open(directory));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto ids, MatchWords(corpus, vocabulary));
  SmallestHashes smallest;
  std::uint64_t number = 0;
  LIGHTLDA_RETURN_IF_ERROR(ReadCorpusDocuments(corpus, ids, {}, [&](const DocumentBatch& batch) {
    for (std::size_t d = 0; d < batch.size(); ++d, ++number) {
      if (batch.Words(d).size() >= kFewestTokens) smallest.Offer(number, batch.Words(d));
    }
    return Status();
  }));
  for (Sampled& document : smallest.Take()) {
    numbers_.push_back(document.number);
    documents_.push_back(std::move(document.words));
  }
  if (!documents_.empty()) return {};
  return Status::BadInput(directory + ": no document has two tokens that the model knows");
}

Result<double> HeldOutSample::LogLikelihoodPerToken(const Priors& priors, Sampler* sampler,
                                                    ProcessGroup* group, ThreadPool* pool) {
  LIGHTLDA_RETURN_IF_ERROR(rows_.Read(sampler, group));
  if (group->rank() != 0) return 0.0;
  CompletionOptions options;
  options.seed = kSeed;
  options.numbers = numbers_;
  return DocumentCompletion(rows_.ModelOf(priors), documents_, options, pool)
      .log_likelihood_per_token;
}

}  // namespace lightlda
