// Ctrl-C handling shared by the programs and available to embedders.
#ifndef LIGHTLDA_SIGNALS_H_
#define LIGHTLDA_SIGNALS_H_

namespace lightlda {

// Makes SIGINT, SIGTERM and SIGUSR1 set a flag that long calls look at between units of work. A
// second SIGINT ends the process at once, as without a handler.
void InstallInterruptHandlers();

// Thread-safe, async-signal-safe.
bool InterruptRequested();
void RequestInterrupt();
void ClearInterrupt();

}  // namespace lightlda

#endif  // LIGHTLDA_SIGNALS_H_
