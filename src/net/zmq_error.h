// Turns what cppzmq throws into a Status. Only for src/ps/zmq_*.cc.
#ifndef LIGHTLDA_NET_ZMQ_ERROR_H_
#define LIGHTLDA_NET_ZMQ_ERROR_H_

#include <cerrno>
#include <string>
#include <zmq.hpp>

#include "lightlda/status.h"

namespace lightlda {

// Runs call(). Errors: kFailure with `what` and ZeroMQ's reason. Errors that pass by themselves (an
// interrupt, a full queue, a peer that is gone) are OK: call() was cut short.
template <typename Call>
Status CatchZmq(const std::string& what, Call&& call) {
  try {
    call();
    return {};
  } catch (const zmq::error_t& error) {
    if (error.num() == EINTR || error.num() == EAGAIN || error.num() == EHOSTUNREACH) return {};
    return Status::Failure(what + ": " + error.what());
  }
}

}  // namespace lightlda

#endif  // LIGHTLDA_NET_ZMQ_ERROR_H_
