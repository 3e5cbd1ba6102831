#include "ingest/line_chunks.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

using NumberedLines = std::vector<std::pair<std::uint64_t, std::string>>;

// A text handed out in pieces of random size, repeated `repeat` times.
class TextStream final : public InputStream {
 public:
  explicit TextStream(std::string text, std::uint32_t seed = 1, std::size_t max_piece = 10,
                      std::size_t repeat = 1)
      : text_(std::move(text)), max_piece_(max_piece), repeat_(repeat), random_(seed) {}

  Result<std::size_t> Read(char* buffer, std::size_t size) override {
    largest_request_ = std::max(largest_request_, size);
    if (at_ == text_.size() && repeat_ > 1) {
      --repeat_;
      at_ = 0;
    }
    std::size_t count = std::min({size, text_.size() - at_, 1 + random_() % max_piece_});
    std::memcpy(buffer, text_.data() + at_, count);
    at_ += count;
    return count;
  }
  const std::string& name() const override { return name_; }
  std::uint64_t stored_bytes_read() const override { return at_; }
  std::uint64_t stored_size() const override { return 0; }
  std::size_t largest_request() const { return largest_request_; }

 private:
  std::string name_ = "in.txt";
  std::string text_;
  std::size_t max_piece_;
  std::size_t repeat_;
  std::mt19937 random_;
  std::size_t at_ = 0;
  std::size_t largest_request_ = 0;
};

struct Outcome {
  Status status;
  NumberedLines lines;
  std::uint64_t num_skipped = 0;
};

// All lines, with the promises of each chunk checked.
Outcome ReadLines(InputStream* input, const LineChunkerOptions& options) {
  LineChunker chunker(input, options);
  Outcome outcome;
  LineChunk chunk;
  bool last = false;
  while (true) {
    auto more = chunker.Next(&chunk);
    if (!more.ok()) {
      outcome.status = more.status();
      return outcome;
    }
    REQUIRE(last == !*more);
    if (!*more) break;
    last = chunk.last;
    std::uint64_t num_lines = 0;
    const Status status = ForEachLine(chunk, [&](std::uint64_t number, std::string_view line) {
      REQUIRE(number == chunk.first_line + num_lines++);
      outcome.lines.emplace_back(number, line);
      return Status();
    });
    REQUIRE(status.ok());
    REQUIRE(num_lines == chunk.num_lines);
    REQUIRE((num_lines > 0 || last));
    REQUIRE((last || chunk.text.back() == '\n'));
  }
  outcome.num_skipped = chunker.num_skipped_lines();
  return outcome;
}

Outcome ReadLines(const std::string& text, const LineChunkerOptions& options = {}) {
  TextStream input(text);
  return ReadLines(&input, options);
}

TEST_CASE("lines are numbered from 1 and keep their order", "[corpus]") {
  CHECK(ReadLines("a\nb\n").lines == NumberedLines{{1, "a"}, {2, "b"}});
  CHECK(ReadLines("\n\na\n\n").lines == NumberedLines{{1, ""}, {2, ""}, {3, "a"}, {4, ""}});
}

// Gives one line per read and fails when asked for more than it has.
class OneLineAtATime final : public InputStream {
 public:
  explicit OneLineAtATime(std::vector<std::string> lines) : lines_(std::move(lines)) {}
  Result<std::size_t> Read(char* buffer, std::size_t) override {
    REQUIRE(next_ < lines_.size());  // a pipe would block
    const std::string& line = lines_[next_++];
    std::memcpy(buffer, line.data(), line.size());
    return line.size();
  }
  const std::string& name() const override { return name_; }
  std::uint64_t stored_bytes_read() const override { return 0; }
  std::uint64_t stored_size() const override { return 0; }

 private:
  std::string name_ = "(stdin)";
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
};

