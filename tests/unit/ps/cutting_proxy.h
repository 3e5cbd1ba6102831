// A TCP proxy that cuts its connections with a reset after so many bytes: what is in the kernel's
// buffers is lost then, without an error at the sender.
#ifndef LIGHTLDA_TESTS_UNIT_PS_CUTTING_PROXY_H_
#define LIGHTLDA_TESTS_UNIT_PS_CUTTING_PROXY_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <list>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lightlda::testing {

class CuttingProxy {
 public:
  // Forwards to 127.0.0.1:target_port; cuts a connection after bytes_to_cut, max_cuts times in all.
  CuttingProxy(std::uint16_t target_port, std::size_t bytes_to_cut, int max_cuts)
      : target_port_(target_port), bytes_to_cut_(bytes_to_cut), max_cuts_(max_cuts) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = Address(0);
    socklen_t size = sizeof(address);
    ok_ = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
          ::listen(listener_, 16) == 0 &&
          ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~CuttingProxy() {
    stopping_ = true;
    thread_.join();
    for (Pair& pair : pairs_) Close(&pair);
    ::close(listener_);
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  bool ok() const { return ok_; }
  std::uint16_t port() const { return port_; }
  int num_cuts() const { return num_cuts_; }

 private:
  struct Pair {
    int ends[2];
    std::size_t bytes = 0;
  };

  static sockaddr_in Address(std::uint16_t port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }
  static void Close(Pair* pair) {
    const linger reset = {1, 0};
    for (const int end : pair->ends) {
      ::setsockopt(end, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
      ::close(end);
    }
  }
  void Accept() {
    const int client = ::accept(listener_, nullptr, nullptr);
    const int server = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = Address(target_port_);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      ::close(client);
      ::close(server);
      return;
    }
    pairs_.push_back({{client, server}});
  }
  // Forwards what has come; false if the connection is to end.
  bool Forward(Pair* pair, int from) {
    char bytes[4096];
    const ssize_t size = ::recv(pair->ends[from], bytes, sizeof(bytes), 0);
    if (size <= 0) return false;
    pair->bytes += static_cast<std::size_t>(size);
    if (pair->bytes >= bytes_to_cut_ && num_cuts_ < max_cuts_) {
      ++num_cuts_;
      return false;
    }
    return ::send(pair->ends[1 - from], bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL) ==
           size;
  }
  void Run() {
    while (!stopping_) {
      std::vector<pollfd> polls = {{listener_, POLLIN, 0}};
      for (const Pair& pair : pairs_) {
        for (const int end : pair.ends) polls.push_back({end, POLLIN, 0});
      }
      ::poll(polls.data(), polls.size(), 20);
      std::size_t at = 1;
      for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
        bool alive = true;
        for (int end = 0; end < 2; ++end) {
          if (alive && polls[at + end].revents != 0) alive = Forward(&*pair, end);
        }
        if (!alive) Close(&*pair);
        pair = alive ? std::next(pair) : pairs_.erase(pair);
      }
      if (polls[0].revents != 0) Accept();
    }
  }

  std::uint16_t target_port_;
  std::size_t bytes_to_cut_;
  int max_cuts_;
  int listener_ = -1;
  bool ok_ = false;
  std::uint16_t port_ = 0;
  std::list<Pair> pairs_;
  std::atomic<int> num_cuts_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_CUTTING_PROXY_H_
