#pragma once

#include <cstdint>
#include <vector>

#include "model/session.h"

// Inside only: which calls carried which messages.

namespace strobe::analyze {

// For each of contexts.messages where it was carried first.
struct FirstCarrier {
  int32_t span = -1;                              // the call, -1: none carried it
  ContextTree::Node node = ContextTree::k_empty;  // the list up to the message there; the empty one: it is in the head
};

// Linear in spans, contexts and heads.
std::vector<FirstCarrier> first_carriers_of(const SessionView& session);

// All calls that carried the message, by start, whatever their context's basis. Linear in the calls and the nodes of
// the tree.
std::vector<int32_t> carriers_of(const SessionView& session, int32_t message);

}  // namespace strobe::analyze
