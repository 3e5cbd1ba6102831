// Put before WarpLDA's sources by build.sh (-include): its likelihood, computed in every pass
// whether wanted or not, becomes a sum of zeros, which the compiler drops. The sampling is
// untouched.
#ifndef LIGHTLDA_BENCH_PEERS_NO_LIKELIHOOD_H_
#define LIGHTLDA_BENCH_PEERS_NO_LIKELIHOOD_H_

#include <cmath>
#include <random>

#define lgamma(x) 0

#endif  // LIGHTLDA_BENCH_PEERS_NO_LIKELIHOOD_H_
