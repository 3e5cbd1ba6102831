#include "base/file.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <string>

#include "base/directory_lock.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

TEST_CASE("a file writer keeps what was closed and removes what was not", "[base]") {
  TempDir dir;
  const std::string long_piece(3 << 20, 'x');
  {
    auto writer = FileWriter::Create(dir.File("kept"));
    REQUIRE(writer.ok());
    REQUIRE(writer->Append("abc").ok());
    REQUIRE(writer->Append(long_piece).ok());
    REQUIRE(writer->Append("d").ok());
    CHECK(writer->bytes_written() == long_piece.size() + 4);
    REQUIRE(writer->Close().ok());
    auto dropped = FileWriter::Create(dir.File("dropped"));
    REQUIRE(dropped->Append("abc").ok());
  }
  CHECK(ReadText(dir.File("kept")) == "abc" + long_piece + "d");
  CHECK_FALSE(PathExists(dir.File("dropped")));
}

// The tests' stand-in for a full disk: a limit on the size of files.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    previous_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &previous_);
    const rlimit limit = {bytes, previous_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &previous_);
    std::signal(SIGXFSZ, previous_handler_);
  }

 private:
  rlimit previous_;
  void (*previous_handler_)(int);
};

TEST_CASE("a write that does not fit is reported and leaves the old file", "[base]") {
  TempDir dir;
  const std::string path = dir.File("f");
  REQUIRE(WriteFileAtomic(path, "old").ok());
  Status status;
  {
    FileSizeLimit limit(1000);
    status = WriteFileAtomic(path, std::string(5000, 'x'));
  }
  CHECK(status.code() == StatusCode::kCannotWrite);
  CHECK(status.message().find(path) == 0);
  CHECK(ReadText(path) == "old");
  CHECK_FALSE(PathExists(path + ".tmp"));
}

TEST_CASE("a staged directory appears when committed and vanishes otherwise", "[base]") {
  TempDir dir;
  const std::string target = dir.File("out");
  {
    auto staged = StagedDirectory::Create(target, false);
    REQUIRE(staged.ok());
    WriteText(JoinPath(staged->path(), "a"), "1");
    CHECK_FALSE(PathExists(target));
  }
  CHECK(std::filesystem::is_empty(dir.path()));
  {
    auto staged =
        StagedDirectory::Create(target + "/", false);  // a trailing slash is no other name
    REQUIRE(staged.ok());
    WriteText(JoinPath(staged->path(), "a"), "2");
    WriteText(JoinPath(staged->path(), "manifest.json"), "{}");
    REQUIRE(staged->Commit().ok());
  }
  CHECK(ReadText(target + "/a") == "2");
  CHECK(StagedDirectory::Create(target, false).status().code() == StatusCode::kCannotWrite);
  {
    auto staged = StagedDirectory::Create(target, true);
    REQUIRE(staged.ok());
    WriteText(JoinPath(staged->path(), "b"), "3");
    REQUIRE(staged->Commit().ok());
  }
  CHECK(ReadText(target + "/b") == "3");
  CHECK_FALSE(PathExists(target + "/a"));
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("overwriting spares what is not ours", "[base]") {
  TempDir dir;
  const std::string path = dir.File("thesis");
  std::filesystem::create_directory(path);
  CHECK(CheckReplaceable(path).ok());  // empty
  WriteText(path + "/chapter1.tex", "years of work");
  CHECK(CheckReplaceable(path).code() == StatusCode::kCannotWrite);
  CHECK(StagedDirectory::Create(path, true).status().code() == StatusCode::kCannotWrite);
  CHECK(CheckReplaceable(path + "/chapter1.tex").code() == StatusCode::kCannotWrite);
  CHECK(ReadText(path + "/chapter1.tex") == "years of work");
  WriteText(path + "/manifest.json", "{}");
  CHECK(CheckReplaceable(path).ok());
}

TEST_CASE("reading what is not a file says so", "[base]") {
  TempDir dir;
  for (const std::string& path : {dir.File("missing"), dir.path()}) {
    const auto mapped = MappedFile::Open(path);
    CHECK(mapped.status().code() == StatusCode::kBadInput);
    CHECK(mapped.status().message().find(path) == 0);
    CHECK(ReadFile(path).status().code() == StatusCode::kBadInput);
  }
}

TEST_CASE("a directory is locked by one holder at a time", "[base]") {
  TempDir dir;
  {
    auto first = DirectoryLock::Acquire(dir.path());
    REQUIRE(first.ok());
    CHECK(DirectoryLock::Acquire(dir.path()).status().code() == StatusCode::kCannotWrite);
  }
  CHECK(DirectoryLock::Acquire(dir.path()).ok());
  CHECK(DirectoryLock::Acquire(dir.File("missing")).status().code() == StatusCode::kCannotWrite);
}

}  // namespace
}  // namespace lightlda
