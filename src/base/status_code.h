// Status codes as numbers: how they travel between the processes of a job.
#ifndef LIGHTLDA_BASE_STATUS_CODE_H_
#define LIGHTLDA_BASE_STATUS_CODE_H_

#include <optional>

#include "lightlda/status.h"

namespace lightlda {

inline int NumberOf(StatusCode code) { return static_cast<int>(code); }

// Nothing if no code has the number.
inline std::optional<StatusCode> CodeOfNumber(int number) {
  if (number < 0 || number > NumberOf(StatusCode::kPeerLost)) return std::nullopt;
  return static_cast<StatusCode>(number);
}

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_STATUS_CODE_H_
