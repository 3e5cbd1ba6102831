// .npy files: the header as NumPy's format 1.0 has it, numbers as their type, rows as documents.
#include "exchange/npy.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::SampleModel;

std::string Written(const std::function<Status(const ExportSink&)>& write) {
  std::string text;
  REQUIRE(write([&](std::string_view piece) {
            text += piece;
            return Status();
          }).ok());
  return text;
}

TEST_CASE("a header is magic, version, length and a dictionary, in multiples of 64 bytes",
          "[exchange]") {
  const std::uint64_t matrix[] = {3, 12345};
  const std::string header = NpyHeader(NpyType::kFloat32, matrix);
  CHECK(header.size() % 64 == 0);
  CHECK(header.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  const auto low = static_cast<unsigned char>(header[8]);
  const auto high = static_cast<unsigned char>(header[9]);
  CHECK(low + 256 * high + 10 == static_cast<int>(header.size()));
  CHECK(header.find("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 12345), }") == 10);
  CHECK(header.back() == '\n');
  const std::uint64_t vector[] = {7};
  CHECK(NpyHeader(NpyType::kInt64, vector).find("'descr': '<i8'") != std::string::npos);
  CHECK(NpyHeader(NpyType::kInt64, vector).find("'shape': (7, )") != std::string::npos);
}

TEST_CASE("numbers are little-endian in the type asked for", "[exchange]") {
  const std::uint64_t shape[] = {2};
  const std::vector<double> numbers = {1.5, 70000};
  const auto body = [&](NpyType type) {
    const std::string all = Written([&](const ExportSink& sink) {
      TextWriter out(sink);
      NpyWriter(type, shape, &out).Put(numbers);
      return out.Finish();
    });
    return all.substr(NpyHeader(type, shape).size());
  };
  double doubles[2];
  REQUIRE(body(NpyType::kFloat64).size() == sizeof(doubles));
  std::memcpy(doubles, body(NpyType::kFloat64).data(), sizeof(doubles));
  CHECK(doubles[0] == 1.5);
  CHECK(doubles[1] == 70000);
  CHECK(body(NpyType::kInt32) == std::string("\x01\x00\x00\x00\x70\x11\x01\x00", 8));
  CHECK(body(NpyType::kInt64).size() == 16);
  CHECK(body(NpyType::kFloat32) == std::string("\x00\x00\xC0\x3F\x00\xB8\x88\x47", 8));
}

TEST_CASE("theta has the documents that have topics, and says how many", "[exchange]") {
  SampleModel sample(5, /*active_level=*/1);
  const auto model = Model::Load(sample.path(), /*with_topics=*/true);
  REQUIRE(model.ok());
  VisitedDocuments documents;
  const std::string all = Written([&](const ExportSink& sink) {
    const auto visited = ExportThetaNpy(model.value(), sample.corpus(), NpyType::kFloat64, sink);
    REQUIRE(visited.ok());
    documents = visited.value();
    return Status();
  });
  CHECK(documents.inactive > 0);
  CHECK(documents.visited + documents.inactive == sample.corpus().num_documents());
  const std::uint64_t shape[] = {static_cast<std::uint64_t>(documents.visited), 5};
  const std::string header = NpyHeader(NpyType::kFloat64, shape);
  CHECK(all.starts_with(header));
  CHECK(all.size() == header.size() + shape[0] * 5 * sizeof(double));
}

TEST_CASE("types that do not go together are refused before anything is written", "[exchange]") {
  SampleModel sample;
  const auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  const ExportSink sink = [](std::string_view) {
    FAIL("something was written");
    return Status();
  };
  CHECK(ExportPhiNpy(model.value(), NpyType::kInt32, sink).code() == StatusCode::kUsage);
  CHECK(ExportCountsNpy(model.value(), NpyType::kFloat64, sink).code() == StatusCode::kUsage);
  CHECK(ExportThetaNpy(model.value(), sample.corpus(), NpyType::kInt64, sink).status().code() ==
        StatusCode::kUsage);
}

}  // namespace
}  // namespace lightlda
