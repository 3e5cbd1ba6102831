// Text on its way into a gzip file.
#ifndef LIGHTLDA_EXCHANGE_GZIP_SINK_H_
#define LIGHTLDA_EXCHANGE_GZIP_SINK_H_

#include <memory>
#include <string_view>

#include "lightlda/exports.h"
#include "lightlda/status.h"

namespace lightlda {

// Compresses what it is given on its way to another sink. The same text gives the same bytes: there
// is no time in it. Not thread-safe.
class GzipSink {
 public:
  // out must outlive it. Errors: kOutOfMemory.
  static Result<GzipSink> Create(const ExportSink& out);
  GzipSink(GzipSink&&) noexcept;
  ~GzipSink();

  // Errors: the other sink's.
  Status Append(std::string_view text);
  // No call may follow.
  Status Finish();

 private:
  struct State;
  explicit GzipSink(std::unique_ptr<State> state);
  Status Run(std::string_view text, int flush);

  std::unique_ptr<State> state_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_GZIP_SINK_H_
