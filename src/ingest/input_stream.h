// InputStream: the bytes of an input file or of stdin, decompressed.
//
// The compression is told by the first bytes, never by the name: gzip, xz, zstd, bzip2, else plain.
// Concatenated gzip members, xz and bzip2 streams and zstd frames are one input. Memory is bounded
// whatever the input holds: a buffer plus the decompressor's window (xz at most 128 MiB, zstd at
// most 128 MiB).
#ifndef LIGHTLDA_INGEST_INPUT_STREAM_H_
#define LIGHTLDA_INGEST_INPUT_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda {

// Not thread-safe, but may move between threads. Errors are kBadInput and start with name(), but
// for a requested stop, which is kCancelled.
class InputStream {
 public:
  // Opens `path`; "-" is stdin. Waits for its data end when `stop` is requested. Errors: missing, a
  // directory, no permission, not readable.
  static Result<std::unique_ptr<InputStream>> Open(const std::string& path, StopToken stop = {});

  virtual ~InputStream() = default;
  InputStream(const InputStream&) = delete;
  InputStream& operator=(const InputStream&) = delete;

  // Puts up to `size` bytes of text into `buffer` and returns how many; 0 is the end and only the
  // end. REQUIRES: size > 0. Errors: a failed read; compressed data that is truncated, corrupted or
  // followed by bytes that are no further compressed stream ("FILE: truncated gzip data after N
  // bytes of text"). After an error no further call is allowed.
  virtual Result<std::size_t> Read(char* buffer, std::size_t size) = 0;

  // The path, or "(stdin)". For error messages.
  virtual const std::string& name() const = 0;
  // Bytes taken from the file so far, before decompression: for progress.
  virtual std::uint64_t stored_bytes_read() const = 0;
  // Size of the file as stored; 0 if unknown (a pipe).
  virtual std::uint64_t stored_size() const = 0;
  // The encoding that text is decoded from, once something was read (ingest/decoded_stream.h).
  virtual std::string encoding() const { return "UTF-8"; }

 protected:
  InputStream() = default;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_INPUT_STREAM_H_
