// What ThreadSanitizer does not report in our programs and tests.
//
// ZeroMQ and libsodium are not built for it: what orders their threads' work are instructions that
// it does not see, so it reports races inside of them that are none.
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libzmq.so\n"
         "race:libzmq.so\n"
         "race:libsodium.so\n";
}
