// What a run finds out of its state between iterations: priors, whether it is done, likelihoods.
#include <algorithm>
#include <numeric>

#include "base/progress.h"
#include "train/evaluation.h"
#include "train/judge.h"
#include "train/learn_priors.h"
#include "train/preview.h"
#include "train/schedule.h"
#include "train/train_run.h"

namespace lightlda {
namespace {

constexpr std::size_t kPreviewTopics = 8;
constexpr std::size_t kPreviewWords = 8;

}  // namespace

// All processes learn the same from the same sums. With the topics the priors are the state of the
// run, so they change at the end of an iteration.
Status TrainRun::LearnPriors() {
  const std::int64_t iteration = position_.full_iteration;
  const int interval = OptimizeInterval(config_);
  if (interval == 0 || iteration == 0 || iteration % interval != 0) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(TopicHistograms histograms, sampler_->CountTopicsOfDocuments());
  LIGHTLDA_RETURN_IF_ERROR(SumHistograms(team_.group, &histograms));
  priors_.alpha = LearnAlpha(std::move(priors_.alpha), histograms);
  sampler_->SetAlpha(priors_.alpha);
  if (!plan_.learns_beta) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const TokenHistogram cells,
                            CountWordTopicCells(sampler_.get(), team_.group));
  priors_.beta =
      LearnBeta(priors_.beta, cells, sampler_->topic_totals(), sampler_->options().num_words);
  sampler_->SetBeta(priors_.beta);
  return {};
}

// What is judged is the same in all processes, so they end together.
Status TrainRun::JudgeItself() {
  if (!plan_.ends_when_settled || !IsJudged(position_.full_iteration)) return {};
  if (!own_sample_) {
    LIGHTLDA_ASSIGN_OR_RETURN(own_sample_, OwnSample::Open(blocks_, config_.seed, team_.group));
  }
  Judgement judgement{position_.full_iteration, 0};
  LIGHTLDA_ASSIGN_OR_RETURN(
      judgement.log_likelihood_per_token,
      own_sample_->LogLikelihoodPerToken(priors_, sampler_.get(), team_.group, &pool_));
  progress_.judgements.push_back(judgement);
  if (!HasSettled(progress_.judgements)) return {};
  progress_.settled = true;
  progress_.num_iterations = position_.iteration;
  return observer_.Message("settled after " + std::to_string(position_.full_iteration) +
                           " iterations: twice as many would gain about " +
                           FormatFixed(*LastGain(progress_.judgements), 3) +
                           " in log-likelihood per token");
}

bool TrainRun::WantsLikelihood(std::int64_t iteration) const {
  return iteration == progress_.num_iterations || vote_.stop_is_certain() ||
         (config_.likelihood_interval > 0 && iteration % config_.likelihood_interval == 0);
}

IterationMetrics TrainRun::Measure(const RunPosition& position, double seconds) {
  const auto tokens = static_cast<double>(progress_.active_tokens);
  progress_.iteration = position.iteration;
  progress_.work += tokens / static_cast<double>(std::max<Count>(1, corpus_.num_tokens()));
  progress_.seconds += seconds;
  IterationMetrics metrics = LastMetrics();
  metrics.log_likelihood_per_token.reset();
  if (!progress_.judgements.empty() &&
      progress_.judgements.back().full_iteration == position.full_iteration) {
    metrics.sample_log_likelihood_per_token = progress_.judgements.back().log_likelihood_per_token;
  }
  metrics.tokens_per_second = seconds > 0 ? tokens / seconds : 0;
  metrics.exchanged_bytes_per_token = vote_.exchanged_bytes_per_token();
  metrics.waiting_share = vote_.waiting_share();
  if (OptimizeInterval(config_) > 0) {
    metrics.alpha_sum = std::accumulate(priors_.alpha.begin(), priors_.alpha.end(), 0.0);
    if (plan_.learns_beta) metrics.beta = priors_.beta;
  }
  return metrics;
}

Result<double> TrainRun::Evaluate() {
  if (likelihood_is_current_) return progress_.log_likelihood_per_token;
  const Vocabulary* words = active_level_ == 0 ? &corpus_.vocabulary() : nullptr;
  LIGHTLDA_ASSIGN_OR_RETURN(progress_.log_likelihood_per_token,
                            JointLogLikelihoodPerToken(sampler_.get(), team_.group, words));
  likelihood_is_current_ = true;
  return progress_.log_likelihood_per_token;
}

Status TrainRun::EvaluateHeldOut(IterationMetrics* metrics) {
  if (!held_out_) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(
      const double per_token,
      held_out_->LogLikelihoodPerToken(priors_, sampler_.get(), team_.group, &pool_));
  if (team_.is_leader()) metrics->held_out_log_likelihood_per_token = per_token;
  return {};
}

Status TrainRun::MaybePreview(const RunPosition& position) {
  // Topics of a few documents are noise.
  if (config_.preview_interval == 0 || position.stage > 0) return {};
  if (position.full_iteration % config_.preview_interval != 0) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<TopicPreview> preview,
                            MakePreview(sampler_.get(), team_.group, corpus_.vocabulary(),
                                        kPreviewTopics, kPreviewWords));
  return observer_.Tell([&](TrainObserver& observer) { observer.OnPreview(preview); });
}

// What is known of the last iteration from the progress alone.
IterationMetrics TrainRun::LastMetrics() const {
  IterationMetrics last;
  static_cast<RunPosition&>(last) = PlaceOf(plan_, progress_.iteration).position;
  last.num_iterations = progress_.num_iterations;
  last.active_documents = progress_.active_documents;
  last.active_tokens = progress_.active_tokens;
  last.work = progress_.work;
  last.seconds = progress_.seconds;
  last.log_likelihood_per_token = progress_.log_likelihood_per_token;
  return last;
}

}  // namespace lightlda
