// Ctrl-C for programs: signals of the process that become a request to stop.
#ifndef LIGHTLDA_SIGNALS_H_
#define LIGHTLDA_SIGNALS_H_

#include "lightlda/export.h"
#include "lightlda/stop.h"

namespace lightlda {

// Makes SIGINT, SIGTERM and SIGUSR1 request a stop of the token that is returned, the same one at
// every call. A second SIGINT ends the process at once, as without a handler. SIGPIPE and SIGXFSZ
// are ignored, so that writes fail with an error. Not thread-safe.
LIGHTLDA_EXPORT StopToken InstallInterruptHandlers();

}  // namespace lightlda

#endif  // LIGHTLDA_SIGNALS_H_
