#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "sampler/conditional_table.h"
#include "table/registers.h"

namespace lightlda {
namespace {

// The deepest stage has at least this many tokens and documents. Smaller ones gain nothing more
// (docs/growth.md).
// Where an alpha that is learned begins, and how often it is: docs/lab/020-learned-alpha.md.
constexpr double kStartAlpha = 0.1;
constexpr double kStartBeta = 0.01;
constexpr int kOptimizeInterval = 5;
// Where most corpora have settled (docs/lab/023-when-to-stop.md).
constexpr std::int64_t kMostAutoIterations = 1'000;

constexpr Count kMinStageTokens = 5'000;
constexpr Count kMinStageDocuments = 4;
// With more than so many tokens per topic a stage's topics are settled.
constexpr double kSettledTokensPerTopic = 4'000;
// With proposals topics take shape in the largest stage of at most so many tokens per topic.
constexpr double kShapingTokensPerTopic = 1'200;
constexpr double kMinShapedTopics = 1'000;  // fewer topics were not seen to settle sooner
// Iterations of that stage, of the next smaller and larger ones, and of the rest. Small stages cost
// little; large ones nearly as much as iterations over all documents.
constexpr int kShapingIterations = 16;
constexpr int kNearShapingIterations = 12;
constexpr int kSmallStageIterations = 8;
constexpr int kLargeStageIterations = 4;
// With full conditionals: so many while a stage is not settled, then fewer.
constexpr int kConditionalGrowthIterations = 8;
constexpr int kSettledConditionalIterations = 6;    // then one less a doubling, ...
constexpr int kMinConditionalGrowthIterations = 4;  // ... to this
// Three reach given joint and held-out likelihoods sooner than two do, and about as soon as four,
// which take more memory.
constexpr int kAutoMhSteps = 3;
// In growth's settled stages, which take most of its time.
constexpr int kSettledMhSteps = 2;
// Up to so many topics full conditionals, which take time in proportion to the topics, reach joint
// and held-out likelihoods sooner than proposals do ...
constexpr std::uint32_t kAutoConditionalTopics = 200;
// ... and as long as their table of all counts is small, or smaller than the tokens.
constexpr double kSmallTableBytes = 32 << 20;
constexpr double kTableBytesPerToken = 2;
// Iterations over all documents that exchange twice at any staleness: when all documents have just
// joined topics change most, and stale rows would cost more iterations than they save time. Full
// conditionals move more tokens in each (docs/distributed.md#staleness).
constexpr std::uint32_t kFreshProposalIterations = 4;
constexpr std::uint32_t kFreshConditionalIterations = 10;
// Where processes exchange once, what is pulled late holds more of what others have pushed in this
// pass: a sixth of the slices are pulled ahead, two at least.
constexpr std::uint32_t kSlicesPerStaleAhead = 6;
constexpr std::uint32_t kLeastStaleAhead = 2;
// Tokens per topic from which on stale rows cost less than 0.5 % of the likelihood.
constexpr double kStaleTokensPerTopic = 32'768;

// The prior of words in a growth stage: what one of all documents would have is `scale` times the
// geometric mean of beta and of the mean count of a word in a topic, and each stage has `share` of
// the next one's. On few tokens a small prior lets many topics take shape; on more of them a larger
// one loosens topics from the documents that they took shape on. All are within factors of beta.
struct GrowthPrior {
  double scale;
  double share;
  double most;  // times beta
};
constexpr GrowthPrior kProposalPrior = {1.2, 0.5, 6};
// Full conditionals mix faster than proposals, so they recover from a larger prior sooner.
constexpr GrowthPrior kConditionalPrior = {1.2, 0.574, 10};
// Documents with so many tokens on average are long: papers and articles, not abstracts, news and
// mail. They hold on to the topics that took shape on the first of them, so that larger priors, of
// topics too, and fewer iterations once topics have many tokens make a better model sooner.
constexpr double kLongDocumentTokens = 500;
constexpr GrowthPrior kLongDocumentsPrior = {1.75, 0.574, 16};
constexpr double kLongDocumentsAlphaScale = 2.2;
constexpr double kManyTokensPerTopic = 8'000;
constexpr double kLeastGrowthBeta = 0.1;

// Where topics have many documents a larger prior loosens them from the first ones; where they have
// few they would not form. The scale above is for up to so many documents per topic; then its
// square grows by itself for each step of them.
constexpr double kFewDocumentsPerTopic = 50;
constexpr double kDocumentsStep = 10;
constexpr double kMostDocumentsFactor = 6;
// In growth no topic is proposed from alpha. A larger one in the acceptances makes up for it, more
// so in short documents, of which alpha is a large part.
constexpr double kLeastAlphaScale = 2;
constexpr double kMostAlphaScale = 6;
constexpr double kAlphaScalePerShare = 6;  // of alpha_sum in n_d

int AutoGrowthStages(const CorpusSize& size) {
  for (int stages = 0;; ++stages) {
    const LevelInfo next = DownFromLevel(size, stages + 1);
    if (next.num_tokens < kMinStageTokens || next.num_documents < kMinStageDocuments) return stages;
  }
}

double ShapedTopics(std::uint32_t num_topics) {
  return std::max<double>(kMinShapedTopics, num_topics);
}
double SettledTokens(std::uint32_t num_topics) {
  return kSettledTokensPerTopic * ShapedTopics(num_topics);
}

// Of proposals, for the stage of level `level`.
int AutoGrowthIterations(const CorpusSize& size, std::uint32_t num_topics, int level) {
  const double most = kShapingTokensPerTopic * ShapedTopics(num_topics);
  int shaping = 1;
  while (static_cast<double>(DownFromLevel(size, shaping).num_tokens) > most) ++shaping;
  if (level == shaping) return kShapingIterations;
  if (std::abs(level - shaping) == 1) return kNearShapingIterations;
  return level > shaping ? kSmallStageIterations : kLargeStageIterations;
}

// Of the user's alpha, for proposals.
double AutoAlphaScale(const TrainConfig& config, const CorpusSize& size) {
  const double alpha_sum =
      config.alpha_vector.empty()
          ? StartAlpha(config) * config.num_topics
          : std::accumulate(config.alpha_vector.begin(), config.alpha_vector.end(), 0.0);
  const double share = alpha_sum * static_cast<double>(size.documents) /
                       static_cast<double>(std::max<Count>(1, size.tokens));
  return std::min(kLeastAlphaScale + kAlphaScalePerShare * share, kMostAlphaScale);
}

GrowthPrior ProposalPrior(const CorpusSize& size, std::uint32_t num_topics) {
  const double per_topic = static_cast<double>(size.documents) / ShapedTopics(num_topics);
  const double factor = 1 + (per_topic - kFewDocumentsPerTopic) / kDocumentsStep;
  GrowthPrior prior = kProposalPrior;
  prior.scale *= std::sqrt(std::clamp(factor, 1.0, kMostDocumentsFactor));
  return prior;
}

bool HasLongDocuments(const CorpusSize& size) {
  return static_cast<double>(size.tokens) >=
         kLongDocumentTokens * static_cast<double>(size.documents);
}

// Of full conditionals, for a stage of so many tokens.
int AutoConditionalIterations(const CorpusSize& size, Count tokens, std::uint32_t num_topics) {
  if (HasLongDocuments(size)) {
    return static_cast<double>(tokens) > kManyTokensPerTopic * num_topics
               ? kMinConditionalGrowthIterations
               : kConditionalGrowthIterations;
  }
  const double ratio = static_cast<double>(tokens) / SettledTokens(num_topics);
  if (ratio <= 1) return kConditionalGrowthIterations;
  const int doublings = static_cast<int>(std::floor(std::log2(ratio)));
  return std::max(kMinConditionalGrowthIterations, kSettledConditionalIterations - doublings);
}

// Products and a square root alone, which every machine computes alike.
double AutoGrowthBeta(double beta, std::uint32_t num_topics, const CorpusSize& size, int level,
                      const GrowthPrior& prior) {
  const double cells = static_cast<double>(num_topics) * static_cast<double>(size.num_words);
  const double mean_count = static_cast<double>(size.tokens) / std::max(1.0, cells);
  double found = prior.scale * std::sqrt(beta * mean_count);
  for (int l = 0; l < level; ++l) found *= prior.share;
  return std::clamp(found, kLeastGrowthBeta * beta, prior.most * beta);
}

// Of proposals, or 0 for full conditionals.
int AutoMhSteps(std::uint32_t num_topics, const CorpusSize& size, int level, Count tokens) {
  const double most =
      std::max(kSmallTableBytes, kTableBytesPerToken * static_cast<double>(size.tokens));
  const bool is_conditional =
      num_topics <= kAutoConditionalTopics &&
      static_cast<double>(ConditionalTable::Bytes(size.num_words, num_topics)) <= most;
  if (is_conditional) return 0;
  const bool is_settled = level > 0 && static_cast<double>(tokens) > SettledTokens(num_topics);
  return is_settled ? kSettledMhSteps : kAutoMhSteps;
}

// What the configuration does not say about a growth stage.
void SetAutoGrowth(const TrainConfig& config, const CorpusSize& size, PlanDetails::Stage* stage) {
  if (stage->draws == Draws::kConditionals) {
    const bool is_long = HasLongDocuments(size);
    stage->iterations = AutoConditionalIterations(size, stage->tokens, config.num_topics);
    stage->alpha_scale = is_long ? kLongDocumentsAlphaScale : 1;
    stage->beta = AutoGrowthBeta(StartBeta(config), config.num_topics, size, stage->level,
                                 is_long ? kLongDocumentsPrior : kConditionalPrior);
    return;
  }
  stage->iterations = AutoGrowthIterations(size, config.num_topics, stage->level);
  stage->alpha_scale = AutoAlphaScale(config, size);
  stage->beta = AutoGrowthBeta(StartBeta(config), config.num_topics, size, stage->level,
                               ProposalPrior(size, config.num_topics));
}

// Whether training on `active` before `next` is a stage of its own. Small corpora have levels
// without documents, and documents may have no tokens.
bool IsStage(const LevelInfo& active, const LevelInfo& next) {
  return active.num_tokens > 0 && active.num_tokens < next.num_tokens;
}

}  // namespace

LevelInfo DownFromLevel(const CorpusSize& size, int level) {
  LevelInfo sum;
  for (std::size_t l = static_cast<std::size_t>(level); l < size.levels.size(); ++l) {
    sum.num_documents += size.levels[l].num_documents;
    sum.num_tokens += size.levels[l].num_tokens;
  }
  return sum;
}

std::vector<PlanDetails::Stage> MakeSchedule(const TrainConfig& config, const CorpusSize& size) {
  // Topics of a model need no growth to take shape.
  const int automatic = config.init_model.empty() ? AutoGrowthStages(size) : 0;
  const int wanted = config.growth_stages < 0 ? automatic : config.growth_stages;
  const int depth = std::min(wanted, static_cast<int>(size.levels.size()) - 1);
  std::vector<PlanDetails::Stage> stages;
  for (int level = depth; level >= 0; --level) {
    const LevelInfo sum = DownFromLevel(size, level);
    if (level > 0 && !IsStage(sum, DownFromLevel(size, level - 1))) continue;
    PlanDetails::Stage stage;
    stage.level = level;
    stage.documents = sum.num_documents;
    stage.tokens = sum.num_tokens;
    stage.mh_steps = config.mh_steps >= 0
                         ? config.mh_steps
                         : AutoMhSteps(config.num_topics, size, level, stage.tokens);
    stage.draws = DrawsOf(stage.mh_steps);
    if (level == 0) {
      stage.iterations = MostIterations(config);
      stage.beta = StartBeta(config);
    } else {
      SetAutoGrowth(config, size, &stage);
      if (config.growth_iterations > 0) stage.iterations = config.growth_iterations;
      if (config.growth_beta > 0) stage.beta = config.growth_beta;
    }
    stages.push_back(stage);
  }
  return stages;
}

std::uint32_t UsableStaleness(std::uint32_t wanted, double num_tokens, std::uint32_t num_topics) {
  return num_tokens < kStaleTokensPerTopic * num_topics ? 0 : wanted;
}

double StartAlpha(const TrainConfig& config) {
  return config.alpha != 0 ? config.alpha : kStartAlpha;
}

double StartBeta(const TrainConfig& config) { return config.beta != 0 ? config.beta : kStartBeta; }

std::int64_t MostIterations(const TrainConfig& config) {
  return config.num_iterations != 0 ? config.num_iterations : kMostAutoIterations;
}

int OptimizeInterval(const TrainConfig& config) {
  if (config.optimize_interval >= 0) return config.optimize_interval;
  const bool given = config.alpha != 0 || !config.alpha_vector.empty();
  return given ? 0 : kOptimizeInterval;
}

Draws DrawsOf(int mh_steps) { return mh_steps == 0 ? Draws::kConditionals : Draws::kProposals; }

StageSettings SettingsOf(const PlanDetails& plan, const PlanDetails::Stage& stage) {
  StageSettings settings;
  settings.level = stage.level;
  settings.draws = stage.draws;
  settings.mh_steps = stage.mh_steps;
  settings.beta = stage.level > 0 ? stage.beta : 0;  // all documents have the state's
  settings.alpha_scale = stage.alpha_scale;
  settings.streamed = stage.streamed;
  if (plan.num_shards == 0) return settings;
  // While the model grows topics take shape from few tokens.
  const bool is_stale = plan.staleness > 0 && stage.level == 0;
  settings.exchange = is_stale ? ExchangeMode::kOnce : ExchangeMode::kTwice;
  settings.fresh_iterations =
      stage.draws == Draws::kConditionals ? kFreshConditionalIterations : kFreshProposalIterations;
  return settings;
}

std::uint32_t SlicesAhead(std::uint32_t num_slices, ExchangeMode mode) {
  const std::uint32_t most = SliceRegisters::For(num_slices).ahead;
  if (mode == ExchangeMode::kTwice) return most;
  return std::min(most, std::max(num_slices / kSlicesPerStaleAhead, kLeastStaleAhead));
}

}  // namespace lightlda
