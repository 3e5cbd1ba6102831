// What a request to infer asks for.
#ifndef LIGHTLDA_TOOLS_SERVE_INFER_REQUEST_H_
#define LIGHTLDA_TOOLS_SERVE_INFER_REQUEST_H_

#include <map>
#include <string>
#include <string_view>

#include "lightlda/infer.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"

namespace lightlda::serve {

struct InferRequest {
  InputFormat format = InputFormat::kText;  // kText, kJsonl or kJson
  std::string_view documents;               // of this format; in the request's body
  InferredExportOptions options;
  // The answer is one JSON object around the lines of lightlda-infer.
  bool envelope = false;
};

// Reads the body of media type `type` and the parameters of the query, which have the names of
// lightlda-infer's flags. text/plain: a document per line, answered as text. application/x-ndjson:
// one per line, answered by JSON Lines. application/json: an array of documents, or an object
// {"documents": [...], "top", "min_probability", "words"}; answered by an object. `format` asks for
// another answer. Errors: kUsage; kBadInput for a body that is not what it should be; kFailure for
// another type. REQUIRES: body outlives the result.
Result<InferRequest> ReadInferRequest(const std::string& type, const std::string& body,
                                      const std::map<std::string, std::string>& query);

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_INFER_REQUEST_H_
