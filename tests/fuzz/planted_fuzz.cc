#include <cstdint>
#include <cstdlib>
#include <string_view>

// A target with a bug, so that run_test.py can see that the fuzzer finds one and that the runner says so.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.size() == 4 && text[0] == 'b' && text[1] == 'u' && text[2] == 'g' && text[3] == '!') std::abort();
  return 0;
}
