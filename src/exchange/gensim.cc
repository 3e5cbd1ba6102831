// What a gensim LdaModel is made of.
#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <cmath>
#include <span>

#include "exchange/export_directory.h"
#include "exchange/npy.h"
#include "exchange/topic_rows.h"
#include "lightlda/exchange.h"

namespace lightlda {
namespace {

using boost::math::digamma;

// E[log phi_k] under the Dirichlet of the topic, exponentiated.
void FillExpElogbeta(const Model& model, const TopicRows& rows, TopicId topic,
                     std::span<double> row) {
  const double total = digamma(static_cast<double>(model.topic_totals()[topic]) +
                               model.beta() * static_cast<double>(model.num_words()));
  std::ranges::fill(row, std::exp(digamma(model.beta()) - total));
  const auto words = rows.Words(topic);
  const auto counts = rows.Counts(topic);
  for (std::size_t i = 0; i < words.size(); ++i) {
    row[words[i]] = std::exp(digamma(counts[i] + model.beta()) - total);
  }
}

Status PutVector(ExportDirectory* directory, const char* name, std::span<const double> numbers) {
  return directory->WriteText(name, [&](TextWriter* out) {
    const std::uint64_t shape[] = {numbers.size()};
    NpyWriter(NpyType::kFloat64, shape, out).Put(numbers);
    return Status();
  });
}

}  // namespace

Status WriteGensim(const Model& model, const ExchangeTarget& target) {
  LIGHTLDA_ASSIGN_OR_RETURN(ExportDirectory directory,
                            ExportDirectory::Create(target, "gensim", ""));
  const TopicRows rows(model);
  LIGHTLDA_RETURN_IF_ERROR(directory.Write("sstats.npy", [&](const ExportSink& sink) {
    const auto fill = [&](TopicId topic, std::span<double> row) { rows.FillCounts(topic, row); };
    return PutTopicMatrix(model, NpyType::kFloat64, fill, sink);
  }));
  LIGHTLDA_RETURN_IF_ERROR(directory.Write("expElogbeta.npy", [&](const ExportSink& sink) {
    const auto fill = [&](TopicId topic, std::span<double> row) {
      FillExpElogbeta(model, rows, topic, row);
    };
    return PutTopicMatrix(model, NpyType::kFloat64, fill, sink);
  }));
  const double beta = model.beta();
  LIGHTLDA_RETURN_IF_ERROR(PutVector(&directory, "alpha.npy", model.alpha()));
  LIGHTLDA_RETURN_IF_ERROR(PutVector(&directory, "eta.npy", {&beta, 1}));
  LIGHTLDA_RETURN_IF_ERROR(directory.Write(
      "vocab.txt", [&](const ExportSink& sink) { return ExportWordNames(model, sink); }));
  return directory.Commit();
}

}  // namespace lightlda
