#include <cstdlib>

// Forgets memory that nobody else knows of.

namespace {
void* volatile g_memory = nullptr;
}

int main() {
  g_memory = std::malloc(100);
  g_memory = nullptr;
  return 0;
}
