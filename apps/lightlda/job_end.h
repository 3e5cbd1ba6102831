// The end of a job that has lost a process: not in order, but soon, and of all that was started.
//
// mpirun ends a job when a process fails, but waits for its daemons on all hosts; where one cannot
// be reached any more it waits for minutes, if not for ever. So each process sees to it that the
// launcher that has started it, mpirun itself or its daemon on that host, does not outlive it long.
#ifndef LIGHTLDA_APPS_LIGHTLDA_JOB_END_H_
#define LIGHTLDA_APPS_LIGHTLDA_JOB_END_H_

#include <chrono>

namespace lightlda {

// How long a launcher may take to end a job, given how long a silent process is waited for: with
// processes on several hosts mpirun needs 3 seconds.
std::chrono::milliseconds LauncherPatience(double stall_timeout_seconds);

// Ends this process with `exit_code` after a second, in which it tells the others, from a thread of
// its own, whatever others are at; see LeaveJob. The first call counts. Without a thread to wait,
// at once.
void LeaveJobSoon(int exit_code, std::chrono::milliseconds patience);

// Ends this process now. If its parent is Open MPI's mpirun or daemon, and is still there after
// `patience`, a child of this process kills it. Not by SIGTERM: then mpirun waits on, and crashes
// in the end.
[[noreturn]] void LeaveJob(int exit_code, std::chrono::milliseconds patience);

}  // namespace lightlda

#endif  // LIGHTLDA_APPS_LIGHTLDA_JOB_END_H_
