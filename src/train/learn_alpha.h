// Learning alpha, the prior of topics in documents, from the topics that tokens have.
#ifndef LIGHTLDA_TRAIN_LEARN_ALPHA_H_
#define LIGHTLDA_TRAIN_LEARN_ALPHA_H_

#include <span>
#include <vector>

#include "lightlda/process_group.h"
#include "lightlda/status.h"
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

// Replaces the histograms by their sums over all processes. Errors: the group's.
Status SumHistograms(ProcessGroup* group, TopicHistograms* histograms);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_LEARN_ALPHA_H_
