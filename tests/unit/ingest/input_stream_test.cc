#include "ingest/input_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "lightlda/stop.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::ReadText;
using testing::TempDir;
using testing::WriteText;

struct Content {
  Status status;
  std::string text;  // up to the error
};

Content ReadAll(InputStream* stream, std::size_t piece = 1000) {
  Content content;
  std::string buffer(piece, '\0');
  while (true) {
    auto got = stream->Read(buffer.data(), buffer.size());
    if (!got.ok()) return {got.status(), content.text};
    if (*got == 0) return content;
    content.text.append(buffer, 0, *got);
  }
}

Content ReadAll(const std::string& path, std::size_t piece = 1000) {
  auto stream = InputStream::Open(path);
  if (!stream.ok()) return {stream.status(), ""};
  return ReadAll(stream->get(), piece);
}

void CheckBadInput(const Content& content, const std::string& what) {
  INFO(content.status.message());
  CHECK(content.status.code() == StatusCode::kBadInput);
  CHECK(content.status.message().find(what) != std::string::npos);
}

// Text that compresses to several blocks, of `size` bytes.
std::string SampleText(std::size_t size, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) text += "word" + std::to_string(random() % 5000) + ' ';
  text.resize(size);
  return text;
}

// What the tool of that name ("gzip", "xz", "zstd") makes of `text`.
std::string Compress(const std::string& tool, std::string_view text) {
  TempDir dir;
  WriteText(dir.File("in"), text);
  const std::string options = tool == "zstd" ? " --check" : "";
  const std::string command =
      tool + options + " -c < '" + dir.File("in") + "' > '" + dir.File("out") + "'";
  REQUIRE(std::system(command.c_str()) == 0);
  return ReadText(dir.File("out"));
}

const std::vector<std::string> kTools = {"gzip", "xz", "zstd"};

