#pragma once

#include <string>

#include "analyze/context_why.h"
#include "model/session.h"
#include "view/text.h"

// `strobe context why` and `strobe context show`: docs/json.md.

namespace strobe::view {

std::string context_why_text(const SessionView& session, const analyze::ContextWhy& why, const TextStyle& style);
std::string context_why_json(const SessionView& session, const analyze::ContextWhy& why);

std::string context_show_text(const SessionView& session, const analyze::ContextContents& contents,
                              const TextStyle& style);
std::string context_show_json(const SessionView& session, const analyze::ContextContents& contents);

}  // namespace strobe::view
