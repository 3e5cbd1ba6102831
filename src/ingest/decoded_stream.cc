#include "ingest/decoded_stream.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "text/utf8.h"

namespace lightlda {
namespace {

using namespace std::string_view_literals;

constexpr char kUtf8[] = "UTF-8";

struct Mark {
  std::string_view bytes;
  const char* encoding;
};
// Longer ones before those that they begin with.
constexpr std::array kMarks = {Mark{"\xEF\xBB\xBF"sv, kUtf8}, Mark{"\xFF\xFE\0\0"sv, "UTF-32LE"},
                               Mark{"\0\0\xFE\xFF"sv, "UTF-32BE"}, Mark{"\xFF\xFE"sv, "UTF-16LE"},
                               Mark{"\xFE\xFF"sv, "UTF-16BE"}};
constexpr std::size_t kMaxMarkBytes = 4;

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter NewConverter(const char* encoding) {
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(ucnv_open(encoding, &error));
  if (U_FAILURE(error)) return nullptr;
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  return U_FAILURE(error) ? nullptr : std::move(converter);
}

class DecodedStream final : public InputStream {
 public:
  DecodedStream(std::unique_ptr<InputStream> stored, std::string encoding)
      : stored_(std::move(stored)), encoding_(std::move(encoding)) {}

  Result<std::size_t> Read(char* buffer, std::size_t size) override {
    if (!std::exchange(started_, true)) LIGHTLDA_RETURN_IF_ERROR(Start(size));
    while (converter_ != nullptr && text_.empty() && !at_end_) LIGHTLDA_RETURN_IF_ERROR(Decode());
    if (converter_ == nullptr && text_.empty()) return stored_->Read(buffer, size);
    const std::size_t count = std::min(size, text_.size() - taken_);
    std::memcpy(buffer, text_.data() + taken_, count);
    taken_ += count;
    if (taken_ == text_.size()) {
      text_.clear();
      taken_ = 0;
    }
    return count;
  }

  const std::string& name() const override { return stored_->name(); }
  std::uint64_t stored_bytes_read() const override { return stored_->stored_bytes_read(); }
  std::uint64_t stored_size() const override { return stored_->stored_size(); }
  std::string encoding() const override { return encoding_; }

 private:
  // Reads once, or until it is clear whether there is a mark. size: as of a Read.
  Status Start(std::size_t size) {
    std::string head;
    const auto may_be_mark = [&] {
      return head.size() < kMaxMarkBytes && std::ranges::any_of(kMarks, [&](const Mark& mark) {
               return mark.bytes.starts_with(head);
             });
    };
    while (may_be_mark()) {
      const std::size_t before = head.size();
      head.resize(before + std::max(size, kMaxMarkBytes));
      auto got = stored_->Read(head.data() + before, head.size() - before);
      head.resize(before + (got.ok() ? *got : 0));
      LIGHTLDA_RETURN_IF_ERROR(got.status());
      if (*got == 0) break;
    }
    if (encoding_.empty()) encoding_ = kUtf8;
    for (const Mark& mark : kMarks) {
      if (!head.starts_with(mark.bytes)) continue;
      encoding_ = mark.encoding;
      head.erase(0, mark.bytes.size());
      break;
    }
    if (ucnv_compareNames(encoding_.c_str(), kUtf8) == 0) {
      encoding_ = kUtf8;
      text_ = std::move(head);
      return {};
    }
    converter_ = NewConverter(encoding_.c_str());
    if (converter_ == nullptr) return Status::OutOfMemory(name() + ": out of memory");
    Append(head, false);
    return {};
  }

  Status Decode() {
    constexpr std::size_t kReadBytes = std::size_t{64} << 10;
    bytes_.resize(kReadBytes);
    LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t got, stored_->Read(bytes_.data(), kReadBytes));
    at_end_ = got == 0;
    Append({bytes_.data(), got}, at_end_);
    return {};
  }

  // Appends the text of these bytes to text_.
  void Append(std::string_view bytes, bool is_last) {
    const char* from = bytes.data();
    const char* const end = from + bytes.size();
    units_.resize(2 * bytes.size() + 64);
    while (true) {
      UErrorCode error = U_ZERO_ERROR;
      UChar* to = units_.data();
      ucnv_toUnicode(converter_.get(), &to, units_.data() + units_.size(), &from, end, nullptr,
                     is_last, &error);
      AppendUnits(static_cast<std::int32_t>(to - units_.data()));
      if (error == U_BUFFER_OVERFLOW_ERROR) continue;
      if (U_SUCCESS(error)) return;
      text_.push_back('\xFF');
      if (error == U_TRUNCATED_CHAR_FOUND) return;
    }
  }

  void AppendUnits(std::int32_t count) {
    if (count == 0) return;
    constexpr int kMaxBytesOfUnit = 3;
    const std::size_t size = text_.size();
    text_.resize(size + static_cast<std::size_t>(count) * kMaxBytesOfUnit + 1);
    std::int32_t written = 0;
    UErrorCode error = U_ZERO_ERROR;
    u_strToUTF8(text_.data() + size, static_cast<std::int32_t>(text_.size() - size), &written,
                units_.data(), count, &error);
    text_.resize(size + static_cast<std::size_t>(written));
  }

  std::unique_ptr<InputStream> stored_;
  std::string encoding_;
  Converter converter_;  // null: UTF-8
  bool started_ = false;
  bool at_end_ = false;  // of what is decoded
  std::vector<char> bytes_;
  std::vector<UChar> units_;
  std::string text_;  // decoded, or read for its mark
  std::size_t taken_ = 0;
};

}  // namespace

Status CheckEncoding(const std::string& encoding) {
  if (encoding.empty() || NewConverter(encoding.c_str()) != nullptr) return {};
  return Status::Usage(
      "`encoding`: expected a name such as UTF-8, latin-1, windows-1252, UTF-16LE or Shift_JIS, "
      "found " +
      QuoteBytes(encoding));
}

Result<std::unique_ptr<InputStream>> OpenText(const std::string& path, const std::string& encoding,
                                              StopToken stop) {
  LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<InputStream> stored,
                            InputStream::Open(path, std::move(stop)));
  return std::unique_ptr<InputStream>(new DecodedStream(std::move(stored), encoding));
}

}  // namespace lightlda
