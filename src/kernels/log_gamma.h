// lgamma of counts, from a table where they are small, which most are.
#ifndef LIGHTLDA_KERNELS_LOG_GAMMA_H_
#define LIGHTLDA_KERNELS_LOG_GAMMA_H_

#include <cmath>
#include <cstdint>
#include <vector>

namespace lightlda {

// Thread-safe, unlike std::lgamma, which writes a global sign.
inline double LogGamma(double x) {
  int sign;
  return ::lgamma_r(x, &sign);
}

// n -> lgamma(n + prior) - lgamma(prior). Immutable; any number of threads.
class LogGammaRatio {
 public:
  explicit LogGammaRatio(double prior) : prior_(prior), at_prior_(LogGamma(prior)) {
    for (int n = 0; n < kTableSize; ++n) table_.push_back(LogGamma(n + prior) - at_prior_);
  }
  double operator()(std::int64_t n) const {
    return n < kTableSize ? table_[static_cast<std::size_t>(n)]
                          : LogGamma(static_cast<double>(n) + prior_) - at_prior_;
  }

 private:
  static constexpr int kTableSize = 256;
  double prior_;
  double at_prior_;
  std::vector<double> table_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_KERNELS_LOG_GAMMA_H_
