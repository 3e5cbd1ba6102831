// Diagnostics of topics: one walk over the table, one over the documents, and the coherence.
#include "lightlda/diagnostics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/out_of_memory.h"
#include "lightlda/evaluate.h"

namespace lightlda {
namespace {

// What the table of counts tells.
void AddWordMeasures(const Model& model, std::vector<TopicDiagnostics>* topics) {
  const CsrView table = model.WordTopic();
  const auto num_words = static_cast<double>(model.num_words());
  const auto num_tokens = static_cast<double>(model.num_tokens());
  std::vector<double> squares(topics->size());
  std::vector<double> from_uniform(topics->size());
  std::vector<double> from_corpus(topics->size());
  for (std::size_t word = 0; word < table.num_rows(); ++word) {
    Count in_all = 0;
    for (auto i = table.begins[word]; i < table.begins[word + 1]; ++i) in_all += table.counts[i];
    for (auto i = table.begins[word]; i < table.begins[word + 1]; ++i) {
      const TopicId topic = table.topics[i];
      const double share = table.counts[i] / static_cast<double>(model.topic_totals()[topic]);
      squares[topic] += share * share;
      from_uniform[topic] += share * std::log(share * num_words);
      from_corpus[topic] += share * std::log(share * num_tokens / static_cast<double>(in_all));
    }
  }
  for (std::size_t k = 0; k < topics->size(); ++k) {
    if (model.topic_totals()[k] == 0) continue;
    (*topics)[k].effective_words = 1 / squares[k];
    (*topics)[k].uniform_distance = from_uniform[k];
    (*topics)[k].corpus_distance = from_corpus[k];
  }
}

void AddExclusivity(const Model& model, std::size_t top_words,
                    std::vector<TopicDiagnostics>* topics) {
  double base = 0;
  for (TopicId topic = 0; topic < topics->size(); ++topic) base += model.Probability(topic, 0);
  const CsrView table = model.WordTopic();
  const auto top = model.TopWords(top_words);
  for (std::size_t k = 0; k < topics->size(); ++k) {
    if (top[k].empty()) continue;
    double sum = 0;
    for (const TopWord& word : top[k]) {
      double of_all = base;
      for (auto i = table.begins[word.word]; i < table.begins[word.word + 1]; ++i) {
        const TopicId topic = table.topics[i];
        of_all += model.Probability(topic, table.counts[i]) - model.Probability(topic, 0);
      }
      sum += word.probability / of_all;
    }
    (*topics)[k].exclusivity = sum / static_cast<double>(top[k].size());
  }
}

// What documents tell, one after the other.
class DocumentMeasures {
 public:
  explicit DocumentMeasures(const Model& model)
      : alpha_(model.alpha()),
        alpha_sum_(std::accumulate(alpha_.begin(), alpha_.end(), 0.0)),
        counts_(alpha_.size()),
        topics_(alpha_.size()) {}

  void Add(std::span<const TopicId> tokens) {
    present_.clear();
    for (const TopicId topic : tokens) {
      if (counts_[topic]++ == 0) present_.push_back(topic);
    }
    if (present_.empty()) return;
    const double length = static_cast<double>(tokens.size()) + alpha_sum_;
    TopicId first = present_[0];
    for (const TopicId topic : present_) {
      const std::uint32_t count = counts_[topic];
      const double theta = (count + alpha_[topic]) / length;
      OfTopic& of_topic = topics_[topic];
      ++of_topic.documents;
      if (theta >= 0.01) ++of_topic.documents_1;
      if (theta >= 0.05) ++of_topic.documents_5;
      of_topic.count_logs += count * std::log(static_cast<double>(count));
      if (count > counts_[first] || (count == counts_[first] && topic < first)) first = topic;
    }
    ++topics_[first].rank1_documents;
    for (const TopicId topic : present_) counts_[topic] = 0;
  }

  void PutInto(std::vector<TopicDiagnostics>* diagnostics) const {
    for (std::size_t k = 0; k < topics_.size(); ++k) {
      TopicDiagnostics& topic = (*diagnostics)[k];
      topic.documents = topics_[k].documents;
      topic.documents_1 = topics_[k].documents_1;
      topic.documents_5 = topics_[k].documents_5;
      topic.rank1_documents = topics_[k].rank1_documents;
      if (topic.tokens == 0) continue;
      // sum_d p_d log p_d with p_d = n_dk / n_k, taken apart.
      const auto tokens = static_cast<double>(topic.tokens);
      topic.document_entropy = std::max(0.0, std::log(tokens) - topics_[k].count_logs / tokens);
    }
  }

 private:
  struct OfTopic {
    Count documents = 0;
    Count documents_1 = 0;
    Count documents_5 = 0;
    Count rank1_documents = 0;
    double count_logs = 0;  // sum_d n_dk log n_dk
  };

  std::span<const double> alpha_;
  double alpha_sum_;
  std::vector<std::uint32_t> counts_;  // [num_topics]: of the document under way, else 0
  std::vector<TopicId> present_;
  std::vector<OfTopic> topics_;
};

Status AddCoherence(const Model& model, const Corpus& corpus, const DiagnosticsOptions& options,
                    std::vector<TopicDiagnostics>* topics) {
  CoherenceOptions coherence_options;
  coherence_options.top_words = options.top_words;
  coherence_options.indirect = false;
  coherence_options.num_threads = options.num_threads;
  LIGHTLDA_ASSIGN_OR_RETURN(const Coherence coherence,
                            EvaluateCoherence(model, corpus, coherence_options));
  for (std::size_t k = 0; k < topics->size(); ++k) {
    if ((*topics)[k].tokens == 0) continue;
    (*topics)[k].coherence_umass = coherence.topics[k].u_mass;
    (*topics)[k].coherence_npmi = coherence.topics[k].c_npmi;
  }
  return {};
}

Result<Diagnostics> Diagnose(const Model& model, const Corpus* corpus,
                             const DiagnosticsOptions& options) {
  if (options.top_words < 2) return Status::Usage("`top_words`: expected 2 or more");
  Diagnostics diagnostics;
  for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
    TopicDiagnostics& of_topic = diagnostics.topics.emplace_back();
    of_topic.tokens = model.topic_totals()[topic];
    of_topic.share = static_cast<double>(of_topic.tokens) /
                     std::max(1.0, static_cast<double>(model.num_tokens()));
    of_topic.alpha = model.alpha()[topic];
  }
  AddWordMeasures(model, &diagnostics.topics);
  AddExclusivity(model, options.top_words, &diagnostics.topics);
  if (corpus == nullptr) return diagnostics;
  DocumentMeasures measures(model);
  LIGHTLDA_ASSIGN_OR_RETURN(diagnostics.documents,
                            VisitDocuments(model, *corpus, [&](const AssignedDocument& document) {
                              measures.Add(document.topics);
                              return Status();
                            }));
  measures.PutInto(&diagnostics.topics);
  LIGHTLDA_RETURN_IF_ERROR(AddCoherence(model, *corpus, options, &diagnostics.topics));
  return diagnostics;
}

}  // namespace

Result<Diagnostics> DiagnoseTopics(const Model& model, const Corpus* corpus,
                                   const DiagnosticsOptions& options) {
  return CatchBadAlloc([&] { return Diagnose(model, corpus, options); });
}

}  // namespace lightlda
