// The document side of the joint likelihood (Griffiths and Steyvers 2004, eq. 3).
#ifndef LIGHTLDA_SAMPLER_DOCUMENT_LIKELIHOOD_H_
#define LIGHTLDA_SAMPLER_DOCUMENT_LIKELIHOOD_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/log_gamma.h"
#include "lightlda/types.h"
#include "sampler/topic_counter.h"

namespace lightlda {

// log p(z of a document | alpha). Immutable; any number of threads. `alpha` must outlive it.
class DocumentLikelihood {
 public:
  explicit DocumentLikelihood(const std::vector<double>& alpha)
      : alpha_(alpha),
        symmetric_(std::ranges::all_of(alpha, [&](double a) { return a == alpha[0]; })),
        symmetric_ratio_(alpha[0]) {
    for (const double a : alpha) alpha_sum_ += a;
  }

  double Of(TopicCounter& counts, std::uint32_t num_tokens) const {
    double sum = LogGamma(alpha_sum_) - LogGamma(alpha_sum_ + num_tokens);
    counts.ForEach([&](TopicId topic, std::int32_t count) { sum += Ratio(topic, count); });
    return sum;
  }

 private:
  double Ratio(TopicId topic, std::int32_t count) const {
    return symmetric_ ? symmetric_ratio_(count)
                      : LogGamma(count + alpha_[topic]) - LogGamma(alpha_[topic]);
  }

  const std::vector<double>& alpha_;
  bool symmetric_;
  LogGammaRatio symmetric_ratio_;
  double alpha_sum_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_DOCUMENT_LIKELIHOOD_H_
