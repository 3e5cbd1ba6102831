#include "train/own_sample.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/rng.h"
#include "lightlda/model.h"

namespace lightlda {
namespace {

// Keeps these numbers apart from others that are drawn with the same seed.
constexpr std::uint32_t kDomain = 0x4F574E53;  // "OWNS"
constexpr std::uint32_t kFewestTokens = 2;     // that can be halved

// A document that may be of the sample.
struct Candidate {
  std::uint64_t hash;
  std::uint32_t block;     // Block::number
  std::uint32_t document;  // in the block

  // By which documents of one corpus are told apart.
  std::uint64_t number() const { return (std::uint64_t{block} << 32) | document; }
  friend auto operator<=>(const Candidate&, const Candidate&) = default;
};
static_assert(sizeof(Candidate) == 16, "travels as bytes, none of which are padding");

std::uint64_t HashOf(std::uint32_t block, std::uint32_t document, std::uint64_t seed) {
  const PhiloxBlock hash =
      Philox({block, document, kDomain, 0},
             {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  return (std::uint64_t{hash[1]} << 32) | hash[0];
}

void KeepSmallest(std::vector<Candidate>* candidates) {
  std::ranges::sort(*candidates);
  if (candidates->size() > OwnSample::kMostDocuments) {
    candidates->resize(OwnSample::kMostDocuments);
  }
}

std::vector<Candidate> CandidatesOf(std::span<const std::unique_ptr<const Block>> blocks,
                                    std::uint64_t seed) {
  std::vector<Candidate> kept;
  for (const auto& block : blocks) {
    for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
      if (block->document_offsets[d + 1] - block->document_offsets[d] < kFewestTokens) continue;
      kept.push_back({HashOf(block->number, d, seed), block->number, d});
      if (kept.size() >= 4 * OwnSample::kMostDocuments) KeepSmallest(&kept);
    }
  }
  KeepSmallest(&kept);
  return kept;
}

template <typename T>
std::string BytesOf(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

// Those of all processes, by block and document.
Result<std::vector<Candidate>> Choose(const std::vector<Candidate>& mine, ProcessGroup* group) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> all,
                            group->AllGather(BytesOf(std::span<const Candidate>(mine))));
  std::vector<Candidate> chosen;
  for (const std::string& bytes : all) {
    const std::size_t before = chosen.size();
    const std::size_t more = bytes.size() / sizeof(Candidate);
    chosen.resize(before + more);
    std::memcpy(chosen.data() + before, bytes.data(), more * sizeof(Candidate));
  }
  KeepSmallest(&chosen);
  std::ranges::sort(chosen, {}, &Candidate::number);
  return chosen;
}

// Numbers of a document as they travel: its index in the sample, how many there are, these.
void PutNumbers(std::uint32_t index, std::span<const std::uint32_t> numbers, std::string* bytes) {
  const std::uint32_t head[] = {index, static_cast<std::uint32_t>(numbers.size())};
  *bytes += BytesOf(std::span<const std::uint32_t>(head)) + BytesOf(numbers);
}

// Calls take(index, numbers) for each that another process put; what it says is not taken on trust.
template <typename Take>
Status TakeNumbers(std::string_view bytes, std::size_t num_documents, Take&& take) {
  std::vector<std::uint32_t> numbers;
  while (!bytes.empty()) {
    std::uint32_t head[2] = {};
    if (bytes.size() < sizeof(head)) return Status::Failure("a document that was cut");
    std::memcpy(head, bytes.data(), sizeof(head));
    bytes.remove_prefix(sizeof(head));
    if (head[0] >= num_documents) return Status::Failure("a document that nobody asked for");
    if (bytes.size() / sizeof(std::uint32_t) < head[1]) {
      return Status::Failure("a document that was cut");
    }
    numbers.resize(head[1]);
    std::memcpy(numbers.data(), bytes.data(), head[1] * sizeof(std::uint32_t));
    bytes.remove_prefix(head[1] * sizeof(std::uint32_t));
    LIGHTLDA_RETURN_IF_ERROR(take(head[0], numbers));
  }
  return {};
}

std::vector<WordId> WordsOf(const Block& block, std::uint32_t document) {
  std::vector<WordId> words;
  const auto begins = block.word_offsets;
  for (std::uint32_t i = block.document_offsets[document]; i < block.document_offsets[document + 1];
       ++i) {
    const auto next = std::ranges::upper_bound(begins, block.positions[i]);
    words.push_back(static_cast<WordId>(next - begins.begin() - 1));
  }
  return words;
}

}  // namespace

Result<OwnSample> OwnSample::Open(std::span<const std::unique_ptr<const Block>> blocks,
                                  std::uint64_t seed, ProcessGroup* group) {
  OwnSample sample;
  sample.seed_ = seed;
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Candidate> chosen,
                            Choose(CandidatesOf(blocks, seed), group));
  std::vector<std::pair<DocumentPlace, std::uint32_t>> mine;
  for (std::uint32_t b = 0; b < blocks.size(); ++b) {
    for (std::uint32_t i = 0; i < chosen.size(); ++i) {
      if (chosen[i].block == blocks[b]->number) mine.push_back({{b, chosen[i].document}, i});
    }
  }
  std::string words;
  for (const auto& [place, index] : mine) {
    sample.places_.push_back(place);
    sample.indices_.push_back(index);
    PutNumbers(index, WordsOf(*blocks[place.block], place.document), &words);
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> all, group->AllGather(words));
  std::vector<WordId> all_words;
  sample.documents_.resize(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    sample.documents_[i].number = chosen[i].number();
  }
  for (const std::string& bytes : all) {
    LIGHTLDA_RETURN_IF_ERROR(
        TakeNumbers(bytes, chosen.size(), [&](std::size_t index, const std::vector<WordId>& taken) {
          sample.documents_[index].words = taken;
          all_words.insert(all_words.end(), taken.begin(), taken.end());
          return Status();
        }));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(sample.rows_, SampleRows::Make(std::move(all_words), group));
  return sample;
}

Status OwnSample::ReadTopics(const Sampler& sampler, ProcessGroup* group) {
  std::vector<std::vector<TopicId>> mine(places_.size());
  LIGHTLDA_RETURN_IF_ERROR(
      sampler.ReadDocuments(places_, [&](std::size_t i, std::span<const TopicId> topics) {
        mine[i].assign(topics.begin(), topics.end());
      }));
  std::string bytes;
  for (std::size_t i = 0; i < mine.size(); ++i) PutNumbers(indices_[i], mine[i], &bytes);
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> all, group->AllGather(bytes));
  const std::uint32_t num_topics = sampler.options().num_topics;
  for (const std::string& bytes_of_one : all) {
    LIGHTLDA_RETURN_IF_ERROR(TakeNumbers(
        bytes_of_one, documents_.size(),
        [&](std::size_t index, const std::vector<TopicId>& topics) -> Status {
          OwnDocument& document = documents_[index];
          if (topics.size() != document.words.size()) return Status::Failure("topics are missing");
          const bool in_range =
              std::ranges::all_of(topics, [&](TopicId topic) { return topic < num_topics; });
          if (!in_range) return Status::Failure("a topic out of range");
          document.topics = topics;
          const WordPrior* const prior = sampler.options().word_prior;
          for (TopicId& topic : document.topics) {
            if (prior != nullptr && prior->is_frozen(topic)) topic = Model::kNoTopic;
          }
          return {};
        }));
  }
  return {};
}

Result<double> OwnSample::LogLikelihoodPerToken(const Priors& priors, Sampler* sampler,
                                                ProcessGroup* group, ThreadPool* pool) {
  LIGHTLDA_RETURN_IF_ERROR(ReadTopics(*sampler, group));
  LIGHTLDA_RETURN_IF_ERROR(rows_.Read(sampler, group));
  double found[] = {0};
  if (group->rank() == 0) {
    found[0] = CompleteOwnDocuments(rows_.ModelOf(priors), documents_, seed_, pool)
                   .log_likelihood_per_token;
  }
  LIGHTLDA_RETURN_IF_ERROR(group->Sum(std::span<double>(found)));  // 0 but in the leader: exact
  return found[0];
}

}  // namespace lightlda
