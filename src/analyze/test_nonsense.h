#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include "model/session.h"

// Sessions that make no sense, for tests: times from the ends of the clock, counts that do not fit into their sums,
// contexts of anything, lanes or none.

namespace strobe::analyze {

class Nonsense {
 public:
  // Each number that `next` gives decides something: those of a generator, or the bytes of a fuzzer.
  explicit Nonsense(std::function<uint32_t()> next) : next_(std::move(next)) {}

  SessionView session();
  SessionSummary summary();
  size_t below(size_t limit) { return next_() % limit; }

 private:
  bool chance(size_t of, size_t all) { return below(all) < of; }
  template <typename... Value>
  int64_t one_of(Value... values) {
    const std::array<int64_t, sizeof...(values)> all = {values...};
    return all[below(all.size())];
  }
  int64_t time();
  int64_t amount();
  Usage usage();
  std::string_view text();
  Part part();
  Message message();
  SpanView span(size_t number);
  // A tree in any order: parents may start after their children.
  void link(SessionView& view);
  void add_contexts(SessionView& view);
  std::vector<int32_t> some_of(const SessionContexts& contexts, size_t at_most);

  std::function<uint32_t()> next_;
};

}  // namespace strobe::analyze
