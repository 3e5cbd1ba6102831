// The machine that this process is on: its name for messages, and whether two processes share it.
#ifndef LIGHTLDA_COLLECTIVE_HOST_H_
#define LIGHTLDA_COLLECTIVE_HOST_H_

#include <string>

namespace lightlda {

// "b"; "?" if it has no name.
std::string HostName();

// Where sockets of processes of one host lie. Not TMPDIR, which may be long, or on a network.
inline constexpr const char* kSocketParent = "/tmp";

// Equal in two processes only if a socket in kSocketParent joins them and they share network
// interfaces: made of the host's name, the boot of its kernel, the network namespace and the
// directory itself, so that containers are hosts of their own.
std::string HostIdentity();

}  // namespace lightlda

#endif  // LIGHTLDA_COLLECTIVE_HOST_H_
