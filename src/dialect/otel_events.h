#pragma once

#include "base/arena.h"
#include "dialect/fields.h"
#include "json/node.h"
#include "model/message.h"
#include "model/span.h"

// Messages that are told beside a span's attributes: dialects.md 1.6.
namespace strobe::dialect {

// Fills in what the call saw and answered where `span` has none yet, from the first of: role events
// (gen_ai.user.message, gen_ai.choice and so on; conventions 1.28 to 1.36), content events (gen_ai.content.prompt;
// 1.26), the attributes gen_ai.prompt and gen_ai.completion. Span events count, or else log records: emitters that
// write both say the same twice. `format` says how one role event reads: otel_event or strands_event.
void read_told_messages(const Fields& fields, ElementFormat format, NormalSpan& span, Arena& arena);

// One role event as `read_told_messages` lays it out, {"event","attributes","body"}; also one whose members stand side
// by side with its name as "event.name", or without a name, as a choice of OpenAI's.
Message told_message(ElementFormat format, const json::Node& element, Arena& arena);

}  // namespace strobe::dialect
