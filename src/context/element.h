#pragma once

#include <string_view>

#include "base/arena.h"
#include "context/split.h"
#include "json/node.h"
#include "model/message.h"

namespace strobe::context {

// The content of an element, as its parser wants it. A function of the bytes alone, so that reading a stored element
// and reading it on arrival give the same message.
struct ElementNode {
  json::Node node;
  bool cut = false;  // JSON that ended too early: `node` is what could be read
};

// JSON text becomes its node; the packed item of a flat group (context/pack.h) one object, un-flattened at the dots,
// where segments that are all numbers make arrays; a packed value its node; text that is no JSON a string. Nodes that
// did not come from a text have an empty `raw`. Views into `content` and the arena.
ElementNode element_node(std::string_view content, Arena& arena);

// The message that an element means. The state of a cut element is truncated whatever the parser says.
struct ElementMessage {
  Message message;
  bool cut = false;
};
ElementMessage element_message(ElementParser parser, ElementFormat format, std::string_view content, Arena& arena);

}  // namespace strobe::context
