#include "sampler/row_scratch.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace lightlda {
namespace {

TEST_CASE("a row scratch lists its non-zero counts in order and clears them", "[sampler]") {
  std::mt19937 random(3);
  for (const std::uint32_t num_topics : {2u, 63u, 64u, 65u, 4096u, 4097u, 1'000'000u}) {
    RowScratch row(num_topics);
    for (int round = 0; round < 3; ++round) {
      std::map<TopicId, std::int32_t> expected;
      for (int i = 0; i < 200; ++i) {
        const TopicId topic = random() % num_topics;
        row.Add(topic, 1);
        ++expected[topic];
      }
      const TopicId gone = expected.begin()->first;  // counted down to 0: not listed
      row.Add(gone, -expected[gone]);
      expected.erase(gone);
      std::map<TopicId, std::int32_t> found;
      TopicId last = 0;
      row.ForEach([&](TopicId topic, std::int32_t count) {
        CHECK((found.empty() || topic > last));
        last = topic;
        found[topic] = count;
      });
      INFO("K " << num_topics);
      CHECK(found == expected);
      row.Clear();
      row.ForEach([](TopicId topic, std::int32_t) { FAIL("topic " << topic << " not cleared"); });
    }
  }
}

}  // namespace
}  // namespace lightlda
