#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/cost.h"
#include "model/session.h"

// What each call took and what the cache gave: docs/reference/token-view.md has the rules in words.

namespace strobe::view {

// A call, or a span whose sum stands for calls that did not arrive.
struct TokenRow {
  int32_t span = 0;        // index into SessionView::spans
  int32_t agent = -1;      // the nearest agent span above, -1: none
  bool is_judged = false;  // a call after the first one of its agent: the cache could have helped it
};

enum class CacheRating : uint8_t { not_rated, poor, fair, good };
// "GOOD", "FAIR", "POOR"; "not rated".
std::string_view name_of(CacheRating rating);

// Of the input tokens of the calls that are judged. In parts of a hundred.
inline constexpr double k_good_percent_min = 50;
inline constexpr double k_fair_percent_min = 25;

struct TokenFlow {
  std::vector<TokenRow> rows;  // by start; together they are the session's totals
  Usage usage;                 // of the counted rows
  CostSum cost;                // of the counted rows
  Usage judged;                // of the judged rows
  int64_t judged_calls = 0;
  CacheRating rating = CacheRating::not_rated;
  std::string reason;          // why it is not rated
  std::string recommendation;  // empty: none
};

TokenFlow token_flow_of(const SessionView& view);

}  // namespace strobe::view
