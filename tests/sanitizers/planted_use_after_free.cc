#include <memory>

// Reads memory that was given back.

int main() {
  auto owner = std::make_unique<int>(7);
  const volatile int* stale = owner.get();
  owner.reset();
  return *stale;
}
