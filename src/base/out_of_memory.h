// Running out of memory is a failure like others: public calls that may take much end with a
// Status.
#ifndef LIGHTLDA_BASE_OUT_OF_MEMORY_H_
#define LIGHTLDA_BASE_OUT_OF_MEMORY_H_

#include <new>

#include "lightlda/status.h"

namespace lightlda {

// Returns what function() returns, a Status or a Result; kOutOfMemory if it throws std::bad_alloc.
template <typename Function>
auto CatchBadAlloc(Function&& function) -> decltype(function()) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return Status::OutOfMemory("out of memory");
  }
}

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_OUT_OF_MEMORY_H_
