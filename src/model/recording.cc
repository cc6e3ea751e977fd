#include "model/recording.h"

namespace strobe {

std::string_view name_of(SameCall how) {
  switch (how) {
    case SameCall::nested: return "nested";
    case SameCall::response_id: return "response_id";
    case SameCall::equal_usage: return "equal_usage";
    case SameCall::same_failure: return "same_failure";
    case SameCall::call_id: return "call_id";
    case SameCall::tool_name: return "tool_name";
    case SameCall::no: break;
  }
  return {};
}

}  // namespace strobe
