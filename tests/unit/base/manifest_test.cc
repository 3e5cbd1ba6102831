#include "base/manifest.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

nlohmann::ordered_json Sample() {
  return {{"name", "caf\u00e9"}, {"numbers", {1, 2.5, -3}}, {"nested", {{"empty", ""}}}};
}

TEST_CASE("a manifest gives back what was written and is plain JSON", "[base]") {
  TempDir dir;
  const std::string path = dir.File("manifest.json");
  REQUIRE(WriteManifest(path, Sample()).ok());
  auto manifest = ReadManifest(path);
  REQUIRE(manifest.ok());
  CHECK(*manifest->json == Sample());
  const auto parsed = nlohmann::json::parse(ReadText(path));
  CHECK(parsed["checksum"] == manifest->checksum);
}

TEST_CASE("a flipped bit anywhere in a manifest is found", "[base]") {
  TempDir dir;
  const std::string path = dir.File("manifest.json");
  REQUIRE(WriteManifest(path, Sample()).ok());
  const std::string good = ReadText(path);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      WriteText(path, bad);
      const auto manifest = ReadManifest(path);
      INFO("byte " << at << " bit " << bit);
      REQUIRE_FALSE(manifest.ok());
      CHECK(manifest.status().code() == StatusCode::kBadInput);
      CHECK(manifest.status().message().find(path) == 0);
    }
  }
}

TEST_CASE("a manifest of another kind or version is refused, an older one with the remedy",
          "[base]") {
  const auto check = [](const char* kind, int version) {
    const nlohmann::ordered_json json = {{"kind", kind}, {"format_version", unsigned(version)}};
    return CheckKind(JsonFields("f", json), "good", 5, "make it again");
  };
  CHECK(check("good", 5).ok());
  CHECK(check("bad", 5).message() == "f: is a bad, expected a good");
  CHECK(check("good", 4).message() ==
        "f: made by an older lightlda (format version 4, expected 5); make it again");
  CHECK(check("good", 6).message() == "f: format version 6, expected 5");
  CHECK(check("good", 6).code() == StatusCode::kBadInput);
}

TEST_CASE("a manifest's files are found wherever they stand, and none outside its directory",
          "[base]") {
  const auto json = nlohmann::ordered_json::parse(R"({
    "one": {"file": "a.bin", "bytes": 3},
    "blocks": [{"tokens": {"file": "b.bin", "bytes": 0}}, {"number": 1}],
    "summary": [{"file": "../c.bin", "bytes": 1}, {"file": "/d.bin", "bytes": 1},
                {"file": "..", "bytes": 1}, {"file": "", "bytes": 1}, {"file": 5, "bytes": 1},
                {"file": "e.bin"}, {"file": "f.bin", "bytes": -1}]
  })");
  const std::vector<NamedFile> files = ListFiles(json);
  REQUIRE(files.size() == 2);
  CHECK((files[0].name == "a.bin" && files[0].bytes == 3));
  CHECK((files[1].name == "b.bin" && files[1].bytes == 0));
}

}  // namespace
}  // namespace lightlda
