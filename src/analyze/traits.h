#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strobe::analyze {

enum class Aspect : uint8_t { agent, message, tool, argument };
// "agent", "message", "tool", "arguments"
std::string_view name_of(Aspect aspect);

// One thing that a step says of itself, as something that another run's step may say too: ids and times are masked.
struct Trait {
  Aspect aspect = Aspect::agent;
  std::string_view path;   // within the step: "/tools/0/arguments/path"
  std::string_view value;  // JSON
  bool operator==(const Trait&) const = default;
};

// The traits of a step, in order. One text holds them all: a run may have a million steps, and nearly all that is ever
// asked of them is whether two are the same.
class Traits {
 public:
  void add(const Trait& trait);
  // Views into this.
  std::vector<Trait> list() const;
  // Equal where the traits are.
  std::string_view text() const { return text_; }
  // Takes back what was added since text() had so many bytes.
  void cut(size_t bytes) { text_.resize(bytes); }
  void leave_out(Aspect aspect);

 private:
  std::string text_;  // of each the aspect, the lengths of path and value, then these
};

}  // namespace strobe::analyze
