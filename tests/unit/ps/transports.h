// Transports for all actors of a job in one process.
#ifndef LIGHTLDA_TESTS_UNIT_PS_TRANSPORTS_H_
#define LIGHTLDA_TESTS_UNIT_PS_TRANSPORTS_H_

#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/local_transport.h"
#include "net/zmq_transport.h"
#include "ps/job.h"

namespace lightlda::testing {

using Transports = std::vector<std::unique_ptr<Transport>>;  // [num_actors]

inline Transports LocalTransports(const Job& job) {
  LocalHub hub(job.num_workers, job.num_shards);
  Transports transports;
  for (ActorId actor = 0; actor < job.num_actors(); ++actor) {
    transports.push_back(hub.Connect(actor));
  }
  return transports;
}

// Every actor on one ZeroMQ network; shards listen at endpoint(shard).
template <typename Endpoint>
Transports ZmqTransports(const Job& job, ZmqNetwork* network, const std::string& public_key,
                         Endpoint endpoint) {
  Transports transports(job.num_actors());
  std::vector<ShardAddress> addresses;
  for (std::uint32_t s = 0; s < job.num_shards; ++s) {
    Result<ZmqListener> listener = network->Bind({endpoint(s)});
    REQUIRE(listener.status().message() == "");
    addresses.push_back({listener->endpoints[0], public_key});
    transports[job.ShardActor(s)] = std::move(listener->transport);
  }
  for (std::uint32_t w = 0; w < job.num_workers; ++w) {
    transports[w] = network->Connect(addresses).value();
  }
  return transports;
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_TRANSPORTS_H_
