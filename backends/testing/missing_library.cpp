// The library that another module needs and does not find.
extern "C" __attribute__((visibility("default"))) int from_missing_library() {
  return 42;
}
