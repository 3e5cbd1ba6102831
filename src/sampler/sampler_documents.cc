// What a sampler tells of its documents, each by a sweep over them that changes nothing.
#include <glog/logging.h>

#include <algorithm>
#include <utility>

#include "sampler/document_likelihood.h"
#include "sampler/sampler.h"
#include "sampler/topic_counter.h"

namespace lightlda {

Status Sampler::ReadDocuments(std::span<const DocumentPlace> places,
                              const DocumentTopicsVisitor& visit) const {
  CHECK_EQ(settings().level, 0);
  const auto read = [&](Stage::Tokens tokens, const DocumentTask& task, int) {
    const auto offsets = blocks_[task.block]->document_offsets;
    const std::uint32_t* const records = active().document_records(task.block).data();
    std::vector<TopicId> topics;
    auto place = std::ranges::lower_bound(places, DocumentPlace{task.block, task.begin});
    for (; place != places.end() && *place < DocumentPlace{task.block, task.end}; ++place) {
      const std::uint32_t first = offsets[place->document];
      topics.resize(offsets[place->document + 1] - first);
      tokens[task.block].GatherTopics(records + first, static_cast<std::uint32_t>(topics.size()),
                                      topics.data());
      visit(static_cast<std::size_t>(place - places.begin()), topics);
    }
  };
  return stage_->SweepDocuments(Stage::Access::kRead, read);
}

Status Sampler::ForEachDocument(const DocumentVisitor& visit) const {
  struct Counter {
    explicit Counter(std::size_t staged_tokens, std::uint32_t num_topics)
        : topics(staged_tokens), counts(num_topics) {}
    std::vector<TopicId> topics;
    TopicCounter counts;
  };
  const auto counters = MakePerThread<Counter>(
      pool_, std::min(active().longest_document(), options_.staged_tokens), options_.num_topics);
  const auto visit_task = [&](Stage::Tokens tokens, const DocumentTask& task, int thread) {
    Counter& counter = *counters[static_cast<std::size_t>(thread)];
    const auto offsets = blocks_[task.block]->document_offsets;
    const std::uint32_t* const records = active().document_records(task.block).data();
    for (std::uint32_t d = task.begin; d < task.end; ++d) {
      ForEachPiece(offsets[d], offsets[d + 1], options_.staged_tokens,
                   [&](std::uint32_t first, std::uint32_t n) {
                     tokens[task.block].GatherTopics(records + first, n, counter.topics.data());
                     counter.counts.Add({counter.topics.data(), n});
                   });
      visit(task, counter.counts, offsets[d + 1] - offsets[d], thread);
      counter.counts.Clear();
    }
  };
  return stage_->SweepDocuments(Stage::Access::kRead, visit_task);
}

Result<std::vector<double>> Sampler::DocumentLogLikelihoods() const {
  const DocumentLikelihood likelihood(options_.alpha);
  const auto tasks = active().document_tasks();
  std::vector<double> of_task(tasks.size(), 0.0);
  LIGHTLDA_RETURN_IF_ERROR(ForEachDocument([&](const DocumentTask& task, TopicCounter& counts,
                                               std::uint32_t num_tokens, int) {
    of_task[static_cast<std::size_t>(&task - tasks.data())] += likelihood.Of(counts, num_tokens);
  }));
  std::vector<double> of_block(blocks_.size(), 0.0);
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    of_block[tasks[task].block] += of_task[task];
  }
  return of_block;
}

Result<TopicHistograms> Sampler::CountTopicsOfDocuments() const {
  std::vector<TopicHistograms> of_thread(static_cast<std::size_t>(pool_.size()),
                                         TopicHistograms(options_.num_topics));
  LIGHTLDA_RETURN_IF_ERROR(ForEachDocument(
      [&](const DocumentTask&, TopicCounter& counts, std::uint32_t num_tokens, int thread) {
        TopicHistograms& histograms = of_thread[static_cast<std::size_t>(thread)];
        if (num_tokens > 0) histograms.lengths.Add(num_tokens);
        counts.ForEach([&](TopicId topic, std::int32_t count) {
          histograms.topics[topic].Add(static_cast<std::uint32_t>(count));
        });
      }));
  TopicHistograms all = std::move(of_thread[0]);
  for (std::size_t thread = 1; thread < of_thread.size(); ++thread) {
    all.lengths.Add(of_thread[thread].lengths);
    for (TopicId k = 0; k < options_.num_topics; ++k) {
      all.topics[k].Add(of_thread[thread].topics[k]);
    }
  }
  return all;
}

}  // namespace lightlda
