// Names, addresses and networks, matched against what the system lists.
#include "net/network_interface.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>

#include "base/file.h"

namespace lightlda {
namespace {

constexpr const char* kVirtualNames[] = {"docker", "br-",  "virbr",   "veth",   "vmnet", "vboxnet",
                                         "cni",    "cali", "flannel", "podman", "lxc"};

std::string AddressText(std::uint32_t address) {
  const in_addr network_order = {htonl(address)};
  char text[INET_ADDRSTRLEN] = {};
  (void)::inet_ntop(AF_INET, &network_order, text, sizeof(text));
  return text;
}

std::optional<std::uint32_t> ParseAddress(const std::string& text) {
  in_addr address = {};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

bool IsVirtual(const NetworkInterface& interface) {
  return std::any_of(std::begin(kVirtualNames), std::end(kVirtualNames),
                     [&](const char* prefix) { return interface.name.rfind(prefix, 0) == 0; });
}

std::string Describe(std::span<const NetworkInterface> interfaces) {
  std::string text;
  for (const NetworkInterface& interface : interfaces) {
    text += (text.empty() ? "" : ", ") + interface.name + " (" + AddressText(interface.address) +
            (interface.up ? ")" : ", down)");
  }
  return text.empty() ? "none" : text;
}

// "10.0.0.0/8": its first address and mask.
struct Network {
  std::uint32_t first = 0;
  std::uint32_t mask = 0;
};

std::optional<Network> ParseNetwork(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto address = ParseAddress(text.substr(0, slash));
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
  if (!address || error != std::errc() || stop != end || bits > 32) return std::nullopt;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return Network{*address & mask, mask};
}

// The interfaces that `wanted`, not empty, means: at least one. Errors: kUsage.
Result<std::vector<NetworkInterface>> Matching(std::span<const NetworkInterface> interfaces,
                                               const std::string& wanted) {
  const auto network = ParseNetwork(wanted);
  if (!network && wanted.find('/') != std::string::npos) {
    return Status::Usage("`bind_interface`=" + wanted +
                         ": expected an interface, an address or a network such as 10.0.0.0/8");
  }
  const auto address = ParseAddress(wanted);
  std::vector<NetworkInterface> matching;
  for (const NetworkInterface& interface : interfaces) {
    if (network   ? (interface.address & network->mask) == network->first
        : address ? interface.address == *address
                  : interface.name == wanted) {
      matching.push_back(interface);
    }
  }
  if (matching.empty()) {
    return Status::Usage("`bind_interface`=" + wanted +
                         ": no such interface; there are: " + Describe(interfaces));
  }
  return matching;
}

}  // namespace

Result<std::vector<NetworkInterface>> ListInterfaces() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) {
    return Status::Failure(ErrnoMessage("cannot list network interfaces", errno));
  }
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::vector<NetworkInterface> interfaces;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    const auto* const address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    interfaces.push_back({one->ifa_name, ntohl(address->sin_addr.s_addr),
                          (one->ifa_flags & IFF_UP) != 0, (one->ifa_flags & IFF_LOOPBACK) != 0});
  }
  return interfaces;
}

Result<std::string> ChooseAddress(std::span<const NetworkInterface> interfaces,
                                  const std::string& wanted, bool one_host) {
  if (wanted.empty() && one_host) return AddressText(INADDR_LOOPBACK);
  std::vector<NetworkInterface> chosen;
  if (wanted.empty()) {
    std::copy_if(interfaces.begin(), interfaces.end(), std::back_inserter(chosen),
                 [](const NetworkInterface& interface) {
                   return interface.up && !interface.loopback && !IsVirtual(interface);
                 });
  } else {
    LIGHTLDA_ASSIGN_OR_RETURN(chosen, Matching(interfaces, wanted));
  }
  const std::string flag = "`bind_interface`" + (wanted.empty() ? "" : "=" + wanted);
  if (chosen.empty()) {
    return Status::Usage(
        flag + " is needed: no interface leads to other hosts; there are: " + Describe(interfaces));
  }
  const bool one_name = std::all_of(chosen.begin(), chosen.end(), [&](const auto& interface) {
    return interface.name == chosen[0].name;
  });
  if (!one_name) {
    return Status::Usage((wanted.empty() ? flag + " is needed" : flag) +
                         ": there are several interfaces, name one of: " + Describe(chosen));
  }
  if (!chosen[0].up) return Status::Usage(flag + ": the interface is down");
  if (chosen[0].loopback && !one_host) {
    return Status::Usage(flag + ": other hosts do not reach the loopback interface; there are: " +
                         Describe(interfaces));
  }
  return AddressText(chosen[0].address);
}

}  // namespace lightlda
