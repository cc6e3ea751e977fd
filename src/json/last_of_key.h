#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace strobe::json {

// Goes through members of an object, things with a `key`, in order: of those with one key the last, for an object that
// names a key twice means something else to every reader.
template <typename Members, typename OnMember>
void for_each_last_of_key(const Members& members, OnMember&& on_member) {
  std::unordered_map<std::string_view, size_t> last;
  for (size_t i = 0; i < members.size(); ++i) last[members[i].key] = i;
  for (size_t i = 0; i < members.size(); ++i) {
    if (last[members[i].key] == i) on_member(members[i]);
  }
}

}  // namespace strobe::json
