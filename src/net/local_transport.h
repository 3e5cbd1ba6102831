// Messages between actors of one process, through queues in memory.
#ifndef LIGHTLDA_NET_LOCAL_TRANSPORT_H_
#define LIGHTLDA_NET_LOCAL_TRANSPORT_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "net/message.h"
#include "net/transport.h"

namespace lightlda {

// Where the actors of a process meet: makes one endpoint for each. Thread-safe.
class LocalHub {
 public:
  // A queue takes `capacity` messages; beyond that Send returns false.
  LocalHub(std::uint32_t num_workers, std::uint32_t num_shards, std::size_t capacity = 1024);

  // The endpoint of an actor; once each. It may outlive the hub, and others may send to it before
  // it is made.
  std::unique_ptr<Transport> Connect(ActorId actor);

 private:
  struct Queues;
  class Endpoint;
  std::shared_ptr<Queues> queues_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_NET_LOCAL_TRANSPORT_H_
