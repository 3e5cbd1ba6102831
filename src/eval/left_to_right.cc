#include "eval/left_to_right.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/checksum.h"
#include "base/rng.h"

namespace lightlda {

LeftToRight::Random::Random(std::span<const WordId> words, std::uint64_t seed)
    : key_(Checksum(std::as_bytes(words))), seed_(seed) {}

double LeftToRight::Random::Next() {
  const auto low = [](std::uint64_t number) { return static_cast<std::uint32_t>(number); };
  const PhiloxBlock block = Philox({low(next_), low(next_ >> 32), low(seed_), low(seed_ >> 32)},
                                   {low(key_), low(key_ >> 32)});
  ++next_;
  const std::uint64_t bits = (std::uint64_t{block[0]} << 32) | block[1];
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

LeftToRight::LeftToRight(const PhiRows* phi, int num_particles)
    : phi_(*phi), particles_(static_cast<std::size_t>(num_particles)) {
  double sum = 0;
  for (TopicId k = 0; k < phi_.num_topics(); ++k) {
    sum += phi_.alpha()[k] * phi_.shared()[k];
    prior_.push_back(sum);
  }
  for (Particle& particle : particles_) particle.counts.assign(phi_.num_topics(), 0);
  weights_.resize(particles_.size());
  children_.resize(particles_.size());
}

double LeftToRight::Weigh(const Particle& particle, WordId word) {
  running_.clear();
  double sum = 0;
  for (const auto& [topic, excess] : phi_.Row(word)) {
    sum += (particle.counts[topic] + phi_.alpha()[topic]) * excess;
    running_.push_back(sum);
  }
  return sum + particle.shared + prior_.back();
}

// The part of phi that all words share is drawn from last, as it is the smallest: by the tokens,
// then by the prior.
TopicId LeftToRight::Draw(const Particle& particle, WordId word, std::size_t left_out,
                          double uniform) {
  double rest = uniform * Weigh(particle, word);
  if (!running_.empty() && rest < running_.back()) {
    const auto found = std::ranges::upper_bound(running_, rest);
    return phi_.Row(word)[static_cast<std::size_t>(found - running_.begin())].topic;
  }
  if (!running_.empty()) rest -= running_.back();
  for (std::size_t i = 0; i < particle.topics.size(); ++i) {
    if (i == left_out) continue;
    rest -= phi_.shared()[particle.topics[i]];
    if (rest < 0) return particle.topics[i];
  }
  const auto found = std::upper_bound(prior_.begin(), prior_.end() - 1, rest);
  return static_cast<TopicId>(found - prior_.begin());
}

void LeftToRight::Add(TopicId topic, Particle* particle) const {
  ++particle->counts[topic];
  particle->shared += phi_.shared()[topic];
}

void LeftToRight::Remove(TopicId topic, Particle* particle) const {
  --particle->counts[topic];
  particle->shared -= phi_.shared()[topic];
}

void LeftToRight::DrawAnew(std::span<const WordId> words, Random* random, Particle* particle) {
  for (std::size_t i = 0; i < particle->topics.size(); ++i) {
    Remove(particle->topics[i], particle);
    particle->topics[i] = Draw(*particle, words[i], i, random->Next());
    Add(particle->topics[i], particle);
  }
  particle->shared = 0;  // as a sum, so that rounding does not add up
  for (const TopicId topic : particle->topics) particle->shared += phi_.shared()[topic];
}

void LeftToRight::Copy(const Particle& from, Particle* to) const {
  for (const TopicId topic : to->topics) to->counts[topic] = 0;
  to->topics = from.topics;
  for (const TopicId topic : to->topics) ++to->counts[topic];
  to->shared = from.shared;
}

// Systematic resampling: a particle goes on about weight / mean of weights times, with one random
// number for all. Those that go on several times take the places of those that do not.
void LeftToRight::Resample(double uniform) {
  const double step =
      std::accumulate(weights_.begin(), weights_.end(), 0.0) / static_cast<double>(weights_.size());
  double sum = 0;
  double next = uniform * step;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    sum += weights_[i];
    children_[i] = 0;
    for (; next < sum; next += step) ++children_[i];
  }
  std::size_t free = 0;
  for (std::size_t i = 0; i < children_.size(); ++i) {
    for (; children_[i] > 1; --children_[i]) {
      while (free < children_.size() && children_[free] != 0) ++free;
      if (free == children_.size()) return;  // rounding has made one child too many
      Copy(particles_[i], &particles_[free]);
      children_[free] = 1;
    }
  }
}

double LeftToRight::LogLikelihood(std::span<const WordId> words, std::uint64_t seed) {
  Random random(words, seed);
  double log_likelihood = 0;
  for (std::size_t n = 0; n < words.size(); ++n) {
    double sum = 0;
    for (std::size_t r = 0; r < particles_.size(); ++r) {
      DrawAnew(words, &random, &particles_[r]);
      weights_[r] = Weigh(particles_[r], words[n]);
      sum += weights_[r];
    }
    log_likelihood += std::log(sum / (static_cast<double>(particles_.size()) *
                                      (static_cast<double>(n) + phi_.alpha_sum())));
    if (n + 1 == words.size()) break;
    Resample(random.Next());
    for (Particle& particle : particles_) {
      const TopicId topic = Draw(particle, words[n], n, random.Next());
      particle.topics.push_back(topic);
      Add(topic, &particle);
    }
  }
  for (Particle& particle : particles_) {
    for (const TopicId topic : particle.topics) particle.counts[topic] = 0;
    particle.topics.clear();
    particle.shared = 0;
  }
  return log_likelihood;
}

}  // namespace lightlda
