#include "exchange/gzip_sink.h"

#include <glog/logging.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace lightlda {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, in gzip's form
constexpr int kMemoryLevel = 8;
constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

}  // namespace

struct GzipSink::State {
  ExportSink out;
  z_stream stream = {};
  std::vector<char> buffer = std::vector<char>(kBufferBytes);

  ~State() { deflateEnd(&stream); }
};

GzipSink::GzipSink(std::unique_ptr<State> state) : state_(std::move(state)) {}
GzipSink::GzipSink(GzipSink&&) noexcept = default;
GzipSink::~GzipSink() = default;

Result<GzipSink> GzipSink::Create(const ExportSink& out) {
  auto state = std::make_unique<State>();
  state->out = out;
  if (deflateInit2(&state->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return Status::OutOfMemory("out of memory");
  }
  return GzipSink(std::move(state));
}

Status GzipSink::Append(std::string_view text) {
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kMost);
    LIGHTLDA_RETURN_IF_ERROR(Run(piece, Z_NO_FLUSH));
    text.remove_prefix(piece.size());
  }
  return {};
}

Status GzipSink::Finish() { return Run({}, Z_FINISH); }

Status GzipSink::Run(std::string_view text, int flush) {
  z_stream& stream = state_->stream;
  // zlib does not write to what it is given.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(state_->buffer.data());
    stream.avail_out = static_cast<uInt>(kBufferBytes);
    CHECK_NE(deflate(&stream, flush), Z_STREAM_ERROR);
    const std::size_t used = kBufferBytes - stream.avail_out;
    if (used > 0) LIGHTLDA_RETURN_IF_ERROR(state_->out({state_->buffer.data(), used}));
  } while (stream.avail_out == 0);
  return {};
}

}  // namespace lightlda
