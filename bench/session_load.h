#pragma once

#include <cstdint>
#include <string_view>

#include "model/session.h"

namespace strobe::bench {

// What the session of a benchmark of questions looks like.
enum class SessionShape {
  agent,       // one agent: half calls half tools, the whole history in each call
  compacted,   // the same, but every 200 turns it begins anew from a summary
  sub_agents,  // sub-agents of 20 turns each, 16 of them at a time, below one agent
  flat,        // all spans are children of one, and all of them overlap
  chain,       // spans inside each other, 10,000 levels deep, the rest below the innermost
  // No honest agent does these:
  tools,    // each call of a tool is of another one, with other arguments
  agents,   // half of the spans are agents, each of another name, with one call each; all of them failed
  errors,   // everything failed, with the same message
  repeats,  // each call of a tool is the one before it again, with the same result
  wide,     // one call asked for all of the tools that there are
  links,    // all spans have a link to one, and one to all
  prompts,  // each call has another system prompt, each second one other tools
};
std::string_view name_of(SessionShape shape);

// A session of so many spans as query::load_contexts gives it, without its lanes: the same for the same arguments.
// Texts share one buffer, so that a million spans fit; ids of messages are numbers, not hashes. Tools have results
// of 1.5 KB on average, some of them answer what they answered before.
SessionView make_session(SessionShape shape, size_t spans);

}  // namespace strobe::bench
