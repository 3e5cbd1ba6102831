// The machine that this process is on: its name for messages, and whether two processes share it.
#ifndef LIGHTLDA_COLLECTIVE_HOST_H_
#define LIGHTLDA_COLLECTIVE_HOST_H_

#include <string>

namespace lightlda {

// "b"; "?" if it has no name.
std::string HostName();

// Equal in two processes only if they share network interfaces and the names of Unix sockets that
// no file stands for, and know each other's user: made of the host's name, the boot of its kernel,
// and the namespaces of networks and users, so that most containers are hosts of their own.
std::string HostIdentity();

// Equal in two processes of a host only if a process has the same number for both.
std::string ProcessNamespace();

}  // namespace lightlda

#endif  // LIGHTLDA_COLLECTIVE_HOST_H_
