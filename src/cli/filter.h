#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "store/store.h"
#include "view/list_notes.h"

// What several commands have in common: the options that say which sessions a list, a sum or a search is about.

namespace strobe::cli {

// --since --until --agent --model --status --session --search, then `own` (the command's, without repeats).
std::vector<Option> with_filter_options(std::vector<Option> own);
// The same without --search, for the command that is one.
std::vector<Option> with_filter_options_but_search(std::vector<Option> own);
// --since and --until alone.
std::vector<Option> with_time_options(std::vector<Option> own);

// What the options ask for, `now` set. Errors: invalid (a time or a status that is none, an ambiguous session; report
// it through wrong_usage: `usage_or_error`), not_found (no such session).
Result<store::Filter> filter_of(const Invocation& invocation, store::Store& store, TimeNs now);
// Brings the text index up to date when --search asks it, for as long as somebody waits for an answer. It writes: not
// inside a read scope.
Result<void> index_for(const Invocation& invocation, store::Store& store);
struct TimeRange {
  std::optional<TimeNs> since, until;
};
Result<TimeRange> time_range_of(const Invocation& invocation, TimeNs now);
// Whether any of the conditions is set; "" or e.g. "--since, --agent".
std::string conditions_of(const Invocation& invocation);

// --limit as a number, 0 meaning all (SIZE_MAX). Errors: invalid.
Result<size_t> limit_of(const Invocation& invocation, size_t fallback);

// Lists ask for this many rows more than they print, to say how many there are.
inline constexpr size_t k_tally_max = 1000;
// `limit` rows to print and enough to count.
size_t limit_and_tally(size_t limit);
// `count` rows came where up to k_tally_max + 1 were asked for.
view::Tally tally_of(size_t count);
// Removes the rows beyond `limit`, which were asked for with limit_and_tally(), and says how many there are.
template <typename Row>
view::Tally cut_to_limit(std::vector<Row>& rows, size_t limit) {
  if (rows.size() <= limit) return {};
  const size_t more = rows.size() - limit;
  rows.resize(limit);
  return tally_of(more);
}

// Error invalid: prints it as wrong usage and gives its exit code. Other errors stay errors. `command` is for the hint.
Result<int> usage_or_error(const Error& error, std::string_view command);

}  // namespace strobe::cli
