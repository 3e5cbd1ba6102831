// The named workloads of lightlda-bench: a corpus, a model size and what to reach.
#ifndef LIGHTLDA_BENCH_WORKLOAD_H_
#define LIGHTLDA_BENCH_WORKLOAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lightlda/status.h"
#include "synthetic.h"

namespace lightlda::bench {

// Where a corpus comes from: files, or the generator.
struct CorpusSource {
  enum class Place { kCollection, kSourceTree, kSynthetic };
  std::string name;  // of the corpus directory in the scratch directory
  Place place = Place::kCollection;
  std::string documents;       // path in the collection or the source tree
  std::string vocabulary;      // likewise, or empty
  SyntheticOptions synthetic;  // for kSynthetic
};

// A joint log-likelihood per token to reach, and whose figure it is.
struct Target {
  double log_likelihood_per_token = 0;
  std::string peer;
};

struct Workload {
  std::string name;
  CorpusSource corpus;
  std::uint32_t num_topics = 0;  // alpha = 50 / num_topics, beta = 0.01
  // Throughput: iterations on all documents; the first ones are not counted.
  std::int64_t warmup_iterations = 5;
  std::int64_t timed_iterations = 15;
  // Quality: full iterations at most; the run ends earlier once every target is reached.
  std::int64_t max_iterations = 100;
  std::vector<Target> targets;  // ascending

  double alpha() const { return 50.0 / num_topics; }
  double beta() const { return 0.01; }
};

const std::vector<Workload>& AllWorkloads();

// Those of a comma-separated list, in its order; "all": all of them. Errors: kUsage.
Result<std::vector<Workload>> FindWorkloads(const std::string& names);

// The items of "a,b", without empty ones.
std::vector<std::string> SplitList(const std::string& text);

struct BenchPaths {
  std::string collection;   // directory of corpora
  std::string source_tree;  // top of lightlda's sources
  std::string scratch;      // corpus directories are made here once and kept
};

// Makes the corpus directory unless it is there already, and returns its path. Errors: those of
// Preprocess, and kCannotWrite.
Result<std::string> PrepareCorpus(const CorpusSource& source, const BenchPaths& paths);

}  // namespace lightlda::bench

#endif  // LIGHTLDA_BENCH_WORKLOAD_H_
