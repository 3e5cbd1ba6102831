// A directory in memory behaves as one on disk, to everything that reads and writes files.
#include "base/file_path.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/manifest.h"
#include "base/section_file.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;

// Runs on disk and in memory.
void OnBoth(const std::function<void(const FilePath& root)>& check) {
  TempDir dir;
  check(dir.path());
  check(FilePath::NewInMemory("a test"));
}

Status WriteText(const FilePath& path, std::string_view text) {
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Create(path));
  LIGHTLDA_RETURN_IF_ERROR(writer.Append(text.substr(0, text.size() / 2)));
  LIGHTLDA_RETURN_IF_ERROR(writer.Append(text.substr(text.size() / 2)));
  return writer.Close();
}

std::string MappedText(const FilePath& path) {
  const MappedFile file = Must(MappedFile::Open(path));
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

TEST_CASE("what was written is read again, on disk and in memory", "[base]") {
  OnBoth([](const FilePath& root) {
    for (const std::size_t size : {0, 1, 15, 16, 5'000'000}) {
      const FilePath path = JoinPath(root, "f" + std::to_string(size));
      const std::string text(size, static_cast<char>('a' + size % 26));
      CHECK_FALSE(PathExists(path));
      Must(WriteText(path, text));
      CHECK(PathExists(path));
      CHECK(MappedText(path) == text);
      CHECK(Must(ReadFile(path)) == text);
    }
    CHECK_FALSE(MappedFile::Open(JoinPath(root, "absent")).ok());
    CHECK(ReadFile(JoinPath(root, "absent"))
              .status()
              .message()
              .ends_with("absent: No such file or directory"));
  });
}

TEST_CASE("a writer that was not closed leaves no file, on disk and in memory", "[base]") {
  OnBoth([](const FilePath& root) {
    {
      FileWriter writer = Must(FileWriter::Create(JoinPath(root, "f")));
      Must(writer.Append(std::string_view("text")));
    }
    CHECK_FALSE(PathExists(JoinPath(root, "f")));
  });
}

TEST_CASE("directories list, move and lose their files, on disk and in memory", "[base]") {
  OnBoth([](const FilePath& root) {
    const FilePath gen = JoinPath(root, "gen-1");
    Must(CreateDirectory(gen));
    Must(WriteText(JoinPath(gen, "a"), "A"));
    Must(WriteText(JoinPath(gen, "b"), "B"));
    Must(WriteText(JoinPath(root, "gen-10"), "beside"));
    Must(WriteFileAtomic(JoinPath(root, "m"), "old"));
    Must(WriteFileAtomic(JoinPath(root, "m"), "new"));
    Must(SyncDirectory(root));
    const std::vector<std::string> names = Must(ListDirectory(root));
    CHECK(names == std::vector<std::string>{"gen-1", "gen-10", "m"});
    CHECK(PathExists(gen));
    Must(RenamePath(JoinPath(gen, "a"), JoinPath(gen, "b")));
    CHECK(Must(ReadFile(JoinPath(gen, "b"))) == "A");
    CHECK_FALSE(PathExists(JoinPath(gen, "a")));
    CHECK_FALSE(RenamePath(JoinPath(gen, "a"), JoinPath(gen, "b")).ok());
    Must(RemoveTree(gen));
    Must(RemoveTree(gen));
    CHECK_FALSE(PathExists(gen));
    CHECK(Must(ReadFile(JoinPath(root, "gen-10"))) == "beside");
    CHECK(Must(ReadFile(JoinPath(root, "m"))) == "new");
    // On disk there is none; in memory a directory is what its files say.
    const auto gone = ListDirectory(gen);
    CHECK((gone.ok() ? gone.value().empty() : root.memory() == nullptr));
  });
}

TEST_CASE("files are copied between disk and memory, or a prefix of them", "[base]") {
  TempDir dir;
  const FilePath memory = FilePath::NewInMemory("a test");
  Must(WriteText(dir.File("a"), "0123456789"));
  Must(CopyFile(dir.File("a"), JoinPath(memory, "b"), 10));
  Must(CopyFile(JoinPath(memory, "b"), dir.File("c"), 4));
  CHECK(Must(ReadFile(JoinPath(memory, "b"))) == "0123456789");
  CHECK(testing::ReadText(dir.File("c")) == "0123");
  CHECK(CopyFile(dir.File("a"), dir.File("d"), 11).code() == StatusCode::kBadInput);
  CHECK_FALSE(PathExists(dir.File("d")));
}

TEST_CASE("section files and manifests are the same bytes in memory as on disk", "[base]") {
  TempDir dir;
  const FilePath memory = FilePath::NewInMemory("a test");
  const std::vector<std::uint64_t> numbers(1000, 7);
  const std::span<const std::byte> sections[] = {std::as_bytes(std::span(numbers))};
  const FileStamp on_disk = Must(WriteSectionFile(dir.File("s"), "LLDATST\n", 1, sections));
  const FileStamp in_memory =
      Must(WriteSectionFile(JoinPath(memory, "s"), "LLDATST\n", 1, sections));
  CHECK(on_disk == in_memory);
  CHECK(MappedText(JoinPath(memory, "s")) == testing::ReadText(dir.File("s")));
  const SectionFile disk_file = Must(SectionFile::Open(dir.File("s"), "LLDATST\n", 1, 1));
  const SectionFile file = Must(SectionFile::Open(JoinPath(memory, "s"), "LLDATST\n", 1, 1));
  CHECK(disk_file.is_mapped());
  CHECK_FALSE(file.is_mapped());
  CHECK(std::ranges::equal(Must(file.Section<std::uint64_t>(0)), numbers));
  const nlohmann::ordered_json manifest = {{"kind", "test"}};
  Must(WriteManifest(dir.File("m"), manifest));
  Must(WriteManifest(JoinPath(memory, "m"), manifest));
  CHECK(Must(ReadManifest(JoinPath(memory, "m"))).checksum ==
        Must(ReadManifest(dir.File("m"))).checksum);
}

TEST_CASE("a file in memory outlives its removal and its directory for who reads it", "[base]") {
  FilePath root = FilePath::NewInMemory("a test");
  const std::string text(100, 'x');
  Must(WriteText(JoinPath(root, "f"), text));
  const MappedFile file = Must(MappedFile::Open(JoinPath(root, "f")));
  Must(RemoveTree(JoinPath(root, "f")));
  root = FilePath();
  CHECK(std::string(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()) ==
        text);
}

TEST_CASE("directories in memory know nothing of each other", "[base]") {
  const FilePath a = FilePath::NewInMemory("a test");
  const FilePath b = FilePath::NewInMemory("a test");
  Must(WriteText(JoinPath(a, "f"), "A"));
  CHECK_FALSE(PathExists(JoinPath(b, "f")));
  CHECK_FALSE(PathExists("a test/f"));
}

}  // namespace
}  // namespace lightlda
