#pragma once

#include <span>
#include <string>

#include "json/write.h"
#include "model/lists.h"
#include "view/text.h"

namespace strobe::view {

// `traces`: a table in the order given.
std::string traces_text(std::span<const TraceRow> rows, const TextStyle& style);
// An object: a row of traces_json().
void write_trace(json::Writer& writer, const TraceRow& row);
// An array of flat objects, docs/json.md.
std::string traces_json(std::span<const TraceRow> rows);

}  // namespace strobe::view
