// log p(w) of a document under a model, estimated from left to right by particles.
//
// Wallach, Murray, Salakhutdinov & Mimno 2009, algorithm 3:
//   p(w) = prod_n p(w_n | w_1 ... w_n-1),  p(w_n | w_<n, z_<n) = sum_k phi_{w_n,k} theta_k,
//   theta_k = (n_k + alpha_k) / (n - 1 + alpha_sum),
// where n_k of the tokens before n have the topic k. Each particle has topics z_<n; before each
// token it draws all of them anew, one after the other, each from its conditional; the factor is
// the mean over the particles. There the particles stay what they are, although those that make w_n
// likely are more likely themselves. Here they are resampled in proportion to p(w_n | w_<n, z_<n)
// before z_n is drawn, as in a particle filter with Gibbs moves (Gilks & Berzuini 2001). The
// product's expectation is then p(w), for any number of particles.
#ifndef LIGHTLDA_EVAL_LEFT_TO_RIGHT_H_
#define LIGHTLDA_EVAL_LEFT_TO_RIGHT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "infer/phi_rows.h"
#include "lightlda/types.h"

namespace lightlda {

// Not thread-safe: one per thread; they may share the rows. Memory: 4 bytes per topic and particle.
class LeftToRight {
 public:
  // `phi` must outlive it. REQUIRES: num_particles >= 1.
  LeftToRight(const PhiRows* phi, int num_particles);

  // The estimate of log p(words); 0 without words. A function of phi, number of particles, seed and
  // words alone. Time: particles x words^2 x the topics that a word has. REQUIRES: words below
  // phi's number of words.
  double LogLikelihood(std::span<const WordId> words, std::uint64_t seed);

 private:
  struct Particle {
    std::vector<TopicId> topics;        // of the tokens so far
    std::vector<std::uint32_t> counts;  // n_k, [num_topics]; all 0 between calls
    double shared = 0;                  // sum over these tokens of shared_k of their topics
  };
  // Numbers in [0, 1) by their place in the document's sequence.
  class Random {
   public:
    Random(std::span<const WordId> words, std::uint64_t seed);
    double Next();

   private:
    std::uint64_t key_;
    std::uint64_t seed_;
    std::uint64_t next_ = 0;
  };

  // sum_k phi_wk (n_k + alpha_k). Leaves the running sums of the word's own topics in running_.
  double Weigh(const Particle& particle, WordId word);
  // A topic for a token of `word`, in proportion to phi_wk (n_k + alpha_k). `left_out`: the token
  // of the particle that is not counted; its number of tokens if all are.
  TopicId Draw(const Particle& particle, WordId word, std::size_t left_out, double uniform);
  void Add(TopicId topic, Particle* particle) const;
  void Remove(TopicId topic, Particle* particle) const;
  void DrawAnew(std::span<const WordId> words, Random* random, Particle* particle);
  void Resample(double uniform);
  void Copy(const Particle& from, Particle* to) const;

  const PhiRows& phi_;
  std::vector<double> prior_;  // [num_topics]: running sums of alpha_k shared_k
  std::vector<Particle> particles_;
  std::vector<double> weights_;        // [particles]
  std::vector<std::size_t> children_;  // [particles]
  std::vector<double> running_;        // scratch of Weigh
};

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_LEFT_TO_RIGHT_H_
