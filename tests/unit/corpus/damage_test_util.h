// Damage to the files of a corpus, and that it is found.
#ifndef LIGHTLDA_TESTS_UNIT_CORPUS_DAMAGE_TEST_UTIL_H_
#define LIGHTLDA_TESTS_UNIT_CORPUS_DAMAGE_TEST_UTIL_H_

#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "lightlda/status.h"
#include "test_util.h"

namespace lightlda::testing {

inline bool NamesFile(const Status& status, const std::string& path) {
  return status.code() == StatusCode::kBadInput && status.message().starts_with(path + ": ");
}

// Flips a bit of each byte of the file in turn: `read` must refuse the file by name. Leaves the
// file as it was.
inline void CheckWrongBytesAreFound(const std::string& path, const std::function<Status()>& read) {
  const std::string good = ReadText(path);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    WriteText(path, bad);
    const Status status = read();
    INFO(path << " byte " << at << ": " << status.message());
    REQUIRE(NamesFile(status, path));
  }
  WriteText(path, good);
}

// The same with the file cut short, and removed.
inline void CheckMissingBytesAreFound(const std::string& path,
                                      const std::function<Status()>& read) {
  const std::string good = ReadText(path);
  INFO(path);
  for (const std::size_t size : {good.size() / 2, good.size() - 1, std::size_t{0}}) {
    WriteText(path, good.substr(0, size));
    CHECK(NamesFile(read(), path));
  }
  std::filesystem::remove(path);
  CHECK(NamesFile(read(), path));
  WriteText(path, good);
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_CORPUS_DAMAGE_TEST_UTIL_H_
