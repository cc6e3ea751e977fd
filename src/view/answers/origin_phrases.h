#pragma once

#include <string>

#include "analyze/origin.h"
#include "json/write.h"
#include "model/session.h"

namespace strobe::view {

// "step 3", "tool read_file (step 2)", "span 00f067aa0ba902b7" of a call that is no step; "nobody".
std::string origin_name(const SessionView& session, const analyze::Origin& origin);
// Why we think so, as a sentence without a period.
std::string origin_reason(const analyze::Origin& origin);
// A member "origin": {"how", "span"}.
void write_origin(json::Writer& writer, const SessionView& session, const analyze::Origin& origin);
// Enough of the id to name the message again.
std::string short_id(const MessageId& id);

}  // namespace strobe::view
