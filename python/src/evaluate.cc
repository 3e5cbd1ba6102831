// How good models are.
#include "lightlda/evaluate.h"

#include <cstdint>

#include "bindings.h"

namespace lightlda::python {
namespace {

py::dict ScoresOf(const CoherenceScores& scores) {
  py::dict all;
  all["u_mass"] = scores.u_mass;
  all["c_uci"] = OrNone(scores.c_uci);
  all["c_npmi"] = OrNone(scores.c_npmi);
  all["c_v"] = OrNone(scores.c_v);
  return all;
}

// (mean, [topics]).
py::tuple CoherenceOf(const std::vector<std::vector<std::string>>& topics, const Corpus& reference,
                      std::size_t top_words, bool indirect, bool gensim_windows, bool in_order,
                      int num_threads) {
  CoherenceOptions options;
  options.top_words = top_words;
  options.indirect = indirect;
  options.gensim_windows = gensim_windows;
  options.in_order = in_order;
  options.num_threads = num_threads;
  const Coherence coherence = Must(Interruptible(
      [&](const StopToken& stop) { return EvaluateCoherence(topics, reference, options, stop); }));
  py::list of_topics;
  for (const CoherenceScores& scores : coherence.topics) of_topics.append(ScoresOf(scores));
  return py::make_tuple(ScoresOf(coherence.mean), of_topics);
}

py::dict Predict(const Model& model, const Corpus& held_out, const std::string& method,
                 std::uint64_t seed, int num_particles, int num_threads) {
  if (method != "completion" && method != "left_to_right") {
    throw StatusError(
        Status::Usage("`method`: expected completion or left_to_right, found " + method));
  }
  HeldOutOptions options;
  options.seed = seed;
  options.num_particles = num_particles;
  options.num_threads = num_threads;
  const HeldOutScore score = Must(Interruptible([&](const StopToken& stop) {
    return method == "completion" ? EvaluateCompletion(model, held_out, options, stop)
                                  : EvaluateLeftToRight(model, held_out, options, stop);
  }));
  py::dict all;
  all["num_documents"] = score.num_documents;
  all["num_tokens"] = score.num_tokens;
  all["num_unknown"] = score.num_unknown;
  all["log_likelihood_per_token"] = score.log_likelihood_per_token;
  all["perplexity"] = score.perplexity;
  return all;
}

}  // namespace

void BindEvaluate(py::module_& module) {
  module.def("coherence", &CoherenceOf);
  module.def("predict", &Predict);
  module.def("topic_diversity", [](const Model& model, std::size_t top_words) {
    return Released([&] { return TopicDiversity(model, top_words); });
  });
}

}  // namespace lightlda::python
