#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/context_tree.h"
#include "query/query.h"

// Inside only: what the calls of a session saw and answered, as small numbers, for the transcript.

namespace strobe::query {

struct Seen {
  // What a context consists of: one for each stored element, however many contexts have it. Texts that are the same but
  // for what a sender adds or leaves out when it repeats an answer have one echo: context/echo.h.
  struct Element {
    const ContextMessage* message = nullptr;
    int32_t echo = 0;
    bool is_instruction = false;
  };
  // The messages of one context: instructions that stand before the conversation, and the conversation.
  struct Context {
    std::vector<int32_t> head;
    ContextTree::Node body = ContextTree::k_empty;
  };
  struct Call {
    int32_t span = 0;              // index into SessionView::spans
    int32_t context = -1;          // -1: none is known
    std::vector<int32_t> answers;  // echoes of what it answered
  };

  std::vector<Element> elements;
  ContextTree tree;  // of elements
  // For each node how often its echo stands on the path up to it, itself included; instructions are not counted.
  std::vector<int32_t> occurrences;
  std::vector<Context> contexts;  // distinct ones
  std::vector<Call> calls;
  int32_t echoes = 0;  // how many there are
  std::shared_ptr<ContextReader> memory;
};

// Of all LLM calls of the view, in order. Time and memory are linear in calls and what is new in each. Errors:
// not_found, corrupt, and what the store says.
Result<Seen> read_seen(store::Store& store, const SessionView& view);

}  // namespace strobe::query
