// The main of every Catch2 test binary.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#if defined(__SANITIZE_THREAD__)
// ZeroMQ and libsodium are not built for ThreadSanitizer: what orders their threads' work are
// instructions that it does not see, so it reports races inside of them that are none.
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libzmq.so\n"
         "race:libzmq.so\n"
         "race:libsodium.so\n";
}
#endif
