// The arrays of pyLDAvis.prepare and the JSON of an LDAvis page.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/documents.h"
#include "exchange/export_directory.h"
#include "exchange/ldavis_data.h"
#include "exchange/npy.h"
#include "exchange/topic_rows.h"
#include "lightlda/exchange.h"

namespace lightlda {
namespace {

// Writes one column of a table, a member of its object: "name":[...].
class Columns {
 public:
  explicit Columns(TextWriter* out) : out_(*out) { out_.Put('{'); }

  template <typename Rows, typename PutValue>
  void Put(std::string_view name, const Rows& rows, const PutValue& put) {
    if (!first_) out_.Put(',');
    first_ = false;
    out_.PutJsonString(name);
    out_.Put(":[");
    bool first_row = true;
    for (const auto& row : rows) {
      if (!first_row) out_.Put(',');
      first_row = false;
      put(row);
    }
    out_.Put(']');
  }
  void End() { out_.Put('}'); }

 private:
  TextWriter& out_;
  bool first_ = true;
};

double Rounded(double value) { return std::round(value * 1e4) / 1e4; }

// A row of tinfo.
struct InfoRow {
  WordId word = 0;
  double freq = 0;
  double total = 0;
  std::size_t topic = 0;  // from 1; 0: the list without a topic
  double logprob = 0;
  double loglift = 0;
};

std::vector<InfoRow> InfoRows(const LdavisData& data) {
  std::vector<InfoRow> rows;
  for (std::size_t i = 0; i < data.salient.size(); ++i) {
    const WordId word = data.salient[i];
    const double tokens = std::floor(data.word_totals[word]);
    const auto rank = static_cast<double>(data.salient.size() - i);
    rows.push_back({word, tokens, tokens, 0, rank, rank});
  }
  for (std::size_t topic = 0; topic < data.words.size(); ++topic) {
    for (const LdavisWord& word : data.words[topic]) {
      rows.push_back({word.word, word.freq, data.word_totals[word.word], topic + 1,
                      Rounded(word.logprob), Rounded(word.loglift)});
    }
  }
  return rows;
}

// A row of token.table: of a listed word, a topic with half a token of it or more.
struct TokenRow {
  WordId word = 0;
  std::size_t topic = 0;  // from 1
  double share = 0;       // of the word's tokens
};

std::vector<TokenRow> TokenRows(const Model& model, const LdavisData& data,
                                const std::vector<InfoRow>& info,
                                const std::vector<double>& topic_tokens) {
  std::vector<WordId> words;
  for (const InfoRow& row : info) words.push_back(row.word);
  const Vocabulary& vocabulary = model.vocabulary();
  std::ranges::sort(words, [&](WordId a, WordId b) {
    return vocabulary.word(a) != vocabulary.word(b) ? vocabulary.word(a) < vocabulary.word(b)
                                                    : a < b;
  });
  const auto twice = std::ranges::unique(words);
  words.erase(twice.begin(), twice.end());
  std::vector<TokenRow> rows;
  std::vector<double> phi(model.num_topics());
  for (const WordId word : words) {
    for (TopicId topic = 0; topic < phi.size(); ++topic) phi[topic] = model.Probability(topic, 0);
    for (const TopicCount& entry : model.WordRow(word)) {
      phi[entry.topic] = model.Probability(entry.topic, entry.count);
    }
    for (std::size_t rank = 0; rank < data.order.size(); ++rank) {
      const TopicId topic = data.order[rank];
      const double tokens = phi[topic] * topic_tokens[topic];
      if (tokens < 0.5) continue;
      // As NumPy rounds, halves to the even number.
      rows.push_back({word, rank + 1, std::nearbyint(tokens) / data.word_totals[word]});
    }
  }
  return rows;
}

void PutTopics(const LdavisData& data, TextWriter* out) {
  std::vector<std::size_t> ranks(data.order.size());
  for (std::size_t i = 0; i < ranks.size(); ++i) ranks[i] = i;
  Columns columns(out);
  columns.Put("x", ranks, [&](std::size_t i) { out->PutNumber(data.points[i][0]); });
  columns.Put("y", ranks, [&](std::size_t i) { out->PutNumber(data.points[i][1]); });
  columns.Put("topics", ranks, [&](std::size_t i) { out->PutInt(i + 1); });
  columns.Put("cluster", ranks, [&](std::size_t) { out->PutInt(1); });
  columns.Put("Freq", ranks, [&](std::size_t i) { out->PutNumber(100 * data.proportion[i]); });
  columns.End();
}

void PutInfo(const Model& model, const std::vector<InfoRow>& rows, TextWriter* out) {
  Columns columns(out);
  columns.Put("Term", rows,
              [&](const InfoRow& row) { out->PutJsonString(model.vocabulary().word(row.word)); });
  columns.Put("Freq", rows, [&](const InfoRow& row) { out->PutNumber(row.freq); });
  columns.Put("Total", rows, [&](const InfoRow& row) { out->PutNumber(row.total); });
  columns.Put("Category", rows, [&](const InfoRow& row) {
    out->PutJsonString(row.topic == 0 ? "Default" : "Topic" + std::to_string(row.topic));
  });
  columns.Put("logprob", rows, [&](const InfoRow& row) { out->PutNumber(row.logprob); });
  columns.Put("loglift", rows, [&](const InfoRow& row) { out->PutNumber(row.loglift); });
  columns.End();
}

void PutTokens(const Model& model, const std::vector<TokenRow>& rows, TextWriter* out) {
  Columns columns(out);
  columns.Put("Topic", rows, [&](const TokenRow& row) { out->PutInt(row.topic); });
  columns.Put("Freq", rows, [&](const TokenRow& row) { out->PutNumber(row.share); });
  columns.Put("Term", rows,
              [&](const TokenRow& row) { out->PutJsonString(model.vocabulary().word(row.word)); });
  columns.End();
}

void PutJson(const Model& model, const LdavisData& data, const std::vector<double>& topic_tokens,
             TextWriter* out) {
  const std::vector<InfoRow> info = InfoRows(data);
  out->Put("{\"mdsDat\":");
  PutTopics(data, out);
  out->Put(",\"tinfo\":");
  PutInfo(model, info, out);
  out->Put(",\"token.table\":");
  PutTokens(model, TokenRows(model, data, info, topic_tokens), out);
  out->Put(",\"R\":");
  out->PutInt(data.salient.size());
  out->Put(",\"lambda.step\":");
  out->PutNumber(1.0 / kLdavisLambdaSteps);
  out->Put(",\"plot.opts\":{\"xlab\":\"PC1\",\"ylab\":\"PC2\"},\"topic.order\":[");
  for (std::size_t i = 0; i < data.order.size(); ++i) {
    if (i > 0) out->Put(',');
    out->PutInt(data.order[i] + 1);
  }
  out->Put("]}\n");
}

// What is known of the documents after one look at all.
struct DocumentSums {
  std::vector<double> lengths;       // of those that have tokens
  std::vector<double> topic_tokens;  // [num_topics]: sum of theta_dk n_d
};

void AddDocument(const DocumentTopics& documents, std::size_t row, std::span<const double> alpha,
                 double alpha_sum, DocumentSums* sums) {
  const double length = documents.lengths()[row];
  if (length == 0) return;
  sums->lengths.push_back(length);
  // theta_dk n_d = alpha_k x + n_dk x with x = n_d / (n_d + alpha_sum).
  const double x = length / (length + alpha_sum);
  for (std::size_t topic = 0; topic < alpha.size(); ++topic) {
    sums->topic_tokens[topic] += alpha[topic] * x;
  }
  const CsrView counts = documents.counts();
  for (std::uint64_t i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
    sums->topic_tokens[counts.topics[i]] += counts.counts[i] * x;
  }
}

Status PutDocumentTopics(const Model& model, const Corpus& corpus, std::size_t num_documents,
                         TextWriter* out) {
  const std::uint64_t shape[] = {num_documents, model.num_topics()};
  NpyWriter npy(NpyType::kFloat32, shape, out);
  std::vector<double> theta(model.num_topics());
  const auto put = [&](const DocumentTopics& documents) {
    for (std::size_t row = 0; row < documents.num_documents() && out->status().ok(); ++row) {
      if (documents.lengths()[row] == 0) continue;
      documents.FillRow(row, theta);
      npy.Put(theta);
    }
    return out->status();
  };
  return VisitDocumentTopics(model, corpus, put).status();
}

Status PutCounts(ExportDirectory* directory, const char* name, const std::vector<double>& counts) {
  return directory->WriteText(name, [&](TextWriter* out) {
    const std::uint64_t shape[] = {counts.size()};
    NpyWriter(NpyType::kInt64, shape, out).Put(counts);
    return Status();
  });
}

std::vector<double> TermFrequencies(const Model& model) {
  std::vector<double> frequencies(model.num_words());
  for (WordId word = 0; word < model.num_words(); ++word) {
    for (const TopicCount& entry : model.WordRow(word)) frequencies[word] += entry.count;
  }
  return frequencies;
}

}  // namespace

Result<VisitedDocuments> WriteLdavis(const Model& model, const Corpus& corpus,
                                     const ExchangeTarget& target, int num_threads) {
  LIGHTLDA_ASSIGN_OR_RETURN(ExportDirectory directory,
                            ExportDirectory::Create(target, "ldavis", corpus.directory()));
  DocumentSums sums;
  sums.topic_tokens.resize(model.num_topics());
  double alpha_sum = 0;
  for (const double alpha : model.alpha()) alpha_sum += alpha;
  LIGHTLDA_ASSIGN_OR_RETURN(
      const VisitedDocuments visited,
      VisitDocumentTopics(model, corpus, [&](const DocumentTopics& documents) {
        for (std::size_t row = 0; row < documents.num_documents(); ++row) {
          AddDocument(documents, row, model.alpha(), alpha_sum, &sums);
        }
        return CheckStop(target);
      }));
  const TopicRows rows(model);
  LIGHTLDA_RETURN_IF_ERROR(directory.Write("topic_term_dists.npy", [&](const ExportSink& sink) {
    return ExportPhiNpy(model, NpyType::kFloat64, sink);
  }));
  LIGHTLDA_RETURN_IF_ERROR(directory.WriteText("doc_topic_dists.npy", [&](TextWriter* out) {
    return PutDocumentTopics(model, corpus, sums.lengths.size(), out);
  }));
  LIGHTLDA_RETURN_IF_ERROR(PutCounts(&directory, "doc_lengths.npy", sums.lengths));
  LIGHTLDA_RETURN_IF_ERROR(PutCounts(&directory, "term_frequency.npy", TermFrequencies(model)));
  LIGHTLDA_RETURN_IF_ERROR(directory.Write(
      "vocab.txt", [&](const ExportSink& sink) { return ExportWordNames(model, sink); }));
  const LdavisData data = PrepareLdavis(model, rows, sums.topic_tokens, num_threads);
  LIGHTLDA_RETURN_IF_ERROR(directory.WriteText("ldavis.json", [&](TextWriter* out) {
    PutJson(model, data, sums.topic_tokens, out);
    return Status();
  }));
  LIGHTLDA_RETURN_IF_ERROR(directory.Commit());
  return visited;
}

}  // namespace lightlda
