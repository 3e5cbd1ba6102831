// Names, addresses and networks, matched against what the system lists.
#include "net/network_interface.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>

#include "base/file.h"

namespace lightlda {
namespace {

constexpr const char* kVirtualNames[] = {"docker", "br-",  "virbr",   "veth",   "vmnet", "vboxnet",
                                         "cni",    "cali", "flannel", "podman", "lxc"};

// What IPv4 addresses begin with as IPv6 ones.
constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 8 * kMapped.size();

bool IsV4(const IpAddress& address) {
  return std::equal(kMapped.begin(), kMapped.end(), address.begin());
}

IpAddress Mapped(const in_addr& v4) {
  IpAddress address = {};
  std::copy(kMapped.begin(), kMapped.end(), address.begin());
  std::memcpy(address.data() + kMapped.size(), &v4, sizeof(v4));
  return address;
}

std::string AddressText(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  const bool v4 = IsV4(address);
  (void)::inet_ntop(v4 ? AF_INET : AF_INET6, address.data() + (v4 ? kMapped.size() : 0), text,
                    sizeof(text));
  return text;
}

std::string InEndpoint(const IpAddress& address) {
  return IsV4(address) ? AddressText(address) : "[" + AddressText(address) + "]";
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

// "10.0.0.0/8": its first address, and how many bits all of its addresses share.
struct Network {
  IpAddress first = {};
  unsigned bits = 0;

  bool Has(const IpAddress& address) const {
    const auto same = static_cast<std::size_t>(bits / 8);
    if (!std::equal(first.begin(), first.begin() + static_cast<long>(same), address.begin())) {
      return false;
    }
    return bits % 8 == 0 || ((first[same] ^ address[same]) >> (8 - bits % 8)) == 0;
  }
};

std::optional<Network> ParseNetwork(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto address = ParseAddress(text.substr(0, slash));
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
  if (!address || error != std::errc() || stop != end) return std::nullopt;
  const unsigned before = IsV4(*address) ? kMappedBits : 0;
  if (bits > 8 * address->size() - before) return std::nullopt;
  return Network{*address, before + bits};
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
    if (network   ? network->Has(interface.address)
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

// Nothing if it is not one to listen at.
std::optional<IpAddress> AddressOf(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    return Mapped(reinterpret_cast<const sockaddr_in*>(address)->sin_addr);
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (IN6_IS_ADDR_LINKLOCAL(&v6)) return std::nullopt;
  IpAddress bytes;
  std::memcpy(bytes.data(), &v6, sizeof(v6));
  return bytes;
}

// Where processes of one host meet.
std::string LoopbackAddress(std::span<const NetworkInterface> interfaces) {
  const auto loopback = std::ranges::find_if(
      interfaces, [](const NetworkInterface& one) { return one.up && one.loopback; });
  return loopback == interfaces.end() ? "127.0.0.1" : InEndpoint(loopback->address);
}

}  // namespace

std::optional<IpAddress> ParseAddress(const std::string& text) {
  in_addr v4 = {};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return Mapped(v4);
  IpAddress v6 = {};
  if (::inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return v6;
  return std::nullopt;
}

Result<std::vector<NetworkInterface>> ListInterfaces() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) {
    return Status::Failure(ErrnoMessage("cannot list network interfaces", errno));
  }
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::vector<NetworkInterface> interfaces;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    const std::optional<IpAddress> address = AddressOf(one->ifa_addr);
    if (!address) continue;
    interfaces.push_back({one->ifa_name, *address, (one->ifa_flags & IFF_UP) != 0,
                          (one->ifa_flags & IFF_LOOPBACK) != 0});
  }
  std::ranges::stable_partition(
      interfaces, [](const NetworkInterface& interface) { return IsV4(interface.address); });
  return interfaces;
}

Result<std::string> ChooseAddress(std::span<const NetworkInterface> interfaces,
                                  const std::string& wanted, bool one_host) {
  if (wanted.empty() && one_host) return LoopbackAddress(interfaces);
  std::vector<NetworkInterface> chosen;
  if (wanted.empty()) {
    std::copy_if(interfaces.begin(), interfaces.end(), std::back_inserter(chosen),
                 [](const NetworkInterface& interface) {
                   return interface.up && !interface.loopback && !IsVirtual(interface);
                 });
    const auto is_v4 = [](const NetworkInterface& one) { return IsV4(one.address); };
    if (std::ranges::any_of(chosen, is_v4)) std::erase_if(chosen, std::not_fn(is_v4));
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
  return InEndpoint(chosen[0].address);
}

}  // namespace lightlda