TEST_CASE("prompt chunks come as soon as there is a line", "[corpus]") {
  LineChunkerOptions options;
  options.prompt = true;
  OneLineAtATime input({"first\n", "sec", "ond\nthi", "rd\n"});
  LineChunker chunker(&input, options);
  CHECK(chunker.Peek(1000).value() == "first\n");  // does not wait for more
  LineChunk chunk;
  for (const std::string line : {"first\n", "second\n", "third\n"}) {
    REQUIRE(chunker.Next(&chunk).value());
    CHECK(chunk.text == line);
    CHECK(chunk.num_lines == 1);
    CHECK_FALSE(chunk.last);
  }
  TextStream pieces("a\n\nlong line\nb");
  options.max_line_bytes = 5;
  options.skip_long_lines = true;
  const Outcome outcome = ReadLines(&pieces, options);
  CHECK(outcome.lines == NumberedLines{{1, "a"}, {2, ""}, {4, "b"}});
  CHECK(outcome.num_skipped == 1);
}

TEST_CASE("what was peeked at is read all the same", "[corpus]") {
  for (const std::size_t size : {1u, 4u, 1000u}) {
    TextStream input(
        "\xEF\xBB\xBF"
        "a\nb\n");
    LineChunker chunker(&input, {});
    CHECK(chunker.Peek(size).value() == std::string_view("\xEF\xBB\xBF"
                                                         "a\nb\n")
                                            .substr(0, size));
    LineChunk chunk;
    REQUIRE(chunker.Next(&chunk).value());
    CHECK(chunk.text == "a\nb\n");
  }
}

TEST_CASE("a missing final newline, CRLF and a byte order mark are accepted", "[corpus]") {
  CHECK(ReadLines("a\nb").lines == NumberedLines{{1, "a"}, {2, "b"}});
  CHECK(ReadLines("a\r\n\r\nb\r\n").lines == NumberedLines{{1, "a"}, {2, ""}, {3, "b"}});
  CHECK(ReadLines("a\rb\r\r\n").lines == NumberedLines{{1, "a\rb\r"}});
  CHECK(ReadLines("\xEF\xBB\xBF"
                  "a\n\xEF\xBB\xBF"
                  "b\n")
            .lines == NumberedLines{{1, "a"},
                                    {2,
                                     "\xEF\xBB\xBF"
                                     "b"}});
  CHECK(ReadLines("\xEF\xBB"
                  "a")
            .lines == NumberedLines{{1,
                                     "\xEF\xBB"
                                     "a"}});
}

TEST_CASE("an empty input is one last chunk without lines", "[corpus]") {
  for (const char* text : {"", "\xEF\xBB\xBF"}) {
    TextStream input(text);
    LineChunker chunker(&input, {});
    LineChunk chunk;
    auto more = chunker.Next(&chunk);
    REQUIRE(more.ok());
    CHECK(*more);
    CHECK(chunk.last);
    CHECK(chunk.num_lines == 0);
    CHECK_FALSE(*chunker.Next(&chunk));
  }
}

TEST_CASE("chunk and read boundaries do not change the lines", "[corpus]") {
  std::mt19937 random(5);
  for (std::uint32_t round = 0; round < 300; ++round) {
    std::string text;
    NumberedLines expected;
    const std::size_t num_lines = random() % 40;
    for (std::size_t i = 0; i < num_lines; ++i) {
      const std::string line(random() % 30, static_cast<char>('a' + random() % 26));
      expected.emplace_back(i + 1, line);
      text += line + (random() % 4 == 0 ? "\r\n" : "\n");
    }
    if (num_lines > 0 && !expected.back().second.empty() && random() % 2 == 0) text.pop_back();
    TextStream input(text, round, 1 + random() % 50);
    const Outcome outcome = ReadLines(&input, {.chunk_bytes = 1 + random() % 100});
    REQUIRE(outcome.status.ok());
    REQUIRE(outcome.lines == expected);
  }
}

