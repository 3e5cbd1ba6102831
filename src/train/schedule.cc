#include "train/schedule.h"

#include <algorithm>
#include <cmath>

#include "sampler/sampler.h"

namespace lightlda {
namespace {

// The deepest stage has at least this many tokens and documents. Smaller ones gain nothing more
// (docs/benchmarks.md).
constexpr double kMinStageTokens = 5'000;
constexpr Count kMinStageDocuments = 4;
// Iterations of a stage: so many while it is small, ...
constexpr int kGrowthIterations = 8;
// ... and fewer once it has more tokens a topic than this, because topics are settled by then and
// an iteration costs nearly as much as one on all documents.
constexpr double kSettledTokensPerTopic = 4'000;
constexpr double kMinSettledTopics = 1'000;  // fewer topics were not seen to settle sooner
constexpr int kSettledIterations = 6;        // then one less a doubling, ...
constexpr int kMinGrowthIterations = 4;      // ... to this
// Three reach given joint and held-out likelihoods sooner than two do, and about as soon as four,
// which take more memory. In growth, where memory is not the matter, four predict better.
constexpr int kAutoMhSteps = 3;
constexpr int kAutoGrowthMhSteps = 4;
// Where topics are settled, in growth's largest stages, which take most of its time.
constexpr int kSettledMhSteps = 2;
// Up to so many topics full conditionals, which take time in proportion to the topics, reach joint
// and held-out likelihoods sooner than proposals do ...
constexpr std::uint32_t kAutoConditionalTopics = 200;
// ... and as long as their table of all counts is small, or smaller than the tokens.
constexpr double kSmallTableBytes = 64 << 20;
constexpr double kTableBytesPerToken = 4;
// Tokens a topic from which on stale rows cost less than 0.5 % of the likelihood.
constexpr double kStaleTokensPerTopic = 32'768;

// The prior of words in a growth stage is in proportion to its tokens, nearly: each stage has this
// share of the next one's. On few tokens a small prior lets many topics take shape; on more of them
// a larger one loosens topics from the documents that they took shape on. What a stage of all
// documents would have is this many times the geometric mean of beta and of the mean count of a
// word in a topic; all stages are within a factor of beta.
constexpr double kGrowthBetaShare = 0.574;  // 2^-0.8
constexpr double kGrowthBeta = 1.2;
constexpr double kLeastGrowthBeta = 0.1;
constexpr double kMostGrowthBeta = 3.5;
// Full conditionals mix faster than proposals, so they recover from a larger prior sooner.
constexpr double kMostConditionalGrowthBeta = 10;

int AutoGrowthStages(const CorpusSize& size) {
  int stages = 0;
  while (static_cast<double>(size.tokens) / std::ldexp(1.0, stages + 1) >= kMinStageTokens &&
         DocumentsAtLevel(size.documents, stages + 1) >= kMinStageDocuments) {
    ++stages;
  }
  return stages;
}

int AutoGrowthIterations(Count tokens, std::uint32_t num_topics) {
  const double settled = kSettledTokensPerTopic * std::max<double>(kMinSettledTopics, num_topics);
  const double ratio = static_cast<double>(tokens) / settled;
  if (ratio <= 1) return kGrowthIterations;
  const int doublings = static_cast<int>(std::floor(std::log2(ratio)));
  return std::max(kMinGrowthIterations, kSettledIterations - doublings);
}

// Products and a square root alone, which every machine computes alike.
double AutoGrowthBeta(double beta, std::uint32_t num_topics, const CorpusSize& size, int level,
                      bool is_conditional) {
  const double cells = static_cast<double>(num_topics) * static_cast<double>(size.num_words);
  const double mean_count = static_cast<double>(size.tokens) / std::max(1.0, cells);
  double found = kGrowthBeta * std::sqrt(beta * mean_count);
  for (int l = 0; l < level; ++l) found *= kGrowthBetaShare;
  const double most = is_conditional ? kMostConditionalGrowthBeta : kMostGrowthBeta;
  return std::clamp(found, kLeastGrowthBeta * beta, most * beta);
}

// Of proposals, or 0.
int AutoMhSteps(std::uint32_t num_topics, const CorpusSize& size, int level, Count tokens) {
  const double most =
      std::max(kSmallTableBytes, kTableBytesPerToken * static_cast<double>(size.tokens));
  const bool is_conditional =
      num_topics <= kAutoConditionalTopics &&
      static_cast<double>(ConditionalTableBytes(size.num_words, num_topics)) <= most;
  if (is_conditional) return 0;
  if (level == 0) return kAutoMhSteps;
  const bool is_settled = AutoGrowthIterations(tokens, num_topics) < kGrowthIterations;
  return is_settled ? kSettledMhSteps : kAutoGrowthMhSteps;
}

}  // namespace

Count DocumentsAtLevel(Count documents, int level) {
  return (documents + (Count{1} << level) - 1) >> level;
}

std::vector<TrainPlan::Stage> MakeSchedule(const TrainConfig& config, const CorpusSize& size) {
  const int wanted = config.growth_stages < 0 ? AutoGrowthStages(size) : config.growth_stages;
  const int depth = std::min(wanted, size.max_level);
  std::vector<TrainPlan::Stage> stages;
  for (int level = depth; level >= 0; --level) {
    TrainPlan::Stage stage;
    stage.level = level;
    stage.documents = DocumentsAtLevel(size.documents, level);
    stage.tokens = level == 0 || size.documents == 0
                       ? size.tokens
                       : static_cast<Count>(static_cast<double>(size.tokens) *
                                            static_cast<double>(stage.documents) /
                                            static_cast<double>(size.documents));
    stage.mh_steps = config.mh_steps >= 0
                         ? config.mh_steps
                         : AutoMhSteps(config.num_topics, size, level, stage.tokens);
    if (level == 0) {
      stage.iterations = config.num_iterations;
      stage.beta = config.beta;
    } else {
      stage.iterations = config.growth_iterations > 0
                             ? config.growth_iterations
                             : AutoGrowthIterations(stage.tokens, config.num_topics);
      stage.beta = config.growth_beta > 0 ? config.growth_beta
                                          : AutoGrowthBeta(config.beta, config.num_topics, size,
                                                           level, stage.mh_steps == 0);
    }
    stages.push_back(stage);
  }
  return stages;
}

std::uint32_t UsableStaleness(std::uint32_t wanted, double num_tokens, std::uint32_t num_topics) {
  return num_tokens < kStaleTokensPerTopic * num_topics ? 0 : wanted;
}

}  // namespace lightlda
