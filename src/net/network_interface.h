// Which of the machine's network interfaces a job listens on: one, never all.
#ifndef LIGHTLDA_NET_NETWORK_INTERFACE_H_
#define LIGHTLDA_NET_NETWORK_INTERFACE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

// In the order of the network; 10.0.0.1 is ::ffff:10.0.0.1.
using IpAddress = std::array<std::uint8_t, 16>;

// Of a number or "fd00::1". Nothing if it is neither.
std::optional<IpAddress> ParseAddress(const std::string& text);

// An interface and one of its addresses.
struct NetworkInterface {
  std::string name;
  IpAddress address = {};
  bool up = true;
  bool loopback = false;
};

// Those of this machine, in the system's order, IPv4 addresses first; one that has several
// addresses comes several times. Without the addresses that mean something on one cable only
// (fe80::). Errors: kFailure.
Result<std::vector<NetworkInterface>> ListInterfaces();

// The address to listen at, as in an endpoint: "10.0.0.7" or "[fd00::7]". `wanted` is the name of
// an interface, an address, or a network such as 10.0.0.0/8 or fd00::/64, which may name another
// interface on each host; if empty, it is the loopback interface for `one_host`, else the only one
// that is up and leads to other hosts (not those of containers and virtual machines; one with IPv6
// alone counts where there is no IPv4). Of several addresses of an interface it is the first.
// Errors: kUsage, with a list of what there is.
Result<std::string> ChooseAddress(std::span<const NetworkInterface> interfaces,
                                  const std::string& wanted, bool one_host);

}  // namespace lightlda

#endif  // LIGHTLDA_NET_NETWORK_INTERFACE_H_
