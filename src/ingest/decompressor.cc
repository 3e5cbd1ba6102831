#include "ingest/decompressor.h"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace lightlda {
namespace {

// A dictionary above it is refused: xz -9 needs 65 MiB, zstd --ultra -22 128 MiB.
constexpr std::uint64_t kXzMemoryLimit = std::uint64_t{256} << 20;

using Outcome = Decompressor::Outcome;

class GzipDecompressor final : public Decompressor {
 public:
  static std::unique_ptr<Decompressor> Create() {
    std::unique_ptr<GzipDecompressor> gzip(new GzipDecompressor);
    constexpr int kGzipWithLargestWindow = 15 + 16;
    if (inflateInit2(&gzip->stream_, kGzipWithLargestWindow) != Z_OK) return nullptr;
    return gzip;
  }
  ~GzipDecompressor() override { inflateEnd(&stream_); }

  Outcome Step(std::string_view* input, Output* output) override {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const uInt input_size = static_cast<uInt>(std::min(input->size(), kMost));
    const uInt output_size = static_cast<uInt>(std::min(output->size, kMost));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input->data()));
    stream_.avail_in = input_size;
    stream_.next_out = reinterpret_cast<Bytef*>(output->data);
    stream_.avail_out = output_size;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    input->remove_prefix(input_size - stream_.avail_in);
    output->data += output_size - stream_.avail_out;
    output->size -= output_size - stream_.avail_out;
    if (result == Z_STREAM_END) return Outcome::kStreamEnd;
    if (result == Z_OK || result == Z_BUF_ERROR) return Outcome::kMore;
    error_ = result == Z_MEM_ERROR    ? "out of memory"
             : stream_.msg != nullptr ? stream_.msg
                                      : "zlib error " + std::to_string(result);
    return Outcome::kError;
  }

  bool Restart() override { return inflateReset(&stream_) == Z_OK; }

 private:
  GzipDecompressor() = default;
  z_stream stream_{};
};

class XzDecompressor final : public Decompressor {
 public:
  static std::unique_ptr<Decompressor> Create() {
    std::unique_ptr<XzDecompressor> xz(new XzDecompressor);
    if (!xz->Restart()) return nullptr;
    return xz;
  }
  ~XzDecompressor() override { lzma_end(&stream_); }

  Outcome Step(std::string_view* input, Output* output) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(input->data());
    stream_.avail_in = input->size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(output->data);
    stream_.avail_out = output->size;
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    input->remove_prefix(input->size() - stream_.avail_in);
    output->data += output->size - stream_.avail_out;
    output->size = stream_.avail_out;
    if (result == LZMA_STREAM_END) return Outcome::kStreamEnd;
    if (result == LZMA_OK || result == LZMA_BUF_ERROR) return Outcome::kMore;
    error_ = Explain(result);
    return Outcome::kError;
  }

  bool Restart() override { return lzma_stream_decoder(&stream_, kXzMemoryLimit, 0) == LZMA_OK; }

 private:
  XzDecompressor() = default;

  static std::string Explain(lzma_ret result) {
    switch (result) {
      case LZMA_MEM_ERROR:
        return "out of memory";
      case LZMA_MEMLIMIT_ERROR:
        return "its dictionary needs more than 256 MiB of memory";
      case LZMA_OPTIONS_ERROR:
        return "unsupported options";
      case LZMA_FORMAT_ERROR:
        return "wrong header";
      case LZMA_DATA_ERROR:
        return "the data does not decode or its check does not match";
      default:
        return "liblzma error " + std::to_string(result);
    }
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
};

class ZstdDecompressor final : public Decompressor {
 public:
  static std::unique_ptr<Decompressor> Create() {
    std::unique_ptr<ZstdDecompressor> zstd(new ZstdDecompressor);
    if (zstd->stream_ == nullptr) return nullptr;
    return zstd;
  }
  ~ZstdDecompressor() override { ZSTD_freeDStream(stream_); }

  Outcome Step(std::string_view* input, Output* output) override {
    ZSTD_inBuffer in = {input->data(), input->size(), 0};
    ZSTD_outBuffer out = {output->data, output->size, 0};
    const std::size_t result = ZSTD_decompressStream(stream_, &out, &in);
    input->remove_prefix(in.pos);
    output->data += out.pos;
    output->size -= out.pos;
    if (ZSTD_isError(result)) {
      error_ = ZSTD_getErrorName(result);
      return Outcome::kError;
    }
    return result == 0 ? Outcome::kStreamEnd : Outcome::kMore;
  }

  bool Restart() override { return !ZSTD_isError(ZSTD_initDStream(stream_)); }

 private:
  ZstdDecompressor() : stream_(ZSTD_createDStream()) {}
  ZSTD_DStream* stream_;
};

class Bzip2Decompressor final : public Decompressor {
 public:
  static std::unique_ptr<Decompressor> Create() {
    std::unique_ptr<Bzip2Decompressor> bzip2(new Bzip2Decompressor);
    if (!bzip2->Start()) return nullptr;
    return bzip2;
  }
  ~Bzip2Decompressor() override { BZ2_bzDecompressEnd(&stream_); }

