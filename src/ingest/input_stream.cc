#include "ingest/input_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "ingest/decompressor.h"
#include "lightlda/stop.h"

namespace lightlda {
namespace {

constexpr std::size_t kStoredBufferBytes = std::size_t{256} << 10;

// A file as stored, with look-ahead.
class StoredFile {
 public:
  StoredFile(std::string name, int fd, bool owned, std::uint64_t size, StopToken stop)
      : name_(std::move(name)),
        fd_(fd),
        owned_(owned),
        size_(size),
        stop_(std::move(stop)),
        buffer_(kStoredBufferBytes) {}
  ~StoredFile() {
    if (owned_) ::close(fd_);
  }
  StoredFile(const StoredFile&) = delete;
  StoredFile& operator=(const StoredFile&) = delete;

  const std::string& name() const { return name_; }
  std::uint64_t size() const { return size_; }
  std::uint64_t bytes_taken() const { return bytes_read_ - available().size(); }

  // What was read and not taken.
  std::string_view available() const { return {buffer_.data() + begin_, end_ - begin_}; }
  // REQUIRES: count <= available().size().
  void Take(std::size_t count) { begin_ += count; }

  // Reads until `count` bytes are available or the file ends. REQUIRES: count <=
  // kStoredBufferBytes.
  Status Require(std::size_t count) {
    if (available().size() >= count) return {};
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    while (end_ < count) {
      LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t got,
                                ReadDirectly(buffer_.data() + end_, buffer_.size() - end_));
      if (got == 0) break;
      end_ += got;
    }
    return {};
  }

