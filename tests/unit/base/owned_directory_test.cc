// The rule of what may be destroyed. tests/cli/scenario_targets.py has the table of targets.
#include "base/owned_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/manifest.h"
#include "base/staged_directory.h"
#include "test_util.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;
using testing::Must;
using testing::ReadText;
using testing::ReadTree;
using testing::TempDir;
using testing::WriteText;

constexpr std::string_view kPatterns[] = {
    "manifest.json",  "manifest.prev.json", "run.json",          "log",
    "scratch-??????", "gen-#/a.bin",        "gen-#/topics-#.bin"};
constexpr DirectoryKind kPatterned = {"lightlda sample", kPatterns};
constexpr DirectoryKind kNamed = {"lightlda sample", {}};

void WriteSample(const std::string& directory, const std::string& kind = "lightlda sample") {
  fs::create_directories(directory);
  Must(WriteManifest(JoinPath(directory, "manifest.json"),
                     {{"kind", kind}, {"part", {{"file", "part.bin"}, {"bytes", 1}}}}));
}

void Make(const std::string& root, const std::string& name) {
  const std::string path = JoinPath(root, name);
  if (name.ends_with('/')) {
    fs::create_directories(path);
  } else if (name.ends_with('@')) {
    fs::create_directories(ParentPath(path));
    fs::create_symlink("/nowhere", path.substr(0, path.size() - 1));
  } else {
    fs::create_directories(ParentPath(path));
    WriteText(path, "x");
  }
}

TEST_CASE("one name that is not of the kind keeps a whole directory", "[base]") {
  struct Case {
    DirectoryKind kind;
    std::vector<std::string> names;  // beside a valid manifest: a file, a directory/ or a link@
    std::string stranger;            // empty: none
  };
  const std::vector<Case> cases = {
      {kNamed, {}, ""},
      {kNamed, {"part.bin", "part.bin.tmp", "manifest.json.tmp"}, ""},
      {kNamed, {"part.bin", "notes"}, "notes"},
      {kNamed, {"other.bin"}, "other.bin"},
      {kNamed, {"part.bin/"}, "part.bin"},
      {kNamed, {"part.bin@"}, "part.bin"},
      {kNamed, {".hidden"}, ".hidden"},
      {kNamed, {".nfs000000000000abcd00000001"}, ""},
      {kPatterned, {"log", "log.tmp", "run.json", "scratch-a1B2c3", "manifest.prev.json"}, ""},
      {kPatterned, {"gen-000001/a.bin", "gen-2/topics-00007.bin", "gen-3/"}, ""},
      {kPatterned, {"part.bin"}, "part.bin"},
      {kPatterned, {"gen-000001/notes"}, "gen-000001/notes"},
      {kPatterned, {"gen-1/a.bin.tmp"}, "gen-1/a.bin.tmp"},
      {kPatterned, {"gen-1/a.bin/"}, "gen-1/a.bin"},
      {kPatterned, {"gen-1/a.bin@"}, "gen-1/a.bin"},
      {kPatterned, {"gen-/a.bin"}, "gen-"},
      {kPatterned, {"gen-1"}, "gen-1"},
      {kPatterned, {"gen-1@"}, "gen-1"},
      {kPatterned, {"generation/"}, "generation"},
      {kPatterned, {"scratch-a1B2c"}, "scratch-a1B2c"},
      {kPatterned, {"log@"}, "log"},
  };
  for (const Case& one : cases) {
    TempDir dir;
    const std::string path = dir.File("d");
    WriteSample(path);
    for (const std::string& name : one.names) Make(path, name);
    const auto before = ReadTree(path);
    const Status status = CheckReplaceable(path, one.kind);
    CAPTURE(one.names, status.message());
    CHECK(status.ok() == one.stranger.empty());
    if (one.stranger.empty()) {
      // What NFS made goes when NFS lets it go.
      const bool stays = !one.names.empty() && one.names[0].starts_with(".nfs");
      CHECK(RemoveOwned(path, one.kind).ok() == !stays);
      CHECK(fs::exists(path) == stays);
      continue;
    }
    CHECK(status.message() ==
          path + ": holds " + one.stranger + ", which lightlda did not write, so not replaced");
    CHECK(RemoveOwned(path, one.kind).code() == StatusCode::kCannotWrite);
    CHECK(ClearOwned(path, one.kind).code() == StatusCode::kCannotWrite);
    CHECK(ReadTree(path) == before);
  }
}

