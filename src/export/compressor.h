// Compression of what is written, by the ending of the file's name.
#ifndef LIGHTLDA_EXPORT_COMPRESSOR_H_
#define LIGHTLDA_EXPORT_COMPRESSOR_H_

#include <memory>
#include <string_view>

#include "lightlda/exports.h"
#include "lightlda/status.h"

namespace lightlda {

// Compresses pieces into one stream. The same pieces give the same bytes: no time, name or system
// is in them. Not thread-safe.
class Compressor {
 public:
  // gzip for a name that ends in ".gz", zstd for ".zst"; null for any other. `sink` must outlive
  // it. Errors: kOutOfMemory.
  static Result<std::unique_ptr<Compressor>> ForName(std::string_view name, const ExportSink& sink);

  virtual ~Compressor() = default;

  // Errors: the sink's.
  virtual Status Append(std::string_view piece) = 0;
  // Ends the stream. Nothing may follow.
  virtual Status Finish() = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EXPORT_COMPRESSOR_H_
