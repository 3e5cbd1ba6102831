// Which of the machine's network interfaces a job listens on: one, never all.
#ifndef LIGHTLDA_NET_NETWORK_INTERFACE_H_
#define LIGHTLDA_NET_NETWORK_INTERFACE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

// An interface and one of its IPv4 addresses.
struct NetworkInterface {
  std::string name;
  std::uint32_t address = 0;  // 10.0.0.1 is 0x0A000001
  bool up = true;
  bool loopback = false;
};

// Those of this machine, in the system's order; one that has several addresses comes several times.
// Errors: kFailure.
Result<std::vector<NetworkInterface>> ListInterfaces();

// The address, e.g. "10.0.0.7", to listen at. `wanted` is the name of an interface, an address, or
// a network such as 10.0.0.0/8, which may name another interface on each host; if empty, it is
// the loopback interface for `one_host`, else the only one that is up and leads to other hosts (not
// those of containers and virtual machines). Errors: kUsage, with a list of what there is.
Result<std::string> ChooseAddress(std::span<const NetworkInterface> interfaces,
                                  const std::string& wanted, bool one_host);

}  // namespace lightlda

#endif  // LIGHTLDA_NET_NETWORK_INTERFACE_H_
