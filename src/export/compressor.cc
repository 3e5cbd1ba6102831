#include "export/compressor.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace lightlda {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

class GzipCompressor final : public Compressor {
 public:
  explicit GzipCompressor(const ExportSink& sink) : sink_(sink), buffer_(kBufferBytes) {}
  ~GzipCompressor() override { deflateEnd(&stream_); }

  bool Init() {
    constexpr int kGzipWithLargestWindow = 15 + 16;
    constexpr int kMemoryLevel = 8;
    return deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWithLargestWindow,
                        kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK;
  }

  Status Append(std::string_view piece) override {
    while (!piece.empty()) {
      const std::size_t size = std::min<std::size_t>(piece.size(), kMostInput);
      LIGHTLDA_RETURN_IF_ERROR(Deflate(piece.substr(0, size), Z_NO_FLUSH));
      piece.remove_prefix(size);
    }
    return {};
  }
  Status Finish() override { return Deflate({}, Z_FINISH); }

 private:
  static constexpr std::size_t kMostInput = std::numeric_limits<uInt>::max();

  Status Deflate(std::string_view input, int flush) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      if (deflate(&stream_, flush) == Z_STREAM_ERROR) return Status::Failure("zlib: stream error");
      const std::size_t written = buffer_.size() - stream_.avail_out;
      if (written > 0) LIGHTLDA_RETURN_IF_ERROR(sink_({buffer_.data(), written}));
    } while (stream_.avail_out == 0);
    return {};
  }

  const ExportSink& sink_;
  std::vector<char> buffer_;
  z_stream stream_{};
};

class ZstdCompressor final : public Compressor {
 public:
  explicit ZstdCompressor(const ExportSink& sink) : sink_(sink), buffer_(kBufferBytes) {}
  ~ZstdCompressor() override { ZSTD_freeCCtx(context_); }

  bool Init() {
    return context_ != nullptr &&
           !ZSTD_isError(ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1));
  }

  Status Append(std::string_view piece) override {
    ZSTD_inBuffer in = {piece.data(), piece.size(), 0};
    while (in.pos < in.size) {
      LIGHTLDA_RETURN_IF_ERROR(Step(&in, ZSTD_e_continue).status());
    }
    return {};
  }
  Status Finish() override {
    ZSTD_inBuffer none = {nullptr, 0, 0};
    while (true) {
      LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t left, Step(&none, ZSTD_e_end));
      if (left == 0) return {};
    }
  }

 private:
  // The number of bytes that are still to be flushed, or a hint.
  Result<std::size_t> Step(ZSTD_inBuffer* in, ZSTD_EndDirective end) {
    ZSTD_outBuffer out = {buffer_.data(), buffer_.size(), 0};
    const std::size_t left = ZSTD_compressStream2(context_, &out, in, end);
    if (ZSTD_isError(left)) {
      return Status::Failure(std::string("zstd: ") + ZSTD_getErrorName(left));
    }
    if (out.pos > 0) LIGHTLDA_RETURN_IF_ERROR(sink_({buffer_.data(), out.pos}));
    return left;
  }

  const ExportSink& sink_;
  std::vector<char> buffer_;
  ZSTD_CCtx* context_ = ZSTD_createCCtx();
};

template <typename T>
Result<std::unique_ptr<Compressor>> Make(const ExportSink& sink) {
  auto compressor = std::make_unique<T>(sink);
  if (!compressor->Init()) return Status::OutOfMemory("out of memory for compression");
  return std::unique_ptr<Compressor>(std::move(compressor));
}

}  // namespace

Result<std::unique_ptr<Compressor>> Compressor::ForName(std::string_view name,
                                                        const ExportSink& sink) {
  if (name.ends_with(".gz")) return Make<GzipCompressor>(sink);
  if (name.ends_with(".zst")) return Make<ZstdCompressor>(sink);
  return std::unique_ptr<Compressor>();
}

}  // namespace lightlda
