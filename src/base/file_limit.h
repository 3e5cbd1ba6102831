// How many files this process may have open.
#ifndef LIGHTLDA_BASE_FILE_LIMIT_H_
#define LIGHTLDA_BASE_FILE_LIMIT_H_

#include "lightlda/status.h"

namespace lightlda {

// Lets this process open as many files as the system grants it, and makes sure that `wanted` more
// can be. A process that cannot open a file cannot remove what it wrote either, and libraries end
// it; so this is asked at its start. Errors: kFailure, saying what to change.
Status RaiseFileLimit(int wanted);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_FILE_LIMIT_H_
