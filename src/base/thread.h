// Threads of the library: the system may refuse one, and none takes the signals of the program it
// runs in.
#ifndef LIGHTLDA_BASE_THREAD_H_
#define LIGHTLDA_BASE_THREAD_H_

#include <pthread.h>

#include <csignal>
#include <functional>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

// While it lives this thread takes no signals but those that its own instructions raise, and
// threads that it starts never do. Else the handler of a signal might interrupt a system call
// anywhere, and a call that was interrupted fails.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t blocked;
    sigfillset(&blocked);
    for (const int raised : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
      sigdelset(&blocked, raised);
    }
    pthread_sigmask(SIG_BLOCK, &blocked, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// std::async so.
template <typename Body>
auto StartAsync(std::launch policy, Body&& body) {
  const SignalsBlocked blocked;
  return std::async(policy, std::forward<Body>(body));
}

// How every thread of the library begins. *thread: not running before. Errors: kFailure if the
// system grants no more threads, or no memory for one.
Status StartThread(std::function<void()> body, std::thread* thread);

// Starts body(0), body(1), ... and appends their threads. The system may grant fewer than `wanted`,
// which is logged. Errors: kFailure if it grants none of those wanted.
Status StartThreads(int wanted, const std::function<void(int)>& body,
                    std::vector<std::thread>* threads);

// Whether the system grants so many more threads now: for libraries that end the process if it does
// not. Errors: kFailure.
Status CheckThreads(int wanted);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_THREAD_H_
