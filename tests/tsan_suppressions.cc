// What ThreadSanitizer does not report in our programs and tests.
//
// ZeroMQ and libsodium are not built for it: what orders their threads' work are instructions that
// it does not see, so it reports races inside of them that are none. Their calls of memcpy and the
// like are ignored altogether: to find a race and then drop it takes a millisecond or more, and an
// encrypted job would have tens of thousands.
// Visible, as the sanitizer looks it up by name.
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_suppressions() {
  return "called_from_lib:libzmq.so\n"
         "called_from_lib:libsodium.so\n"
         "race:libzmq.so\n";
}