  // Reads past the buffer; 0 is the end. REQUIRES: nothing is available, size > 0.
  Result<std::size_t> ReadDirectly(char* data, std::size_t size) {
    LIGHTLDA_RETURN_IF_ERROR(WaitForData());
    ssize_t got;
    do {
      got = ::read(fd_, data, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return Status::BadInput(ErrnoMessage(name_, errno));
    bytes_read_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }

 private:
  // A pipe may stay silent for long; Ctrl-C must not wait for it.
  Status WaitForData() const {
    constexpr int kPollMilliseconds = 100;
    pollfd waiting = {fd_, POLLIN, 0};
    while (!stop_.stop_requested()) {
      const int ready = ::poll(&waiting, 1, kPollMilliseconds);
      if (ready > 0) return {};
      if (ready < 0 && errno != EINTR) return Status::BadInput(ErrnoMessage(name_, errno));
    }
    return Status::Cancelled("interrupted; nothing was written");
  }

  std::string name_;
  int fd_;
  bool owned_;
  std::uint64_t size_;
  StopToken stop_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t bytes_read_ = 0;
};

class FileStream : public InputStream {
 public:
  explicit FileStream(std::unique_ptr<StoredFile> file) : file_(std::move(file)) {}
  const std::string& name() const override { return file_->name(); }
  std::uint64_t stored_bytes_read() const override { return file_->bytes_taken(); }
  std::uint64_t stored_size() const override { return file_->size(); }

 protected:
  std::unique_ptr<StoredFile> file_;
};

class PlainStream final : public FileStream {
 public:
  using FileStream::FileStream;

  Result<std::size_t> Read(char* buffer, std::size_t size) override {
    const std::string_view looked_at = file_->available();
    if (looked_at.empty()) return file_->ReadDirectly(buffer, size);
    const std::size_t count = std::min(size, looked_at.size());
    std::memcpy(buffer, looked_at.data(), count);
    file_->Take(count);
    return count;
  }
};

class CompressedStream final : public FileStream {
 public:
  CompressedStream(std::unique_ptr<StoredFile> file, Compression compression,
                   std::unique_ptr<Decompressor> decompressor)
      : FileStream(std::move(file)),
        compression_(compression),
        decompressor_(std::move(decompressor)) {}

  Result<std::size_t> Read(char* buffer, std::size_t size) override {
    Decompressor::Output output = {buffer, size};
    while (output.size == size) {
      LIGHTLDA_RETURN_IF_ERROR(file_->Require(1));
      if (between_streams_) {
        LIGHTLDA_ASSIGN_OR_RETURN(const bool more, StartNextStream());
        if (!more) break;
      }
      std::string_view input = file_->available();
      const std::size_t input_size = input.size();
      const Decompressor::Outcome outcome = decompressor_->Step(&input, &output);
      file_->Take(input_size - input.size());
      if (outcome == Decompressor::Outcome::kError) {
        return Problem("corrupted", decompressor_->error());
      }
      between_streams_ = outcome == Decompressor::Outcome::kStreamEnd;
      const bool stuck = input_size == 0 && output.size == size && !between_streams_;
      if (stuck) return Problem("truncated");
    }
    text_bytes_ += size - output.size;
    return size - output.size;
  }

 private:
  Status Problem(const std::string& what, const std::string& detail = "") const {
    return Status::BadInput(
        name() + ": " + what + " " + std::string(CompressionName(compression_)) + " data after " +
        std::to_string(text_bytes_) + " bytes of text" + (detail.empty() ? "" : ": " + detail));
  }

  // False if the input ends here.
  Result<bool> StartNextStream() {
    if (compression_ == Compression::kXz) LIGHTLDA_RETURN_IF_ERROR(SkipXzPadding());
    LIGHTLDA_RETURN_IF_ERROR(file_->Require(kMaxMagicBytes));
    const std::string_view next = file_->available();
    if (next.empty()) return false;
    if (DetectCompression(next.substr(0, kMaxMagicBytes)) == compression_) {
      if (!decompressor_->Restart()) return Status::OutOfMemory(name() + ": out of memory");
      between_streams_ = false;
      return true;
    }
    if (DetectCutMagic(next) == compression_) return Problem("truncated");
    return Status::BadInput(name() + ": the " + std::string(CompressionName(compression_)) +
                            " data ends at byte " + std::to_string(file_->bytes_taken()) +
                            " of the file but is followed by other bytes");
  }

  // The xz format allows zeros, a multiple of 4, after a stream.
  Status SkipXzPadding() {
    while (true) {
      LIGHTLDA_RETURN_IF_ERROR(file_->Require(4));
      if (!file_->available().starts_with(std::string_view("\0\0\0\0", 4))) return {};
      file_->Take(4);
    }
  }

  Compression compression_;
  std::unique_ptr<Decompressor> decompressor_;
  bool between_streams_ = false;
  std::uint64_t text_bytes_ = 0;
};

// Reads as much as may be a magic and no more: what comes through a pipe may be a short line.
Result<Compression> FindCompression(StoredFile* file) {
  for (std::size_t count = 1;; ++count) {
    LIGHTLDA_RETURN_IF_ERROR(file->Require(count));
    const std::string_view first = file->available();
    const bool is_all = first.size() < count;
    const bool is_enough = count == kMaxMagicBytes || !MayBeginMagic(first.substr(0, count));
    if (!is_all && !is_enough) continue;
    const Compression compression = DetectCompression(first.substr(0, kMaxMagicBytes));
    if (compression != Compression::kNone || !is_all || first.empty()) return compression;
    return DetectCutMagic(first);
  }
}

}  // namespace

Result<std::unique_ptr<InputStream>> InputStream::Open(const std::string& path, StopToken stop) {
  const bool is_stdin = path == "-";
  const int fd = is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const std::string name = is_stdin ? "(stdin)" : path;
  struct stat info = {};
  if (fd < 0 || ::fstat(fd, &info) != 0) {
    const int error = errno;
    if (fd > STDERR_FILENO) ::close(fd);
    return Status::BadInput(ErrnoMessage(name, error));
  }
  const std::uint64_t size = S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0;
  auto file = std::make_unique<StoredFile>(name, fd, !is_stdin, size, std::move(stop));
  if (S_ISDIR(info.st_mode)) return Status::BadInput(ErrnoMessage(name, EISDIR));
  LIGHTLDA_ASSIGN_OR_RETURN(const Compression compression, FindCompression(file.get()));
  if (compression == Compression::kNone) {
    return std::unique_ptr<InputStream>(new PlainStream(std::move(file)));
  }
  std::unique_ptr<Decompressor> decompressor = Decompressor::Create(compression);
  if (decompressor == nullptr) return Status::OutOfMemory(name + ": out of memory");
  return std::unique_ptr<InputStream>(
      new CompressedStream(std::move(file), compression, std::move(decompressor)));
}

}  // namespace lightlda
