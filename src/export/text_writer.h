// Text on its way to a sink.
#ifndef LIGHTLDA_EXPORT_TEXT_WRITER_H_
#define LIGHTLDA_EXPORT_TEXT_WRITER_H_

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/exports.h"
#include "lightlda/status.h"

namespace lightlda {

// Buffered text. The first failure sticks: later output is dropped and Finish returns it, so
// callers need look at status() only often enough to stop early. Not thread-safe.
class TextWriter {
 public:
  // The sink must outlive it.
  explicit TextWriter(const ExportSink& sink) : sink_(sink), buffer_(kBufferBytes) {}

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

  // Text for one line of a text or TSV file: a tab becomes \t, a line end \n or \r, a backslash two
  // of them, any other control character \xHH. In a list separated by spaces, a space becomes \x20.
  void PutEscaped(std::string_view text, bool escape_spaces);
  // A CSV field (RFC 4180): quoted if it holds a comma, a quote or a line end, or begins or ends
  // with a blank, which some readers drop otherwise.
  void PutCsvField(std::string_view text);
  // A JSON string; bytes that are not UTF-8 become U+FFFD.
  void PutJsonString(std::string_view text);

  const Status& status() const { return status_; }
  // Hands over what is buffered. Errors: the sink's first.
  Status Finish();

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 16;
  static constexpr std::size_t kMaxNumber = 32;

  void Flush();

  const ExportSink& sink_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  Status status_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EXPORT_TEXT_WRITER_H_
