// Inferencer: one document or many, with what an estimate needs kept from call to call.
#include <algorithm>
#include <mutex>
#include <utility>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "infer/fold_in.h"
#include "infer/phi_rows.h"
#include "lightlda/infer.h"

namespace lightlda {

struct LIGHTLDA_NO_EXPORT Inferencer::Impl {
  explicit Impl(const Model& model_of_user) : model(model_of_user), phi(model) {}

  // What an estimate needs beside the model. Kept for the next call.
  struct Scratch {
    explicit Scratch(const PhiRows* phi) : fold_in(phi), theta(phi->num_topics()) {}
    FoldIn fold_in;
    std::vector<WordCount> bag;
    std::vector<double> theta;
  };

  std::unique_ptr<Scratch> Take() {
    std::lock_guard lock(mutex);
    if (free.empty()) return std::make_unique<Scratch>(&phi);
    auto scratch = std::move(free.back());
    free.pop_back();
    return scratch;
  }
  void Return(std::unique_ptr<Scratch> scratch) {
    std::lock_guard lock(mutex);
    free.push_back(std::move(scratch));
  }

  Status CheckWords(std::span<const WordId> words) const {
    const auto bad =
        std::ranges::find_if(words, [&](WordId word) { return word >= phi.num_words(); });
    if (bad == words.end()) return {};
    return Status::Usage("`words`: expected ids below " + std::to_string(phi.num_words()) +
                         ", found " + std::to_string(*bad));
  }

  template <typename T>
  Status InferAll(std::span<const std::uint64_t> begins, std::span<const WordId> words,
                  std::span<T> theta, int num_threads);

  Model model;
  PhiRows phi;
  std::mutex mutex;
  std::vector<std::unique_ptr<Scratch>> free;
};

namespace {

Status CheckSize(const char* field, std::size_t found, std::size_t expected) {
  if (found == expected) return {};
  return Status::Usage("`" + std::string(field) + "`: expected " + std::to_string(expected) +
                       " numbers, found " + std::to_string(found));
}

Status CheckBegins(std::span<const std::uint64_t> begins, std::size_t num_words) {
  if (!begins.empty() && begins.front() == 0 && begins.back() == num_words &&
      std::ranges::is_sorted(begins)) {
    return {};
  }
  return Status::Usage("`begins`: expected 0, then ascending numbers, then " +
                       std::to_string(num_words) + ", the number of words");
}

}  // namespace

template <typename T>
Status Inferencer::Impl::InferAll(std::span<const std::uint64_t> begins,
                                  std::span<const WordId> words, std::span<T> theta,
                                  int num_threads) {
  LIGHTLDA_RETURN_IF_ERROR(CheckBegins(begins, words.size()));
  const std::size_t num_documents = begins.size() - 1;
  const std::size_t num_topics = phi.num_topics();
  LIGHTLDA_RETURN_IF_ERROR(CheckSize("theta", theta.size(), num_documents * num_topics));
  LIGHTLDA_RETURN_IF_ERROR(CheckWords(words));
  ThreadPool pool(ResolveThreadCount(num_threads));
  std::vector<std::unique_ptr<Scratch>> scratch(static_cast<std::size_t>(pool.size()));
  for (auto& of_thread : scratch) of_thread = Take();
  pool.ParallelFor(num_documents, [&](std::size_t d, int thread) {
    Scratch& own = *scratch[static_cast<std::size_t>(thread)];
    CountWords(words.subspan(begins[d], begins[d + 1] - begins[d]), &own.bag);
    own.fold_in.Estimate(own.bag, own.theta);
    std::ranges::copy(own.theta, theta.begin() + static_cast<std::ptrdiff_t>(d * num_topics));
  });
  for (auto& of_thread : scratch) Return(std::move(of_thread));
  return {};
}

Inferencer::Inferencer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<Inferencer> Inferencer::Create(const Model& model) {
  return CatchBadAlloc(
      [&]() -> Result<Inferencer> { return Inferencer(std::make_shared<Impl>(model)); });
}

const Model& Inferencer::model() const { return impl_->model; }

Status Inferencer::Infer(std::span<const WordId> words, std::span<double> theta) const {
  return CatchBadAlloc([&]() -> Status {
    LIGHTLDA_RETURN_IF_ERROR(CheckSize("theta", theta.size(), impl_->phi.num_topics()));
    LIGHTLDA_RETURN_IF_ERROR(impl_->CheckWords(words));
    auto scratch = impl_->Take();
    CountWords(words, &scratch->bag);
    scratch->fold_in.Estimate(scratch->bag, theta);
    impl_->Return(std::move(scratch));
    return {};
  });
}

Status Inferencer::Infer(std::span<const std::uint64_t> begins, std::span<const WordId> words,
                         std::span<double> theta, int num_threads) const {
  return CatchBadAlloc([&] { return impl_->InferAll(begins, words, theta, num_threads); });
}

Status Inferencer::Infer(std::span<const std::uint64_t> begins, std::span<const WordId> words,
                         std::span<float> theta, int num_threads) const {
  return CatchBadAlloc([&] { return impl_->InferAll(begins, words, theta, num_threads); });
}

Status Inferencer::AssignTopics(std::span<const WordId> words, std::span<const double> theta,
                                std::span<TopicId> topics) const {
  const PhiRows& phi = impl_->phi;
  LIGHTLDA_RETURN_IF_ERROR(CheckSize("theta", theta.size(), phi.num_topics()));
  LIGHTLDA_RETURN_IF_ERROR(CheckSize("topics", topics.size(), words.size()));
  LIGHTLDA_RETURN_IF_ERROR(impl_->CheckWords(words));
  // Where the word is in none of them, the best topic is the same for all words.
  const auto of_shared = [&](TopicId k) { return theta[k] * phi.shared()[k]; };
  TopicId shared_best = 0;
  for (TopicId k = 1; k < phi.num_topics(); ++k) {
    if (of_shared(k) > of_shared(shared_best)) shared_best = k;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    TopicId best = shared_best;
    double most = of_shared(shared_best);
    for (const auto& [topic, excess] : phi.Row(words[i])) {
      const double probability = of_shared(topic) + theta[topic] * excess;
      if (probability > most || (probability == most && topic < best)) {
        most = probability;
        best = topic;
      }
    }
    topics[i] = best;
  }
  return {};
}

}  // namespace lightlda
