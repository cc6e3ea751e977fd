#include <climits>

// One more than the largest number.

int main(int argc, char**) {
  const volatile int largest = INT_MAX;
  return largest + argc == 0 ? 1 : 0;
}