  Outcome Step(std::string_view* input, Output* output) override {
    constexpr std::size_t kMost = std::numeric_limits<unsigned>::max();
    const auto input_size = static_cast<unsigned>(std::min(input->size(), kMost));
    const auto output_size = static_cast<unsigned>(std::min(output->size, kMost));
    stream_.next_in = const_cast<char*>(input->data());
    stream_.avail_in = input_size;
    stream_.next_out = output->data;
    stream_.avail_out = output_size;
    const int result = BZ2_bzDecompress(&stream_);
    input->remove_prefix(input_size - stream_.avail_in);
    output->data += output_size - stream_.avail_out;
    output->size -= output_size - stream_.avail_out;
    if (result == BZ_STREAM_END) return Outcome::kStreamEnd;
    if (result == BZ_OK) return Outcome::kMore;
    error_ = result == BZ_MEM_ERROR    ? "out of memory"
             : result == BZ_DATA_ERROR ? "the data does not decode or its check does not match"
             : result == BZ_DATA_ERROR_MAGIC ? "wrong header"
                                             : "libbz2 error " + std::to_string(result);
    return Outcome::kError;
  }

  bool Restart() override {
    BZ2_bzDecompressEnd(&stream_);
    return Start();
  }

 private:
  Bzip2Decompressor() = default;
  bool Start() {
    stream_ = {};
    return BZ2_bzDecompressInit(&stream_, /*verbosity=*/0, /*small=*/0) == BZ_OK;
  }

  bz_stream stream_ = {};
};

struct Magic {
  Compression compression;
  std::string_view bytes;
  std::size_t min_cut;  // a text cannot consist of this many of its bytes
};

constexpr std::array kMagics = {
    Magic{Compression::kGzip, std::string_view("\x1F\x8B", 2), 1},
    Magic{Compression::kXz,
          std::string_view("\xFD"
                           "7zXZ\0",
                           6),
          1},
    Magic{Compression::kZstd, std::string_view("\x28\xB5\x2F\xFD", 4), 2},
};

// A zstd skippable frame, which some compressors begin with: 0x184D2A5? in little-endian order.
bool IsSkippableFrame(std::string_view bytes) {
  return bytes.size() >= 4 && (static_cast<unsigned char>(bytes[0]) & 0xF0) == 0x50 &&
         bytes.substr(1, 3) == "\x2A\x4D\x18";
}

// "BZh", a digit from 1, then the magic of a block or of the end. `is_cut`: as far as it goes.
bool IsBzip2(std::string_view bytes, bool is_cut) {
  constexpr std::string_view kBegin = "BZh";
  constexpr std::array<std::string_view, 2> kNext = {"1AY&SY", "\x17\x72\x45\x38\x50\x90"};
  if (bytes.size() <= kBegin.size()) return is_cut && kBegin.starts_with(bytes);
  if (!bytes.starts_with(kBegin) || bytes[3] < '1' || bytes[3] > '9') return false;
  const std::string_view rest = bytes.substr(4);
  return std::ranges::any_of(kNext, [&](std::string_view next) {
    return rest.starts_with(next) || (is_cut && next.starts_with(rest));
  });
}

}  // namespace

std::string_view CompressionName(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return "gzip";
    case Compression::kXz:
      return "xz";
    case Compression::kZstd:
      return "zstd";
    case Compression::kBzip2:
      return "bzip2";
    case Compression::kNone:
      break;
  }
  return "plain";
}

Compression DetectCompression(std::string_view first_bytes) {
  for (const Magic& magic : kMagics) {
    if (first_bytes.starts_with(magic.bytes)) return magic.compression;
  }
  if (IsBzip2(first_bytes, false)) return Compression::kBzip2;
  return IsSkippableFrame(first_bytes) ? Compression::kZstd : Compression::kNone;
}

bool MayBeginMagic(std::string_view first_bytes) {
  const auto begins = [&](const Magic& magic) { return magic.bytes.starts_with(first_bytes); };
  if (std::ranges::any_of(kMagics, begins) || IsBzip2(first_bytes, true)) return true;
  const bool may_be_frame = (static_cast<unsigned char>(first_bytes[0]) & 0xF0) == 0x50;
  return may_be_frame && std::string_view("\x2A\x4D\x18").starts_with(first_bytes.substr(1));
}

Compression DetectCutMagic(std::string_view all_bytes) {
  for (const Magic& magic : kMagics) {
    if (all_bytes.size() >= magic.min_cut && magic.bytes.starts_with(all_bytes)) {
      return magic.compression;
    }
  }
  return Compression::kNone;
}

std::unique_ptr<Decompressor> Decompressor::Create(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return GzipDecompressor::Create();
    case Compression::kXz:
      return XzDecompressor::Create();
    case Compression::kZstd:
      return ZstdDecompressor::Create();
    case Compression::kBzip2:
      return Bzip2Decompressor::Create();
    case Compression::kNone:
      break;
  }
  return nullptr;
}

}  // namespace lightlda
