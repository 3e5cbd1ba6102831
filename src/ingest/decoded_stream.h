// The text of an input in UTF-8, whatever encoding it came in.
#ifndef LIGHTLDA_INGEST_DECODED_STREAM_H_
#define LIGHTLDA_INGEST_DECODED_STREAM_H_

#include <memory>
#include <string>

#include "ingest/input_stream.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda {

// Errors: kUsage for a name that ICU does not know. Empty is UTF-8.
Status CheckEncoding(const std::string& encoding);

// InputStream::Open, decoded. A byte order mark tells UTF-8, UTF-16 and UTF-32 and is taken off;
// what has none is in `encoding`. UTF-8 is passed on as it is, right or wrong. Of other encodings a
// sequence that is none of it becomes the byte FF, which no UTF-8 has, so that it is an error of
// the line that it is in. REQUIRES: CheckEncoding(encoding) is OK.
Result<std::unique_ptr<InputStream>> OpenText(const std::string& path, const std::string& encoding,
                                              StopToken stop);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_DECODED_STREAM_H_
