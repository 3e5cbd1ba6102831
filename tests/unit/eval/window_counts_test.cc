// Windows are counted as if each were looked at by itself.
#include "eval/window_counts.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <vector>

namespace lightlda {
namespace {

using Document = std::vector<WordId>;

constexpr std::size_t kNumWords = 12;
const TopicWords kWords = {{{0, 1, 2, 3}, {3, 1}, {7, 0, 11}, {}, {5}}};

std::vector<Document> RandomDocuments() {
  std::mt19937 random(3);
  std::vector<Document> documents = {{}, {4}, {1, 3}};
  for (int d = 0; d < 60; ++d) {
    Document& document = documents.emplace_back();
    for (auto length = random() % 40; length > 0; --length) {
      document.push_back(static_cast<WordId>(random() % kNumWords));
    }
  }
  return documents;
}

// The words of every window of a document, window by window.
std::vector<std::set<WordId>> Windows(const Document& document, const WindowKind& kind) {
  if (kind.size == 0) return {{document.begin(), document.end()}};
  if (document.empty()) return {};
  std::vector<std::set<WordId>> windows;
  const std::size_t size = std::min(kind.size, document.size());
  std::set<WordId> present(document.begin(), document.begin() + static_cast<std::ptrdiff_t>(size));
  windows.push_back(present);
  for (std::size_t begin = 1; begin + size <= document.size(); ++begin) {
    if (kind.leaves_early) {
      present.erase(document[begin - 1]);
      present.insert(document[begin + size - 1]);
    } else {
      present = {document.begin() + static_cast<std::ptrdiff_t>(begin),
                 document.begin() + static_cast<std::ptrdiff_t>(begin + size)};
    }
    windows.push_back(present);
  }
  return windows;
}

TEST_CASE("words and pairs are counted once per window that has them", "[eval]") {
  const auto documents = RandomDocuments();
  for (const std::size_t size : {0, 1, 2, 5, 10, 100}) {
    for (const bool leaves_early : {false, true}) {
      const WindowKind kind{size, leaves_early};
      INFO("size " << size << ", leaves early: " << leaves_early);
      WindowCounts counts(&kWords, kNumWords, kind);
      WindowCounts second_half(&kWords, kNumWords, kind);
      std::vector<std::set<WordId>> windows;
      for (std::size_t d = 0; d < documents.size(); ++d) {
        (d % 2 == 0 ? counts : second_half).AddDocument(documents[d]);
        const auto more = Windows(documents[d], kind);
        windows.insert(windows.end(), more.begin(), more.end());
      }
      counts.Merge(second_half);
      REQUIRE(counts.num_windows() == static_cast<Count>(windows.size()));
      for (std::size_t topic = 0; topic < kWords.topics.size(); ++topic) {
        const auto& words = kWords.topics[topic];
        for (std::size_t i = 0; i < words.size(); ++i) {
          for (std::size_t j = 0; j < words.size(); ++j) {
            const auto both = std::ranges::count_if(windows, [&](const std::set<WordId>& window) {
              return window.contains(words[i]) && window.contains(words[j]);
            });
            CHECK(counts.CoOccurrences(topic, i, j) == both);
          }
          CHECK(counts.Occurrences(topic, i) == counts.CoOccurrences(topic, i, i));
        }
      }
    }
  }
}

}  // namespace
}  // namespace lightlda