TEST_CASE("what people have written is in nobody's way, and never goes", "[base]") {
  static constexpr std::string_view kNames[] = {"mine"};
  constexpr DirectoryKind kKeeping = {"lightlda sample", kPatterns, kNames};
  TempDir dir;
  const std::string path = dir.File("d");
  WriteSample(path);
  for (const char* name : {"mine", "mine.tmp", "log", "gen-1/a.bin"}) Make(path, name);
  CHECK_FALSE(CheckReplaceable(path, kPatterned).ok());
  Must(ClearOwned(path, kKeeping));
  CHECK(ReadTree(path).size() == 1);
  CHECK(ReadText(JoinPath(path, "mine")) == "x");
  // By itself it does not tell whose the directory is.
  CHECK_FALSE(CheckReplaceable(path, kKeeping).ok());
  WriteSample(path);
  CHECK_FALSE(RemoveOwned(path, kKeeping).ok());
  CHECK(ReadText(JoinPath(path, "mine")) == "x");
  // Only a file, and only in the directory itself.
  WriteSample(path);
  Make(path, "gen-1/mine");
  CHECK_FALSE(CheckReplaceable(path, kKeeping).ok());
  fs::remove(JoinPath(path, "gen-1/mine"));
  const std::string other = dir.File("other");
  WriteSample(other);
  Make(other, "mine@");
  CHECK_FALSE(CheckReplaceable(other, kKeeping).ok());
  Must(MoveKept(other, path, kKeeping));  // a link is not ours to move
  CHECK(fs::is_symlink(JoinPath(other, "mine")));
  fs::remove(JoinPath(other, "mine"));
  // It goes where nothing of its name is.
  Must(MoveKept(path, other, kKeeping));
  CHECK_FALSE(PathExists(JoinPath(path, "mine")));
  CHECK(ReadText(JoinPath(other, "mine")) == "x");
  WriteText(JoinPath(path, "mine"), "newer");
  Must(MoveKept(other, path, kKeeping));
  CHECK(ReadText(JoinPath(path, "mine")) == "newer");
  CHECK(ReadText(JoinPath(other, "mine")) == "x");
}

TEST_CASE("a directory is ours by its manifest, the one before, or its mark", "[base]") {
  TempDir dir;
  const std::string path = dir.File("d");
  CHECK_FALSE(CheckReplaceable(path, kPatterned).ok());  // nothing is there
  fs::create_directory(path);
  CHECK(CheckReplaceable(path, kPatterned).ok());
  WriteText(JoinPath(path, "run.json.tmp"), "");
  CHECK(CheckReplaceable(path, kPatterned).ok());
  CHECK_FALSE(CheckReplaceable(path, kNamed).ok());
  WriteText(JoinPath(path, "log"), "x");
  CHECK_FALSE(CheckReplaceable(path, kPatterned).ok());
  Must(WriteRunMark(path, {"0123"}));
  CHECK(ReadRunMark(path)->replaces == "0123");
  CHECK(CheckReplaceable(path, kPatterned).ok());
  WriteText(JoinPath(path, "run.json"), "{}");
  CHECK_FALSE(ReadRunMark(path));
  CHECK_FALSE(CheckReplaceable(path, kPatterned).ok());
  WriteSample(path);
  const std::string checksum = ManifestChecksum(path);
  CHECK(CheckReplaceable(path, kPatterned).ok());
  fs::rename(JoinPath(path, "manifest.json"), JoinPath(path, "manifest.prev.json"));
  CHECK(ManifestChecksum(path) == checksum);
  CHECK(CheckReplaceable(path, kPatterned).ok());
  WriteSample(path, "lightlda other");
  const Status other = CheckReplaceable(path, kPatterned);
  CHECK(other.message() == path + ": is a lightlda other, not a lightlda sample, so not replaced");
  WriteSample(path, "somebody else's");
  CHECK_FALSE(CheckReplaceable(path, kPatterned).ok());
}