TEST_CASE("a chunk's text is about chunk_bytes long", "[corpus]") {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "0123456789\n";
  TextStream input(text, 1, 5000);
  LineChunker chunker(&input, {.chunk_bytes = 1000});
  LineChunk chunk;
  std::size_t num_chunks = 0;
  while (*chunker.Next(&chunk)) {
    ++num_chunks;
    CHECK(chunk.text.size() < 1011);
    CHECK((chunk.last || chunk.text.size() >= 1000));
  }
  CHECK(num_chunks == 110);
  CHECK(chunker.text_bytes_read() == text.size());
}

TEST_CASE("a line above the limit is refused at its number", "[corpus]") {
  for (const std::size_t chunk_bytes : {1, 5, 1000}) {
    for (const char* end : {"", "\n", "\r\n", "\nmore\n"}) {
      const LineChunkerOptions options = {.chunk_bytes = chunk_bytes, .max_line_bytes = 5};
      const std::string text = std::string("a\n12345\r\n12345\n");
      CHECK(ReadLines(text, options).lines.size() == 3);
      const Outcome outcome = ReadLines(text + "123456" + end, options);
      CHECK(outcome.status.code() == StatusCode::kBadInput);
      CHECK(outcome.status.message() ==
            "in.txt:4: line longer than the 5 bytes that `max_line_bytes` allows");
      CHECK(outcome.lines.size() == 3);
    }
  }
}

TEST_CASE("lines above the limit are skipped, counted and numbered on request", "[corpus]") {
  for (const std::size_t chunk_bytes : {1, 4, 9, 1000}) {
    LineChunkerOptions options = {chunk_bytes, 5, true};
    const Outcome outcome =
        ReadLines("123456\na\n1234567890\r\n1234567\nb\n123456789012345678", options);
    REQUIRE(outcome.status.ok());
    CHECK(outcome.lines == NumberedLines{{2, "a"}, {5, "b"}});
    CHECK(outcome.num_skipped == 4);
    CHECK(ReadLines("123456", options).lines.empty());
  }
}

TEST_CASE("a line far above the limit costs bounded memory", "[corpus]") {
  const std::string piece(std::size_t{1} << 20, 'x');
  constexpr std::size_t kLimit = 3 << 20;
  TextStream refused(piece, 1, piece.size(), 1024);  // 1 GiB if it were read
  LineChunkerOptions options = {.max_line_bytes = kLimit};
  const Outcome outcome = ReadLines(&refused, options);
  CHECK(outcome.status.message() ==
        "in.txt:1: line longer than the 3145728 bytes that `max_line_bytes` allows");
  CHECK(refused.largest_request() <= 2 * kLimit);
  TextStream skipped(piece + piece, 1, piece.size(), 100);
  options.skip_long_lines = true;
  CHECK(ReadLines(&skipped, options).num_skipped == 1);
  CHECK(skipped.largest_request() <= 2 * kLimit);
}

TEST_CASE("the first failed line ends a loop over lines", "[corpus]") {
  const LineChunk chunk = {"a\nb\nc\n", 7, 3, true};
  std::uint64_t last = 0;
  const Status status = ForEachLine(chunk, [&last](std::uint64_t number, std::string_view) {
    last = number;
    return number == 8 ? Status::BadInput("bad") : Status();
  });
  CHECK(status.message() == "bad");
  CHECK(last == 8);
}

TEST_CASE("an error of the input is passed on", "[corpus]") {
  class BrokenStream final : public InputStream {
   public:
    Result<std::size_t> Read(char* buffer, std::size_t) override {
      if (reads_++ > 0) return Status::BadInput("in.txt: broken");
      *buffer = 'a';
      return std::size_t{1};
    }
    const std::string& name() const override { return name_; }
    std::uint64_t stored_bytes_read() const override { return 0; }
    std::uint64_t stored_size() const override { return 0; }

   private:
    std::string name_ = "in.txt";
    int reads_ = 0;
  };
  BrokenStream input;
  CHECK(ReadLines(&input, {}).status.message() == "in.txt: broken");
}

}  // namespace
}  // namespace lightlda