TEST_CASE("a plain file is read as it is", "[corpus]") {
  TempDir dir;
  const std::string path = dir.File("a.gz");  // the name says nothing
  for (const std::size_t size : {0, 1, 2, 3, 5, 6, 7, 1000, 600'000}) {
    const std::string text = SampleText(size);
    WriteText(path, text);
    for (const std::size_t piece : {1, 7, 100'000}) {
      if (size / piece > 10'000) continue;
      const Content content = ReadAll(path, piece);
      REQUIRE(content.status.ok());
      REQUIRE(content.text == text);
    }
  }
}

TEST_CASE("texts that begin like a compressed file are plain", "[corpus]") {
  TempDir dir;
  for (const char* text : {"(", "(x", "P", "P*M", "7zXZ", "BZh9", "PK"}) {
    WriteText(dir.File("a"), text);
    CHECK(ReadAll(dir.File("a")).text == text);
  }
}

TEST_CASE("compressed files are decompressed whatever their name", "[corpus]") {
  TempDir dir;
  const std::string path = dir.File("a.txt");
  for (const std::string& tool : kTools) {
    for (const std::size_t size : {0, 1, 1000, 2'000'000}) {
      INFO(tool << " " << size);
      const std::string text = SampleText(size);
      const std::string stored = Compress(tool, text);
      WriteText(path, stored);
      auto stream = InputStream::Open(path);
      REQUIRE(stream.ok());
      CHECK((*stream)->name() == path);
      CHECK((*stream)->stored_size() == stored.size());
      const Content content = ReadAll(stream->get(), size < 5000 ? 1 : 70'001);
      REQUIRE(content.status.ok());
      REQUIRE(content.text == text);
      CHECK((*stream)->stored_bytes_read() == stored.size());
    }
  }
}

TEST_CASE("concatenated compressed files are one input", "[corpus]") {
  TempDir dir;
  for (const std::string& tool : kTools) {
    std::string text, stored;
    // The last is larger than the read buffer, so streams also begin within a later buffer.
    for (const std::size_t size : {1000, 0, 5, 1'500'000, 10}) {
      const std::string part = SampleText(size, static_cast<std::uint32_t>(size));
      text += part;
      stored += Compress(tool, part);
    }
    WriteText(dir.File("a"), stored);
    const Content content = ReadAll(dir.File("a"), 3000);
    INFO(tool << ": " << content.status.message());
    REQUIRE(content.status.ok());
    REQUIRE(content.text == text);
  }
}

TEST_CASE("a member that begins at any offset of the read buffer is found", "[corpus]") {
  TempDir dir;
  const std::string tail = Compress("gzip", "tail");
  std::string head = "\x1F\x8B\x08\x10" + std::string(6, '\0');  // a header with a comment
  const std::string body = Compress("gzip", "head").substr(10);
  for (std::size_t end = (256 << 10) - 12; end <= (256 << 10) + 2; ++end) {
    const std::string comment(end - head.size() - body.size() - 1, 'c');
    WriteText(dir.File("a"), head + comment + '\0' + body + tail);
    const Content content = ReadAll(dir.File("a"));
    INFO(content.status.message());
    REQUIRE(content.status.ok());
    REQUIRE(content.text == "headtail");
  }
}

TEST_CASE("a compressed file cut anywhere is an error after the text there is", "[corpus]") {
  TempDir dir;
  const std::string path = dir.File("a");
  for (const std::string& tool : kTools) {
    const std::string text = SampleText(3000);
    const std::string stored = Compress(tool, text);
    for (std::size_t size = 1; size < stored.size(); ++size) {
      if (tool == "zstd" && size == 1) continue;  // "(": a text
      WriteText(path, stored.substr(0, size));
      const Content content = ReadAll(path);
      INFO(tool << " cut at " << size << " of " << stored.size());
      CheckBadInput(content, path + ": truncated " + tool + " data after " +
                                 std::to_string(content.text.size()) + " bytes of text");
      CHECK(text.starts_with(content.text));
    }
    // And in the second of two.
    for (std::size_t size = 1; size < stored.size(); size += 13) {
      WriteText(path, stored + stored.substr(0, size));
      const Content content = ReadAll(path);
      INFO(tool << " cut at " << size << " of the second");
      if (tool == "zstd" && size == 1) {
        CheckBadInput(content, "followed by other bytes");
      } else {
        CheckBadInput(content, path + ": truncated " + tool + " data after ");
      }
      CHECK(content.text.starts_with(text));
    }
  }
}

TEST_CASE("a flipped byte in compressed data is an error or harmless", "[corpus]") {
  TempDir dir;
  for (const std::string& tool : kTools) {
    const std::string text = SampleText(2000);
    const std::string stored = Compress(tool, text);
    std::size_t num_refused = 0;
    for (std::size_t at = 6; at < stored.size(); ++at) {
      std::string bad = stored;
      bad[at] = static_cast<char>(bad[at] ^ 0x10);
      WriteText(dir.File("a"), bad);
      const Content content = ReadAll(dir.File("a"));
      INFO(tool << " byte " << at << ": " << content.status.message());
      if (content.status.ok()) {
        CHECK(content.text == text);  // e.g. gzip's field for the operating system
      } else {
        CheckBadInput(content, dir.File("a") + ": ");
        ++num_refused;
      }
    }
    CHECK(num_refused + 10 > stored.size() - 6);
  }
}

TEST_CASE("bytes after compressed data are an error", "[corpus]") {
  TempDir dir;
  for (const std::string& tool : kTools) {
    const std::string stored = Compress(tool, "text\n");
    for (const std::string& after :
         {std::string("x"), std::string("garbage garbage"), std::string("\0", 1),
          std::string("\0\0\0\0\0", 5), Compress(tool == "xz" ? "gzip" : "xz", "other")}) {
      WriteText(dir.File("a"), stored + after);
      const Content content = ReadAll(dir.File("a"));
      CheckBadInput(content, "is followed by other bytes");
      CHECK(content.text == "text\n");
    }
  }
}

TEST_CASE("padding of xz streams and skippable zstd frames are accepted", "[corpus]") {
  TempDir dir;
  const std::string xz = Compress("xz", "ab");
  WriteText(dir.File("a"), xz + std::string(8, '\0') + xz + std::string(4, '\0'));
  const Content padded = ReadAll(dir.File("a"));
  CHECK(padded.status.ok());
  CHECK(padded.text == "abab");
  const std::string skippable("\x53\x2A\x4D\x18\x03\0\0\0abc", 11);
  const std::string zstd = Compress("zstd", "cd");
  WriteText(dir.File("a"), skippable + zstd + skippable + zstd);
  const Content skipped = ReadAll(dir.File("a"));
  CHECK(skipped.status.ok());
  CHECK(skipped.text == "cdcd");
}

TEST_CASE("missing files, directories and files without permission are bad input", "[corpus]") {
  TempDir dir;
  CheckBadInput(ReadAll(dir.File("none")), dir.File("none") + ": No such file or directory");
  CheckBadInput(ReadAll(dir.path()), dir.path() + ": Is a directory");
  CheckBadInput(ReadAll(std::string()), "No such file or directory");
  WriteText(dir.File("secret"), "text");
  REQUIRE(::chmod(dir.File("secret").c_str(), 0) == 0);
  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::seteuid(kNobody) == 0);  // root may read everything
  const Content content = ReadAll(dir.File("secret"));
  if (root) REQUIRE(::seteuid(0) == 0);
  CheckBadInput(content, dir.File("secret") + ": Permission denied");
}

TEST_CASE("a dash is standard input, of unknown size if it is a pipe", "[corpus]") {
  const std::string text = SampleText(20'000);
  const std::string stored = Compress("gzip", text);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], stored.data(), stored.size()) == static_cast<ssize_t>(stored.size()));
  ::close(ends[1]);
  const int saved = ::dup(STDIN_FILENO);
  REQUIRE(::dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
  ::close(ends[0]);
  {
    auto stream = InputStream::Open("-");
    REQUIRE(stream.ok());
    CHECK((*stream)->name() == "(stdin)");
    CHECK((*stream)->stored_size() == 0);
    CHECK(ReadAll(stream->get()).text == text);
  }
  CHECK(::fcntl(STDIN_FILENO, F_GETFD) >= 0);  // left open
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
}

TEST_CASE("an interrupt ends the wait for a silent pipe", "[corpus]") {
  TempDir dir;
  const std::string path = dir.File("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int writer = ::open(path.c_str(), O_RDWR);
  REQUIRE(writer >= 0);
  REQUIRE(::write(writer, "abcdefgh", 8) == 8);
  const StopToken stop;
  std::thread interrupter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.RequestStop();
  });
  auto stream = InputStream::Open(path, stop);  // looks at the first bytes
  Status status = stream.status();
  while (status.ok()) {
    char buffer[16];
    status = (*stream)->Read(buffer, sizeof(buffer)).status();
  }
  interrupter.join();
  ::close(writer);
  CHECK(status.code() == StatusCode::kCancelled);
  CHECK(status.message().find("interrupted") != std::string::npos);
}

}  // namespace
}  // namespace lightlda
