// What the kernel says of host, boot and namespaces.
#include "collective/host.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace lightlda {
namespace {

// Device and inode of a path; empty if there is none.
std::string FileIdentity(const char* path) {
  struct stat info = {};
  if (::stat(path, &info) != 0) return "";
  return std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino);
}

}  // namespace

std::string HostName() {
  char name[256] = {};
  if (::gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0') return "?";
  return name;
}

std::string HostIdentity() {
  std::string boot;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
  return HostName() + " " + boot + " " + FileIdentity("/proc/self/ns/net") + " " +
         FileIdentity("/proc/self/ns/user");
}

std::string ProcessNamespace() { return FileIdentity("/proc/self/ns/pid"); }

}  // namespace lightlda
