// The files of exports appear only when complete, and replace nothing that is not theirs.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <string_view>

#include "lightlda/exports.h"
#include "lightlda/stop.h"
#include "test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

TEST_CASE("an export's file appears only when it is complete", "[export]") {
  TempDir dir;
  const Status failed = WriteExport(dir.File("f"), false, [&](const ExportSink& sink) {
    CHECK(sink(std::string(2'000'000, 'x')).ok());
    CHECK_FALSE(fs::exists(dir.File("f")));
    return Status::Failure("half-way");
  });
  CHECK(failed.message() == "half-way");
  CHECK(fs::is_empty(dir.path()));
  CHECK(WriteExport(dir.File("f"), false, [&](const ExportSink& sink) {
          return sink("whole");
        }).ok());
  CHECK(ReadText(dir.File("f")) == "whole");
  CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("an existing file is kept unless the export is to overwrite it", "[export]") {
  TempDir dir;
  WriteText(dir.File("f"), "precious");
  const auto write = [&](const ExportSink& sink) {
    const Status status = sink("new");
    CHECK(ReadText(dir.File("f")) == "precious");
    return status;
  };
  const Status refused = WriteExport(dir.File("f"), false, write);
  CHECK(refused.code() == StatusCode::kCannotWrite);
  CHECK(refused.message().find(dir.File("f") + ": exists already") == 0);
  CHECK(ReadText(dir.File("f")) == "precious");
  CHECK(WriteExport(dir.File("f"), true, write).ok());
  CHECK(ReadText(dir.File("f")) == "new");
}

TEST_CASE("a device or directory is never replaced by an export", "[export]") {
  TempDir dir;
  const auto write = [](const ExportSink&) { return Status(); };
  for (const std::string& path : {std::string("/dev/null"), dir.path()}) {
    CHECK(WriteExport(path, true, write).code() == StatusCode::kCannotWrite);
  }
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(WriteExport(dir.File("no/such/f"), false, write).code() == StatusCode::kCannotWrite);
}

TEST_CASE("an interrupted export leaves no file", "[export]") {
  TempDir dir;
  const StopToken stop;
  const auto write = [&](const ExportSink& sink) {
    CHECK(StopToken(stop).RequestStop());
    return sink("text");
  };
  const Status status = WriteExport(dir.File("f"), false, write, stop);
  CHECK(status.code() == StatusCode::kCancelled);
  CHECK(fs::is_empty(dir.path()));
}

}  // namespace
}  // namespace lightlda
