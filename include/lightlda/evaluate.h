// How good a model is: how well its topics hang together, how well it predicts new documents.
#ifndef LIGHTLDA_EVALUATE_H_
#define LIGHTLDA_EVALUATE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/infer.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"

namespace lightlda {

// -- coherence

// The measures as gensim defines them (CoherenceModel: "u_mass", "c_uci", "c_npmi", "c_v"; Roeder,
// Both & Hinneburg, WSDM 2015), natural logarithms, epsilon 1e-12. Higher is better.
struct CoherenceScores {
  double u_mass = 0;  // Mimno et al. 2011: log conditional probability, windows are documents
  // Sliding windows of 10 words (c_uci, c_npmi) and of 110 (c_v). Absent for corpora of bags of
  // words, whose documents have no order, and c_v where it is not asked for.
  std::optional<double> c_uci;   // Newman et al. 2010: pointwise mutual information
  std::optional<double> c_npmi;  // Aletras & Stevenson 2013: the same, normalised, in [-1, 1]
  std::optional<double> c_v;     // indirect: cosine of the words' vectors of normalised PMI
};

struct CoherenceOptions {
  std::size_t top_words = 10;  // of a topic, from 2
  // Count windows as gensim does, which takes a word out of a window as soon as one of its
  // occurrences leaves. False: a word is in a window while any of them is.
  bool gensim_windows = false;
  // The tokens of the reference are in the order of their text although it is one of bags of words,
  // as in a corpus of CorpusBuilder::AddWords: its windows are counted, too.
  bool in_order = false;
  bool indirect = true;  // also c_v, which takes most of the time; else it is absent
  int num_threads = 0;   // 0: one per core. Does not change the result
};

struct Coherence {
  std::vector<CoherenceScores> topics;  // [topics]; of one with fewer than 2 words all are 0
  CoherenceScores mean;                 // over topics that have 2 words or more
  Count num_missing_words = 0;  // words of topics that the reference does not have: left out
};

// topics: the words of each, most probable first. reference: where they are counted; its tokens
// are the words it kept, so windows step over what was dropped. Errors: kUsage; kBadInput, also if
// the reference is damaged; kCancelled when `stop` was requested; kOutOfMemory.
LIGHTLDA_EXPORT Result<Coherence> EvaluateCoherence(
    std::span<const std::vector<std::string>> topics, const Corpus& reference,
    const CoherenceOptions& options = {}, const StopToken& stop = {});
// Of the most probable words of the model's topics.
LIGHTLDA_EXPORT Result<Coherence> EvaluateCoherence(const Model& model, const Corpus& reference,
                                                    const CoherenceOptions& options = {},
                                                    const StopToken& stop = {});

// The share of different words among the `top_words` most probable of all topics, in (0, 1]: 1 if
// no word is in two topics (Dieng, Ruiz & Blei 2020, with 25).
LIGHTLDA_EXPORT double TopicDiversity(const Model& model, std::size_t top_words = 25);

// The coherence of the model's topics, one record per topic: topic, u_mass, c_uci, c_npmi, c_v, and
// the words, separated by spaces; text ends with a line "mean". Absent scores are "-" in text, null
// in JSON, empty fields in tables. Errors: as EvaluateCoherence's; the sink's.
LIGHTLDA_EXPORT Status ExportCoherence(const Model& model, const Corpus& reference,
                                       const CoherenceOptions& options, ExportFormat format,
                                       const ExportSink& sink, const StopToken& stop = {});

// -- prediction

// How well a model predicts documents that it was not trained on.
struct HeldOutScore {
  Count num_documents = 0;  // of which tokens were predicted
  Count num_tokens = 0;     // predicted
  Count num_unknown = 0;    // tokens of the documents that the model does not know: left out
  double log_likelihood_per_token = 0;  // natural logarithm
  double perplexity = 0;                // exp(-log_likelihood_per_token)
};

struct HeldOutOptions {
  std::uint64_t seed = 1;  // completion: of the halving; left to right: of the particles
  int num_particles = 20;  // left to right: 1 to 10,000
  int num_threads = 0;     // 0: one per core. Does not change the result
  // Called from the calling thread now and then with the number of documents done. Null: not.
  std::function<void(Count num_documents)> progress;
};

// Held-out documents are read as InferDocuments reads them, or are those of a corpus, whose words
// are the model's by their names. The same tokens in the same order give the same score, bit for
// bit. Errors: as InferDocuments'; kUsage for options out of range; kBadInput, also for a corpus
// that has no word of the model, and for documents of which nothing can be predicted.

// By document completion (Wallach, Murray, Salakhutdinov & Mimno, ICML 2009): each token of a
// document goes to either half with equal chance, as a function of seed, document and token alone;
// theta is estimated from the first half by 50 steps of expectation maximisation; the score is the
// mean of log sum_k theta_k phi_wk over the tokens of the second halves.
LIGHTLDA_EXPORT Result<HeldOutScore> EvaluateCompletion(const Model& model,
                                                        const DocumentInput& input,
                                                        const HeldOutOptions& options = {},
                                                        StopToken stop = {});
LIGHTLDA_EXPORT Result<HeldOutScore> EvaluateCompletion(const Model& model, const Corpus& held_out,
                                                        const HeldOutOptions& options = {},
                                                        StopToken stop = {});

// From left to right (Wallach et al. 2009, algorithm 3): log p(w) is the sum over the tokens of
// log p(w_n | w_1 ... w_n-1), with phi and alpha of the model, estimated by particles, each with
// topics of the tokens so far, which are all drawn anew before every token. Unlike there, particles
// are resampled by how well they predicted a token (Gilks & Berzuini 2001), so that the estimate of
// p(w) has no bias for any number of them. A document's random numbers are a function of seed and
// its words. Takes time with the square of a document's length.
LIGHTLDA_EXPORT Result<HeldOutScore> EvaluateLeftToRight(const Model& model,
                                                         const DocumentInput& input,
                                                         const HeldOutOptions& options = {},
                                                         StopToken stop = {});
LIGHTLDA_EXPORT Result<HeldOutScore> EvaluateLeftToRight(const Model& model, const Corpus& held_out,
                                                         const HeldOutOptions& options = {},
                                                         StopToken stop = {});

}  // namespace lightlda

#endif  // LIGHTLDA_EVALUATE_H_
