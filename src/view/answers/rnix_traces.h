#pragma once

#include <span>
#include <string>

#include "model/lists.h"
#include "model/session.h"

// `--format rnix` of `show --view tree` and `traces`: the JSON of the rnix debugger's `trace`.

namespace strobe::view {

// {"root":{},"trace_id","metadata":{}}. The earliest root is the root; other roots, and spans without the parent they
// name, stand below it, and cycles are cut: nothing is left out. Root is null without spans.
std::string rnix_tree_json(const SessionView& session);
// An array in the order given.
std::string rnix_traces_json(std::span<const TraceRow> rows);

}  // namespace strobe::view
