// Ctrl-C for programs: signals of the process that become requests to stop and to save.
#ifndef LIGHTLDA_SIGNALS_H_
#define LIGHTLDA_SIGNALS_H_

#include "lightlda/export.h"
#include "lightlda/stop.h"

namespace lightlda {

// Lines that answer a signal at once, on stderr; with a line end each, and never destroyed. Null:
// nothing is said.
struct SignalAnswers {
  const char* stop = nullptr;  // to the first that requests a stop
  // The end of that line. In between it says ", about 4 s" if SetStopSeconds has told. Null: `stop`
  // is the whole line.
  const char* stop_end = nullptr;
  const char* save = nullptr;  // to each that requests a checkpoint
};

// Makes SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGXCPU request a stop of the token that is returned,
// the same one at every call, and SIGUSR2 a checkpoint. A SIGINT a second or more after another
// request ends the process at once, as without a handler; an earlier one, of a key that was held or
// pressed twice, does nothing. SIGINT and SIGHUP that the process was started to ignore
// stay ignored (nohup). SIGPIPE and SIGXFSZ are ignored, so that writes fail with an error.
//
// A program calls it first of all, and again with the answers when it knows them, or when another
// library may have taken the signals. A stop that was requested by then is answered in that call.
// Not thread-safe.
LIGHTLDA_EXPORT StopToken InstallInterruptHandlers(SignalAnswers answers = {});

// How long it would take from now on to stop, for the answer; 0 or less: unknown. Thread-safe.
LIGHTLDA_EXPORT void SetStopSeconds(double seconds);

// For programs: makes an access to a mapped file of a corpus or model that was cut short, replaced
// or written to meanwhile end the process with exit code 65 and one line on stderr that names the
// file, instead of SIGBUS or SIGSEGV without a word. Both signals go on to the handler before, or
// to the system, unless a file is the reason. A library does not install handlers: nobody calls
// this but the program. Not thread-safe.
LIGHTLDA_EXPORT void InstallLostFileHandlers();

}  // namespace lightlda

#endif  // LIGHTLDA_SIGNALS_H_
