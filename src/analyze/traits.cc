#include "analyze/traits.h"

#include <cstring>

namespace strobe::analyze {

namespace {

struct Header {
  uint32_t aspect, path_bytes, value_bytes;
};

}  // namespace

std::string_view name_of(Aspect aspect) {
  switch (aspect) {
    case Aspect::agent: return "agent";
    case Aspect::message: return "message";
    case Aspect::tool: return "tool";
    case Aspect::argument: return "arguments";
  }
  return {};
}

void Traits::add(const Trait& trait) {
  const Header header = {static_cast<uint32_t>(trait.aspect), static_cast<uint32_t>(trait.path.size()),
                         static_cast<uint32_t>(trait.value.size())};
  text_.append(reinterpret_cast<const char*>(&header), sizeof header).append(trait.path).append(trait.value);
}

std::vector<Trait> Traits::list() const {
  std::vector<Trait> traits;
  for (std::string_view rest = text_; !rest.empty();) {
    Header header{};
    std::memcpy(&header, rest.data(), sizeof header);
    rest.remove_prefix(sizeof header);
    traits.push_back({.aspect = static_cast<Aspect>(header.aspect),
                      .path = rest.substr(0, header.path_bytes),
                      .value = rest.substr(header.path_bytes, header.value_bytes)});
    rest.remove_prefix(header.path_bytes + header.value_bytes);
  }
  return traits;
}

void Traits::leave_out(Aspect aspect) {
  Traits kept;
  for (const Trait& trait : list()) {
    if (trait.aspect != aspect) kept.add(trait);
  }
  *this = std::move(kept);
}

}  // namespace strobe::analyze
