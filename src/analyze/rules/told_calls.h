#pragma once

#include <string_view>
#include <vector>

#include "analyze/shape.h"
#include "model/session.h"

namespace strobe::analyze {

// What a call of a tool was asked and what it answered. Without data: not recorded.
struct ToldCall {
  std::string_view arguments, result;
};

// Of each of shape.tools, as its span says, else as the conversations do: the message that asks for it and the one that
// brings its result have its id. Ids that several calls share, or that are told in several ways, and messages that
// were cut tell nothing. A span that tells its result but no arguments had none, where no message asks for it. The
// session must outlive it. Linear.
std::vector<ToldCall> told_calls(const SessionView& session, const Shape& shape);

}  // namespace strobe::analyze
