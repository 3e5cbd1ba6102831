// Passes over documents: all of them, once, in order, whatever the number of threads.
#include "report/document_pass.h"

#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::SampleModel;

Model Load(const SampleModel& sample) {
  auto model = Model::Load(sample.path(), true);
  REQUIRE(model.ok());
  return std::move(model).value();
}

using Ids = std::vector<DocId>;

TEST_CASE("results come in input order, each document once", "[document_pass]") {
  SampleModel sample;
  const Model model = Load(sample);
  REQUIRE(sample.corpus().blocks().size() > 2);
  for (const int threads : {1, 2, 7}) {
    Count last = 0;
    DocumentPass pass;
    pass.num_threads = threads;
    pass.progress = [&](Count documents, Count total) {
      CHECK((last <= documents && documents <= total));
      last = documents;
    };
    DocumentPassRunner<Ids> runner(model, sample.corpus(), pass);
    Ids all;
    const auto visited = runner.Run(
        [](int, const DocumentRange& range, Ids* ids) {
          return range.block->Visit(range.begin, range.end, [&](const AssignedDocument& document) {
            ids->push_back(document.document);
            return Status();
          });
        },
        [&](const Ids* ids) {
          all.insert(all.end(), ids->begin(), ids->end());
          return Status();
        });
    REQUIRE(visited.ok());
    Ids expected(60);
    std::iota(expected.begin(), expected.end(), 0);
    CHECK(all == expected);
    CHECK(visited.value().visited == 60);
    CHECK(visited.value().inactive == 0);
    CHECK(last == 60);
  }
}

TEST_CASE("the first failure, or a stop, ends a pass", "[document_pass]") {
  SampleModel sample;
  const Model model = Load(sample);
  for (const int threads : {1, 3}) {
    DocumentPass pass;
    pass.num_threads = threads;
    const auto failed =
        PassDocuments(model, sample.corpus(), pass, false, [](int, const DocumentRange& range) {
          return range.number == 1 ? Status::Failure("block 1") : Status();
        });
    CHECK(failed.status().message() == "block 1");
    REQUIRE(pass.stop.RequestStop());
    const auto stopped = PassDocuments(model, sample.corpus(), pass, false,
                                       [](int, const DocumentRange&) { return Status(); });
    CHECK(stopped.status().code() == StatusCode::kCancelled);
  }
}

}  // namespace
}  // namespace lightlda
