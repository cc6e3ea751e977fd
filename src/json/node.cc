#include "json/node.h"

namespace strobe::json {

const Node* Node::find(std::string_view key) const {
  for (size_t i = members.size(); i > 0; --i) {
    if (members[i - 1].key == key) return &members[i - 1].value;
  }
  return nullptr;
}

std::string_view Node::string_at(std::string_view key) const {
  const Node* node = find(key);
  return node != nullptr && node->is_string() ? node->text : std::string_view();
}

}  // namespace strobe::json
