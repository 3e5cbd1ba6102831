// Directories that appear only when complete: several together appear all, or none.
#include "base/staged_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "corpus/corpus_format.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

StagedDirectory Stage(const TempDir& dir, const std::string& name, const std::string& content,
                      bool overwrite = false) {
  StagedDirectory staged =
      Must(StagedDirectory::Create(dir.File(name), overwrite, kCorpusDirectory, {}));
  WriteText(staged.path() + "/file", content);
  return staged;
}

std::size_t NumEntries(const TempDir& dir) {
  const std::filesystem::directory_iterator entries(dir.path());
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

TEST_CASE("Staged directories that are committed together appear together", "[staged_directory]") {
  const TempDir dir;
  {
    StagedDirectory one = Stage(dir, "one", "1");
    StagedDirectory two = Stage(dir, "two", "2");
    StagedDirectory* const both[] = {&one, &two};
    CHECK_FALSE(std::filesystem::exists(dir.File("one")));
    Must(StagedDirectory::CommitAll(both));
  }
  CHECK(ReadText(dir.File("one/file")) == "1");
  CHECK(ReadText(dir.File("two/file")) == "2");
  CHECK(NumEntries(dir) == 2);
}

TEST_CASE("Of staged directories none appears if one cannot", "[staged_directory]") {
  const TempDir dir;
  SECTION("as something is there by now, which is seen before the first is renamed") {
    StagedDirectory one = Stage(dir, "one", "1");
    StagedDirectory two = Stage(dir, "two", "2");
    StagedDirectory* const both[] = {&one, &two};
    WriteText(dir.File("two"), "mine");
    CHECK(StagedDirectory::CommitAll(both).code() == StatusCode::kCannotWrite);
    CHECK_FALSE(std::filesystem::exists(dir.File("one")));
    CHECK(ReadText(dir.File("two")) == "mine");
  }
  SECTION("as it cannot be renamed, which is seen after others were; what they replaced is back") {
    std::filesystem::create_directory(dir.File("one"));  // empty: it may be replaced
    StagedDirectory one = Stage(dir, "one", "1", /*overwrite=*/true);
    StagedDirectory two = Stage(dir, "new", "2");
    StagedDirectory three = Stage(dir, "new", "3");  // at the same place, so one is too many
    StagedDirectory* const all[] = {&one, &two, &three};
    CHECK(StagedDirectory::CommitAll(all).code() == StatusCode::kCannotWrite);
    CHECK(std::filesystem::is_empty(dir.File("one")));
    CHECK_FALSE(std::filesystem::exists(dir.File("new")));
  }
  std::filesystem::remove(dir.File("two"));
  std::filesystem::remove(dir.File("one"));
  CHECK(NumEntries(dir) == 0);  // nothing under construction
}

}  // namespace
}  // namespace lightlda
