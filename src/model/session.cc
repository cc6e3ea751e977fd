#include "model/session.h"

#include <array>

namespace strobe {

std::string_view name_of(LaneLink link) {
  constexpr std::array<std::string_view, 5> k_names = {"first", "continues", "retry", "restarts", "assumed"};
  return k_names[static_cast<size_t>(link)];
}

}  // namespace strobe
