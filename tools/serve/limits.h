// What a server takes on: each limit has a flag of its name.
#ifndef LIGHTLDA_TOOLS_SERVE_LIMITS_H_
#define LIGHTLDA_TOOLS_SERVE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace lightlda::serve {

struct Limits {
  std::uint64_t max_body = std::uint64_t{8} << 20;  // bytes of a request's body
  std::uint32_t max_header = 16384;                 // bytes of a request's header
  std::size_t max_documents = 1000;                 // of a request
  std::size_t max_document_tokens = 100000;         // known and unknown, of a document
  std::size_t max_connections = 256;                // open at a time
  std::size_t queue = 1024;                         // requests that wait for a worker
  // Seconds for a request to arrive, for its turn to come, and for its answer to be taken.
  double request_timeout = 10;
};

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_LIMITS_H_
