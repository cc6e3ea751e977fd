#include <thread>

// Two threads write the same number without a lock: ThreadSanitizer has to say so, or the other tests of its preset
// prove nothing.

namespace {
int g_number = 0;

void write_often() {
  for (int i = 0; i < 100'000; ++i) ++g_number;
}
}  // namespace

int main() {
  std::thread other(write_often);
  write_often();
  other.join();
  return g_number > 0 ? 0 : 1;
}