TEST_CASE("a part goes without what others put there", "[base]") {
  TempDir dir;
  for (const char* name : {"gen-1/a.bin", "gen-1/topics-2.bin", "gen-2/a.bin", "gen-2/notes"}) {
    Make(dir.path(), name);
  }
  for (const char* part : {"gen-1", "gen-2", "gen-3"}) {
    CHECK(RemovePart(dir.path(), kPatterned, part).ok());
  }
  CHECK_FALSE(fs::exists(dir.File("gen-1")));
  CHECK(ReadTree(dir.path()) == std::map<std::string, std::string>{{"gen-2/notes", "x"}});
}

TEST_CASE("nothing is put where something is read, by whatever name", "[base]") {
  TempDir dir;
  WriteText(dir.File("f"), "x");
  fs::create_directories(dir.File("read/inner"));
  fs::create_directories(dir.File("free"));
  fs::create_directory_symlink(dir.File("read"), dir.File("link"));
  WriteSample(dir.File("ours"));
  const auto says = [&](const std::string& target, const std::vector<std::string>& sources) {
    const Status status = CheckPlace(target, sources);
    CHECK((status.ok() || status.code() == StatusCode::kCannotWrite));
    for (const char* word : {": is ", ": holds ", ": lies in "}) {
      if (status.message().find(word) != std::string::npos) return std::string(word + 2);
    }
    return status.message();
  };
  const std::string read = dir.File("read");
  CHECK(says(read, {read}) == "is ");
  CHECK(says(read, {dir.File("link")}) == "is ");
  CHECK(says(dir.File("link/."), {read}) == "is ");
  CHECK(says(dir.File("free/../read"), {"", read}) == "is ");
  CHECK(says(read, {dir.File("link/inner")}) == "holds ");
  CHECK(says(dir.path(), {read}) == "holds ");
  CHECK(says(dir.File("link/new"), {read}) == "lies in ");
  CHECK(says(dir.File("read/inner/new"), {dir.File("link")}) == "lies in ");
  CHECK(says(dir.File("f"), {dir.File("f")}) == "is ");
  CHECK(says(dir.File("ours/new"), {}) == "lies in ");
  CHECK(says(dir.File("ours"), {}).empty());
  CHECK(says(dir.File("free/new"), {read, dir.File("missing"), dir.File("f")}).empty());
  CHECK(says(dir.File("missing/new"), {read}).empty());  // the parent is missing: found later
}

TEST_CASE("two directories change places", "[base]") {
  TempDir dir;
  Make(dir.path(), "a/new");
  Make(dir.path(), "b/old");
  Must(ExchangeDirectories(dir.File("a"), dir.File("b")));
  CHECK(ReadTree(dir.path()) == std::map<std::string, std::string>{{"a/old", "x"}, {"b/new", "x"}});
  CHECK_FALSE(ExchangeDirectories(dir.File("missing"), dir.File("b")).ok());
  CHECK(fs::exists(dir.File("b/new")));
}

TEST_CASE("a staged directory appears when committed and vanishes otherwise", "[base]") {
  TempDir dir;
  const std::string target = dir.File("out");
  const auto create = [](const std::string& path, bool overwrite) {
    return StagedDirectory::Create(path, overwrite, kNamed, {});
  };
  {
    const auto staged = Must(create(target, false));
    WriteText(JoinPath(staged.path(), "part.bin"), "1");
    CHECK_FALSE(PathExists(target));
  }
  CHECK(fs::is_empty(dir.path()));
  {
    auto staged = Must(create(target + "/", false));  // a trailing slash is no other name
    WriteText(JoinPath(staged.path(), "part.bin"), "2");
    WriteSample(staged.path());
    Must(staged.Commit());
  }
  CHECK(ReadText(target + "/part.bin") == "2");
  CHECK(create(target, false).status().code() == StatusCode::kCannotWrite);
  {
    auto staged = Must(create(target, true));
    CHECK(create(target, true).status().message().find("another process") != std::string::npos);
    WriteSample(staged.path());
    CHECK(ReadText(target + "/part.bin") == "2");
    Must(staged.Commit());
  }
  CHECK(fs::exists(target + "/manifest.json"));
  CHECK_FALSE(fs::exists(target + "/part.bin"));
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);
  {
    auto staged = Must(create(target, true));
    WriteText(target + "/notes", "years of work");
    CHECK(staged.Commit().code() == StatusCode::kCannotWrite);
  }
  CHECK(ReadText(target + "/notes") == "years of work");
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);
}

}  // namespace
}  // namespace lightlda
