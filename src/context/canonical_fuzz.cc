#include <string>
#include <string_view>

#include "base/assert.h"
#include "context/canonical.h"
#include "json/parse.h"

// Any JSON as the arguments of a tool call: its canonical form is the same whatever white space stands between its
// tokens, and another one when something is added to it.

namespace strobe::context {
namespace {

// The document again, with white space that the bytes of `noise` choose.
class Spacer {
 public:
  explicit Spacer(std::string_view noise) : noise_(noise) {}

  std::string text;
  void write(const json::Node& node) {
    space();
    switch (node.type) {
      case json::Type::array:
        text += '[';
        for (size_t i = 0; i < node.items.size(); ++i) {
          if (i > 0) text += ',';
          write(node.items[i]);
        }
        space();
        text += ']';
        break;
      case json::Type::object: write_members(node); break;
      default: text += node.raw;
    }
    space();
  }

 private:
  void write_members(const json::Node& node) {
    text += '{';
    for (size_t i = 0; i < node.members.size(); ++i) {
      if (i > 0) text += ',';
      space();
      // The key as it was escaped is not kept; its decoded form is written with every byte that needs it escaped.
      text += '"';
      for (const char c : node.members[i].key) {
        static constexpr std::string_view k_hex = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || c == '"' || c == '\\') {
          text += "\\u00";
          text += k_hex[byte >> 4];
          text += k_hex[byte & 15];
        } else {
          text += c;
        }
      }
      text += "\":";
      write(node.members[i].value);
    }
    space();
    text += '}';
  }
  void space() {
    static constexpr std::string_view k_spaces[] = {"", " ", "\n", "\t", "\r\n", "    "};
    if (noise_.empty()) return;
    text += k_spaces[static_cast<unsigned char>(noise_[at_++ % noise_.size()]) % std::size(k_spaces)];
  }

  std::string_view noise_;
  size_t at_ = 0;
};

std::string form_of(std::string_view arguments) {
  Message message{.role = "assistant"};
  message.parts.push_back({.type = PartType::tool_call, .id = "1", .name = "tool", .payload = {arguments, true}});
  return canonical_form(message);
}

void check(std::string_view bytes) {
  const size_t noise_size = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]) % 16;
  if (bytes.size() < 1 + noise_size) return;
  const std::string_view noise = bytes.substr(1, noise_size);
  const std::string_view document = bytes.substr(1 + noise_size);
  const std::string form = form_of(document);  // no JSON at all has a form, too
  STROBE_ASSERT(form == form_of(document));
  Arena arena;
  const auto node = json::parse(document, arena);
  if (!node) return;
  Spacer spacer(noise);
  spacer.write(*node);
  STROBE_ASSERT(form_of(spacer.text) == form);
  if (spacer.text.size() < (size_t{1} << 16)) STROBE_ASSERT(form_of("[" + spacer.text + "]") != form);
}

}  // namespace
}  // namespace strobe::context

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::context::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
