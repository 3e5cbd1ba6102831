// Exports of several files: there complete or not at all; replaced only if all in them is ours.
#include "exchange/export_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

Status WriteTwo(const ExchangeTarget& target, const std::string& text) {
  LIGHTLDA_ASSIGN_OR_RETURN(ExportDirectory directory, ExportDirectory::Create(target, "test", ""));
  for (const char* name : {"a.txt", "b.txt"}) {
    LIGHTLDA_RETURN_IF_ERROR(directory.WriteText(name, [&](TextWriter* out) {
      out->Put(text);
      return Status();
    }));
    CHECK(!(fs::exists(target.path + "/a.txt") && ReadText(target.path + "/a.txt") == text));
  }
  return directory.Commit();
}

std::size_t CountEntries(const TempDir& dir) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()));
}

TEST_CASE("an export is replaced if asked, and only while nothing else is in it", "[exchange]") {
  TempDir dir;
  ExchangeTarget target{dir.File("out")};
  fs::create_directory(target.path);
  target.overwrite = true;
  REQUIRE(WriteTwo(target, "one").ok());
  target.overwrite = false;
  CHECK(WriteTwo(target, "two").code() == StatusCode::kCannotWrite);
  target.overwrite = true;
  REQUIRE(WriteTwo(target, "three").ok());
  CHECK(ReadText(dir.File("out/b.txt")) == "three");
  WriteText(dir.File("out/mine"), "mine");
  CHECK(WriteTwo(target, "four").code() == StatusCode::kCannotWrite);
  CHECK(ReadText(dir.File("out/a.txt")) == "three");
  CHECK(ReadText(dir.File("out/mine")) == "mine");
  CHECK(CountEntries(dir) == 1);
}

TEST_CASE("a stop or a failure leaves nothing", "[exchange]") {
  TempDir dir;
  ExchangeTarget target{dir.File("out")};
  {
    auto directory = ExportDirectory::Create(target, "test", "");
    REQUIRE(directory.ok());
    const auto fail = [](TextWriter*) { return Status::BadInput("bad"); };
    CHECK(directory->WriteText("a.txt", fail).code() == StatusCode::kBadInput);
  }
  CHECK(CountEntries(dir) == 0);
  {
    auto directory = ExportDirectory::Create(target, "test", "");
    REQUIRE(directory.ok());
    const auto stop = [&](TextWriter* out) {
      out->Put("text");
      target.stop.RequestStop();
      return Status();
    };
    CHECK(directory->WriteText("a.txt", stop).code() == StatusCode::kCancelled);
  }
  CHECK(CountEntries(dir) == 0);
}

}  // namespace
}  // namespace lightlda
