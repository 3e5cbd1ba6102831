#include "base/file.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>

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

TEST_CASE("a file is made anew: a left-over goes, nothing is followed or written into", "[base]") {
  TempDir dir;
  const std::string path = dir.File("f");
  WriteText(dir.File("precious"), "precious");
  const auto refuses = [&] {
    const Status status = FileWriter::Create(path).status();
    CHECK(status.message() == path + ": File exists");
    return status.code() == StatusCode::kCannotWrite;
  };
  std::filesystem::create_symlink("precious", path);
  CHECK(refuses());
  CHECK(WriteFileAtomic(dir.File("g"), "x").ok());
  std::filesystem::rename(path, dir.File("g.tmp"));  // where the next write puts its temporary file
  CHECK(WriteFileAtomic(dir.File("g"), "y").code() == StatusCode::kCannotWrite);
  std::filesystem::create_directory(path);
  CHECK(refuses());
  std::filesystem::remove(path);
  std::filesystem::create_hard_link(dir.File("precious"), path);
  auto writer = FileWriter::Create(path);
  REQUIRE(writer.ok());
  CHECK(writer->Append("new").ok());
  CHECK(writer->Close().ok());
  CHECK(ReadText(path) == "new");
  CHECK(ReadText(dir.File("precious")) == "precious");
  CHECK(ReadText(dir.File("g")) == "x");
}

TEST_CASE("a mapped file knows whether its file has changed", "[base]") {
  TempDir dir;
  const std::string path = dir.File("f");
  WriteText(path, "12345");
  MappedFile file = testing::Must(MappedFile::Open(path));
  CHECK(file.IsUnchanged());
  CHECK(FindMappedFile(file.bytes().data() + 4) == path);
  CHECK(FindMappedFile(&path) == nullptr);
  CHECK(FindChangedFile() == nullptr);
  const MappedFile moved = std::move(file);
  WriteText(dir.File("other"), "12345");
  std::filesystem::rename(dir.File("other"), path);
  CHECK_FALSE(moved.IsUnchanged());
  CHECK(FindChangedFile() == path);
  const MappedFile again = testing::Must(MappedFile::Open(path));
  CHECK(again.IsUnchanged());
  std::filesystem::resize_file(path, 3);
  CHECK_FALSE(again.IsUnchanged());
  std::filesystem::remove(path);
  CHECK(again.IsUnchanged());  // what is mapped stays
  const void* address = nullptr;
  {
    WriteText(path, "x");
    const MappedFile brief = testing::Must(MappedFile::Open(path));
    address = brief.bytes().data();
    CHECK(FindMappedFile(address) == path);
  }
  CHECK(FindMappedFile(address) == nullptr);
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
