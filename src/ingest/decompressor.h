// Streaming decompressors behind one interface: gzip (zlib), xz (liblzma), zstd (libzstd),
// bzip2 (libbz2).
#ifndef LIGHTLDA_INGEST_DECOMPRESSOR_H_
#define LIGHTLDA_INGEST_DECOMPRESSOR_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace lightlda {

enum class Compression { kNone, kGzip, kXz, kZstd, kBzip2 };

// "gzip", "xz", "zstd", "bzip2".
std::string_view CompressionName(Compression compression);

// Most bytes that DetectCompression looks at.
inline constexpr std::size_t kMaxMagicBytes = 10;

// What a file with these first bytes is.
Compression DetectCompression(std::string_view first_bytes);
// Whether a file that begins with these bytes, fewer than kMaxMagicBytes, may be compressed.
// REQUIRES: not empty.
bool MayBeginMagic(std::string_view first_bytes);
// What a file of these bytes and no more was cut from: bytes that begin a magic and are no text.
Compression DetectCutMagic(std::string_view all_bytes);

// Decompresses one stream (gzip member, xz or bzip2 stream, zstd frame) after another. Not
// thread-safe.
class Decompressor {
 public:
  enum class Outcome { kMore, kStreamEnd, kError };

  // REQUIRES: compression != kNone. Null if out of memory.
  static std::unique_ptr<Decompressor> Create(Compression compression);

  virtual ~Decompressor() = default;

  struct Output {
    char* data;
    std::size_t size;
  };
  // Takes bytes from the front of *input and writes to the front of *output; both shrink from the
  // front. kMore without progress means that more input or output space is needed; kStreamEnd that
  // a stream ended and its checksums hold; kError that error() says what is wrong.
  virtual Outcome Step(std::string_view* input, Output* output) = 0;

  // Makes ready for the next stream. REQUIRES: the last Step returned kStreamEnd. False if out of
  // memory.
  virtual bool Restart() = 0;

  const std::string& error() const { return error_; }

 protected:
  std::string error_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_DECOMPRESSOR_H_
