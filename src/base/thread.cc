#include "base/thread.h"

#include <glog/logging.h>

#include <semaphore>
#include <string>
#include <system_error>
#include <utility>

namespace lightlda {

Status StartThread(std::function<void()> body, std::thread* thread) {
  const SignalsBlocked blocked;
  try {
    *thread = std::thread(std::move(body));
    return {};
  } catch (const std::system_error& error) {
    return Status::Failure("cannot start a thread: " + error.code().message() +
                           "; see ulimit -u and -v, or pids.max of the control group");
  }
}

Status StartThreads(int wanted, const std::function<void(int)>& body,
                    std::vector<std::thread>* threads) {
  for (int i = 0; i < wanted; ++i) {
    std::thread thread;
    const Status status = StartThread([body, i] { body(i); }, &thread);
    if (!status.ok() && i == 0) return status;
    if (!status.ok()) {
      LOG(WARNING) << "going on with " << i << " of " << wanted << " threads: " << status.message();
      break;
    }
    threads->push_back(std::move(thread));
  }
  return {};
}

Status CheckThreads(int wanted) {
  std::counting_semaphore<> end(0);
  std::vector<std::thread> threads;
  Status status;
  for (int i = 0; i < wanted && status.ok(); ++i) {
    std::thread thread;
    status = StartThread([&] { end.acquire(); }, &thread);
    if (status.ok()) threads.push_back(std::move(thread));
  }
  end.release(static_cast<std::ptrdiff_t>(threads.size()));
  for (std::thread& thread : threads) thread.join();
  return status;
}

}  // namespace lightlda
