#include "exchange/npy.h"

#include <bit>
#include <optional>
#include <string_view>
#include <vector>

#include "exchange/documents.h"
#include "exchange/topic_rows.h"

namespace lightlda {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
constexpr std::size_t kAlignment = 64;

const char* Description(NpyType dtype) {
  switch (dtype) {
    case NpyType::kFloat64:
      return "<f8";
    case NpyType::kInt32:
      return "<i4";
    case NpyType::kInt64:
      return "<i8";
    case NpyType::kAuto:
    case NpyType::kFloat32:
      break;
  }
  return "<f4";
}

bool IsInteger(NpyType dtype) { return dtype == NpyType::kInt32 || dtype == NpyType::kInt64; }

Result<NpyType> TypeOfProbabilities(NpyType dtype) {
  if (IsInteger(dtype)) return Status::Usage("`dtype`: probabilities are float32 or float64");
  return dtype == NpyType::kAuto ? NpyType::kFloat32 : dtype;
}

Result<NpyType> TypeOfCounts(NpyType dtype) {
  if (dtype == NpyType::kAuto) return NpyType::kInt32;
  if (!IsInteger(dtype)) return Status::Usage("`dtype`: counts are int32 or int64");
  return dtype;
}

}  // namespace

std::string NpyHeader(NpyType dtype, std::span<const std::uint64_t> shape) {
  std::string dictionary =
      std::string("{'descr': '") + Description(dtype) + "', 'fortran_order': False, 'shape': (";
  for (const std::uint64_t size : shape) dictionary += std::to_string(size) + ", ";
  if (shape.size() > 1) dictionary.resize(dictionary.size() - 2);  // only (n, ) ends in a comma
  dictionary += "), }";
  const std::size_t before = kMagic.size() + 2 + dictionary.size() + 1;
  dictionary.append((kAlignment - before % kAlignment) % kAlignment, ' ');
  dictionary += '\n';
  std::string header(kMagic);
  header += static_cast<char>(dictionary.size() & 0xFF);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

template <typename T>
void NpyWriter::PutAs(std::span<const double> numbers) {
  for (const double number : numbers) {
    const T value = static_cast<T>(number);
    out_.Put(std::string_view(reinterpret_cast<const char*>(&value), sizeof(T)));
  }
}

void NpyWriter::Put(std::span<const double> numbers) {
  switch (dtype_) {
    case NpyType::kFloat64:
      return PutAs<double>(numbers);
    case NpyType::kInt32:
      return PutAs<std::int32_t>(numbers);
    case NpyType::kInt64:
      return PutAs<std::int64_t>(numbers);
    case NpyType::kAuto:
    case NpyType::kFloat32:
      return PutAs<float>(numbers);
  }
}

Status PutTopicMatrix(const Model& model, NpyType dtype, const RowFiller& fill,
                      const ExportSink& sink) {
  const std::uint64_t shape[] = {model.num_topics(), model.num_words()};
  TextWriter out(sink);
  NpyWriter npy(dtype, shape, &out);
  std::vector<double> row(model.num_words());
  for (TopicId topic = 0; topic < model.num_topics() && out.status().ok(); ++topic) {
    fill(topic, row);
    npy.Put(row);
  }
  return out.Finish();
}

Status ExportPhiNpy(const Model& model, NpyType dtype, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const NpyType type, TypeOfProbabilities(dtype));
  const TopicRows rows(model);
  const auto fill = [&](TopicId topic, std::span<double> row) { rows.FillPhi(topic, row); };
  return PutTopicMatrix(model, type, fill, sink);
}

Status ExportCountsNpy(const Model& model, NpyType dtype, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const NpyType type, TypeOfCounts(dtype));
  const TopicRows rows(model);
  const auto fill = [&](TopicId topic, std::span<double> row) { rows.FillCounts(topic, row); };
  return PutTopicMatrix(model, type, fill, sink);
}

Result<VisitedDocuments> ExportThetaNpy(const Model& model, const Corpus& corpus, NpyType dtype,
                                        const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const NpyType type, TypeOfProbabilities(dtype));
  TextWriter out(sink);
  std::optional<NpyWriter> npy;
  std::vector<double> theta(model.num_topics());
  LIGHTLDA_ASSIGN_OR_RETURN(
      const VisitedDocuments visited,
      VisitDocumentTopics(model, corpus, [&](const DocumentTopics& documents) {
        // Not before the first documents are there: another corpus is an error without output.
        if (!npy) {
          const std::uint64_t shape[] = {CountDocuments(model, corpus), model.num_topics()};
          npy.emplace(type, shape, &out);
        }
        for (std::size_t row = 0; row < documents.num_documents() && out.status().ok(); ++row) {
          documents.FillRow(row, theta);
          npy->Put(theta);
        }
        return out.status();
      }));
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
}

}  // namespace lightlda
