// Learning the priors from the topics that tokens have: alpha, of topics in documents, and beta, of
// words in topics.
#ifndef LIGHTLDA_TRAIN_LEARN_PRIORS_H_
#define LIGHTLDA_TRAIN_LEARN_PRIORS_H_

#include <span>
#include <vector>

#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "sampler/sampler.h"
#include "sampler/topic_histograms.h"

namespace lightlda {

// A better alpha, [num_topics], each above 0: rounds of Minka's fixed point (Minka, "Estimating a
// Dirichlet distribution", 2000, eq. 55), with Wallach's histograms and a Gamma prior of shape
// 1.001 and scale 1 on every alpha_k, which keeps it above 0 where a topic has no tokens:
//
//   alpha_k  <-  (alpha_k S_k + 0.001) / (S + 1)
//   S_k = sum_d psi(n_dk + alpha_k) - psi(alpha_k),  S = sum_d psi(n_d + alpha_sum) -
//   psi(alpha_sum)
//
// An asymmetric alpha with a symmetric beta is what predicts best (Wallach, Mimno & McCallum,
// 2009). A function of its arguments alone. REQUIRES: alpha as many as topics, each above 0.
std::vector<double> LearnAlpha(std::vector<double> alpha, const TopicHistograms& histograms);

// A better beta, above 0, by the same fixed point and the same Gamma prior:
//
//   beta  <-  (beta S + 0.001) / (V T + 1)
//   S = sum_wk psi(n_wk + beta) - psi(beta),  T = sum_k psi(n_k + beta V) - psi(beta V)
//
// counts: the n_wk above 0. A function of its arguments alone. REQUIRES: beta above 0.
double LearnBeta(double beta, const TokenHistogram& counts, std::span<const Count> topic_totals,
                 std::size_t num_words);

// How many cells of the word-topic table have a count, over all samplers of the group. A collective
// call between clocks: leaves every sampler's topic_totals up to date, and no process returns
// before all have read the rows. Errors: the sampler's and the group's.
Result<TokenHistogram> CountWordTopicCells(Sampler* sampler, ProcessGroup* group);

// Replaces the histograms by their sums over all processes. Errors: the group's.
Status SumHistograms(ProcessGroup* group, TopicHistograms* histograms);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_LEARN_PRIORS_H_
