// Where lightlda-dump writes: a file that appears only when complete, or standard output.
#ifndef LIGHTLDA_MODEL_TEXT_OUTPUT_H_
#define LIGHTLDA_MODEL_TEXT_OUTPUT_H_

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda {

// Buffered text. The first failure sticks: later output is dropped and Finish returns it, so
// callers need look at status() only often enough to stop early. Destroyed before a successful
// Finish, a file leaves nothing behind. Not thread-safe.
class TextOutput {
 public:
  // path: "-" for standard output. Errors: kCannotWrite, also when the file exists and !overwrite.
  // A file is given up when `stop` is requested.
  static Result<TextOutput> Open(const std::string& path, bool overwrite, StopToken stop = {});

  void Put(char c) {
    if (used_ == buffer_.size()) Flush();
    buffer_[used_++] = c;
  }
  void Put(std::string_view text);
  void PutInt(std::uint64_t value) {
    if (buffer_.size() - used_ < kMaxNumber) Flush();
    char* const at = buffer_.data() + used_;
    used_ += static_cast<std::size_t>(std::to_chars(at, at + kMaxNumber, value).ptr - at);
  }
  // The shortest decimal that reads back as `value`.
  void PutNumber(double value);
  // With this many significant digits, trailing zeros left out.
  void PutNumber(double value, int digits);

  const Status& status() const { return status_; }

  // Writes what is buffered; a file is made durable and put in place. No call may follow. Errors:
  // kCannotWrite; kStopped for a file if a stop was requested.
  Status Finish();

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 16;
  static constexpr std::size_t kMaxNumber = 32;

  explicit TextOutput(StopToken stop) : stop_(std::move(stop)), buffer_(kBufferBytes) {}
  void Flush();
  Status Write(std::string_view text);

  StopToken stop_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  Status status_;
  std::optional<FileWriter> file_;  // absent: standard output
  std::string temporary_;
  std::string path_;
};

// Text for one line of a text or TSV file: a tab becomes \t, a line end \n or \r, a backslash two
// of them, any other control character \xHH. In a list separated by spaces, a space becomes \x20.
void PutEscaped(std::string_view text, bool escape_spaces, TextOutput* out);
// A CSV field (RFC 4180): quoted if it holds a comma, a quote or a line end.
void PutCsvField(std::string_view text, TextOutput* out);
// A JSON string; bytes that are not UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_TEXT_OUTPUT_H_
