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

// For programs: makes an access to a mapped file of a corpus or model that was cut short, replaced
// or written to meanwhile end the process with exit code 65 and one line on stderr that names the
// file, instead of SIGBUS or SIGSEGV without a word. Both signals go on to the handler before, or
// to the system, unless a file is the reason. A library does not install handlers: nobody calls
// this but the program. Not thread-safe.
LIGHTLDA_EXPORT void InstallLostFileHandlers();

}  // namespace lightlda

#endif  // LIGHTLDA_SIGNALS_H_
