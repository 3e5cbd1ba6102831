#include "corpus/text_frames.h"

#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;

constexpr std::string_view kMagic = "LLDATST\n";

SectionFile Store(const TempDir& dir, const PackedTexts& packed) {
  const std::array<std::span<const std::byte>, 2> sections = {
      std::as_bytes(std::span(packed.offsets)), std::as_bytes(std::span(packed.frames))};
  REQUIRE(WriteSectionFile(dir.File("texts"), kMagic, 1, sections).ok());
  auto file = SectionFile::Open(dir.File("texts"), kMagic, 1, 2);
  REQUIRE(file.ok());
  return std::move(file).value();
}

std::vector<std::string> SomeTexts(std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    texts.push_back(i % 7 == 3 ? "" : std::string("Zürich\0 東京 ", 17) + std::to_string(i));
  }
  return texts;
}

PackedTexts Pack(const std::vector<std::string>& texts) {
  auto packed = PackTexts(std::vector<std::string_view>(texts.begin(), texts.end()));
  REQUIRE(packed.ok());
  return std::move(packed).value();
}

TEST_CASE("texts come back across frames", "[corpus]") {
  TempDir dir;
  for (const std::size_t count : {1, 2, 1023, 1024, 1025, 2048, 3000}) {
    const auto texts = SomeTexts(count);
    const PackedTexts packed = Pack(texts);
    CHECK(packed.offsets.size() == (count + 1023) / 1024 + 1);
    auto column = TextColumn::Read(Store(dir, packed), 0, count);
    REQUIRE(column.ok());
    const TextColumn moved = std::move(column).value();
    for (std::size_t i = 0; i < count; ++i) REQUIRE(moved[i] == texts[i]);
  }
}

TEST_CASE("frames that are not what they should be are refused", "[corpus]") {
  TempDir dir;
  const PackedTexts good = Pack(SomeTexts(1500));
  const PackedTexts fewer = Pack(SomeTexts(100));
  const std::vector<std::pair<std::string, std::function<void(PackedTexts*)>>> changes = {
      {"an offset less", [](PackedTexts* texts) { texts->offsets.pop_back(); }},
      {"an offset more", [](PackedTexts* texts) { texts->offsets.push_back(texts->offsets[2]); }},
      {"first offset", [](PackedTexts* texts) { texts->offsets[0] = 1; }},
      {"offset beyond", [](PackedTexts* texts) { texts->offsets[1] = UINT64_MAX; }},
      {"last offset", [](PackedTexts* texts) { --texts->offsets[2]; }},
      {"a frame cut", [](PackedTexts* texts) { --texts->offsets[1]; }},
      {"an empty frame", [](PackedTexts* texts) { texts->offsets[1] = 0; }},
      {"bytes after the frames", [](PackedTexts* texts) { texts->frames.push_back({}); }},
      {"no frame at all",
       [](PackedTexts* texts) { std::ranges::fill(texts->frames, std::byte{}); }},
      {"a frame of fewer texts",
       [&](PackedTexts* texts) {
         *texts = fewer;
         texts->offsets.push_back(texts->offsets.back());
       }},
  };
  REQUIRE(TextColumn::Read(Store(dir, good), 0, 1500).ok());
  CHECK_FALSE(TextColumn::Read(Store(dir, good), 0, 1501).ok());
  CHECK_FALSE(TextColumn::Read(Store(dir, good), 0, 1024).ok());
  for (const auto& [what, change] : changes) {
    PackedTexts bad = good;
    change(&bad);
    const Status status = TextColumn::Read(Store(dir, bad), 0, 1500).status();
    INFO(what << ": " << status.message());
    CHECK(status.code() == StatusCode::kBadInput);
    CHECK(status.message().starts_with(dir.File("texts") + ": corrupted: "));
  }
}

}  // namespace
}  // namespace lightlda
