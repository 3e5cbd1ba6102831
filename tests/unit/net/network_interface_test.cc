// Which interface is chosen, and what is said when there is none or more than one.
#include "net/network_interface.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace lightlda::testing {
namespace {

NetworkInterface Interface(const std::string& name, const std::string& address, bool up = true) {
  return {name, ParseAddress(address).value(), up, name == "lo"};
}

const std::vector<NetworkInterface> kMachine = {
    Interface("lo", "127.0.0.1"),         Interface("eth0", "10.0.0.7"),
    Interface("eth0", "10.0.0.8"),        Interface("ib0", "192.168.1.2"),
    Interface("eth1", "10.1.0.1", false), Interface("docker0", "172.17.0.1")};

std::string Chosen(std::span<const NetworkInterface> interfaces, const std::string& wanted,
                   bool one_host = false) {
  const Result<std::string> address = ChooseAddress(interfaces, wanted, one_host);
  if (address.ok()) return address.value();
  CHECK(address.status().code() == StatusCode::kUsage);
  return address.status().message();
}

TEST_CASE("an interface is found by its name, address or network", "[ps][interface]") {
  CHECK(Chosen(kMachine, "ib0") == "192.168.1.2");
  CHECK(Chosen(kMachine, "eth0") == "10.0.0.7");
  CHECK(Chosen(kMachine, "10.0.0.8") == "10.0.0.8");
  CHECK(Chosen(kMachine, "192.168.0.0/16") == "192.168.1.2");
  CHECK(Chosen(kMachine, "10.0.0.0/24") == "10.0.0.7");
  CHECK(Chosen(kMachine, "10.0.0.8/32") == "10.0.0.8");
  CHECK(Chosen(kMachine, "docker0") == "172.17.0.1");
}

TEST_CASE("without a wish, the only interface to other hosts is taken", "[ps][interface]") {
  const std::vector<NetworkInterface> one = {kMachine[0], kMachine[1], kMachine[4], kMachine[5]};
  CHECK(Chosen(one, "") == "10.0.0.7");
  CHECK(Chosen(kMachine, "", true) == "127.0.0.1");
}

TEST_CASE("a choice that is not clear is an error that lists what there is", "[ps][interface]") {
  CHECK(Chosen(kMachine, "") ==
        "`bind_interface` is needed: there are several interfaces, name one of: eth0 (10.0.0.7), "
        "eth0 (10.0.0.8), ib0 (192.168.1.2)");
  CHECK(Chosen(kMachine, "0.0.0.0/0").find("there are several interfaces") != std::string::npos);
  CHECK(Chosen(std::span(kMachine).first(1), "") ==
        "`bind_interface` is needed: no interface leads to other hosts; there are: lo (127.0.0.1)");
  CHECK(Chosen(std::span(kMachine).first(0), "").find("there are: none") != std::string::npos);
}

TEST_CASE("a wish that cannot be met is an error that says why", "[ps][interface]") {
  CHECK(Chosen(std::span(kMachine).first(2), "eth7") ==
        "`bind_interface`=eth7: no such interface; there are: lo (127.0.0.1), eth0 (10.0.0.7)");
  CHECK(Chosen(kMachine, "0.0.0.0").find("no such interface") != std::string::npos);
  CHECK(Chosen(kMachine, "eth1") == "`bind_interface`=eth1: the interface is down");
  CHECK(Chosen(kMachine, "lo").find("other hosts do not reach") != std::string::npos);
  CHECK(Chosen(kMachine, "lo", true) == "127.0.0.1");
  for (const char* wrong : {"10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/8x", "/", "eth0/8"}) {
    CHECK(Chosen(kMachine, wrong).find("expected an interface") != std::string::npos);
  }
}

TEST_CASE("IPv6 is listened at where there is no IPv4, or it is asked for", "[ps][interface]") {
  const std::vector<NetworkInterface> only = {
      Interface("lo", "::1"), Interface("eth0", "fd00:1::7"), Interface("eth0", "fd00:2::7")};
  CHECK(Chosen(only, "") == "[fd00:1::7]");
  CHECK(Chosen(only, "", true) == "[::1]");
  CHECK(Chosen(only, "fd00:2::7") == "[fd00:2::7]");
  CHECK(Chosen(only, "fd00:2:0:0::/64") == "[fd00:2::7]");
  CHECK(Chosen(only, "fd00:3::/32").find("no such interface; there are: lo (::1), eth0") !=
        std::string::npos);
  CHECK(Chosen(only, "fd00::/129").find("expected an interface") != std::string::npos);
  CHECK(Chosen(only, "10.0.0.0/8").find("no such interface") != std::string::npos);
  const std::vector<NetworkInterface> both = {
      Interface("eth0", "10.0.0.7"), Interface("eth0", "fd00::7"), Interface("eth1", "fd00::8")};
  CHECK(Chosen(both, "") == "10.0.0.7");
  CHECK(Chosen(both, "eth0") == "10.0.0.7");
  CHECK(Chosen(both, "eth1") == "[fd00::8]");
  CHECK(Chosen(both, "fd00::7/127") == "[fd00::7]");  // not fd00::8
  CHECK(Chosen(both, "0.0.0.0/0") == "10.0.0.7");
}

TEST_CASE("this machine has a loopback interface", "[ps][interface]") {
  const auto interfaces = ListInterfaces();
  REQUIRE(interfaces.ok());
  const auto& all = interfaces.value();
  CHECK(std::any_of(all.begin(), all.end(), [](const NetworkInterface& interface) {
    return interface.loopback && interface.address == ParseAddress("127.0.0.1");
  }));
}

}  // namespace
}  // namespace lightlda::testing
