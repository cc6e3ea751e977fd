#include "cli/filter.h"

#include <array>
#include <limits>
#include <optional>

#include "base/human_time.h"
#include "base/whole_number.h"
#include "query/query.h"
#include "query/search.h"

namespace strobe::cli {

namespace {

constexpr DurationNs k_index_patience{int64_t{2} * 1'000'000'000};

const std::array k_time_options = {
    Option{"--since", "TIME", "what started then or later: 7d (ago), today, 2026-01-30, '2026-01-30 12:00' (UTC)"},
    Option{"--until", "TIME", "what started before then"}};
const std::array k_session_options = {
    Option{"--agent", "NAME", "agents with NAME in their name; * and ? make it a pattern for the whole name"},
    Option{"--model", "NAME", "models, likewise"},
    Option{"--status",
           "STATUS",
           "sessions that are ok, error, running, cancelled or unknown",
           {"ok", "error", "running", "cancelled", "unknown"}},
    Option{"--session", "ID", "one session: last, last~N, a prefix of its id, its key, a trace id"}};
const Option k_search_option{"--search", "TEXT", "sessions in which TEXT occurs, see strobe search --help"};

std::vector<Option> joined(std::vector<Option> first, std::vector<Option> second) {
  first.insert(first.end(), std::make_move_iterator(second.begin()), std::make_move_iterator(second.end()));
  return first;
}

std::vector<Option> filter_options() {
  std::vector<Option> options(k_time_options.begin(), k_time_options.end());
  options.insert(options.end(), k_session_options.begin(), k_session_options.end());
  return options;
}

std::optional<SessionStatus> status_of(std::string_view name) {
  for (const auto status : {SessionStatus::unknown, SessionStatus::running, SessionStatus::ok, SessionStatus::error,
                            SessionStatus::cancelled}) {
    if (name_of(status) == name) return status;
  }
  return std::nullopt;
}

Result<std::optional<TimeNs>> time_of(const Invocation& invocation, const std::string& option, TimeNs now) {
  if (!invocation.has(option)) return std::optional<TimeNs>();
  auto time = parse_time(invocation.get(option), now);
  if (!time) return std::unexpected(std::move(time).error().with_context("--" + option));
  return std::optional(*time);
}

}  // namespace

std::vector<Option> with_filter_options(std::vector<Option> own) {
  std::vector<Option> options = filter_options();
  options.push_back(k_search_option);
  return joined(std::move(options), std::move(own));
}

std::vector<Option> with_filter_options_but_search(std::vector<Option> own) {
  return joined(filter_options(), std::move(own));
}

std::vector<Option> with_time_options(std::vector<Option> own) {
  return joined(std::vector<Option>(k_time_options.begin(), k_time_options.end()), std::move(own));
}

Result<TimeRange> time_range_of(const Invocation& invocation, TimeNs now) {
  TimeRange range{.since = TRY(time_of(invocation, "since", now)), .until = TRY(time_of(invocation, "until", now))};
  if (range.since && range.until && *range.until <= *range.since) {
    return fail(ErrorCode::invalid, "--until is not after --since: nothing can lie between");
  }
  return range;
}

Result<store::Filter> filter_of(const Invocation& invocation, store::Store& store, TimeNs now) {
  store::Filter filter;
  filter.now = now;
  const TimeRange range = TRY(time_range_of(invocation, now));
  filter.since = range.since;
  filter.until = range.until;
  filter.agent = invocation.get("agent");
  filter.model = invocation.get("model");
  filter.search = invocation.get("search");
  if (invocation.has("status")) {
    filter.status = status_of(invocation.get("status"));
    if (!filter.status) return fail(ErrorCode::invalid, "there is no status '" + invocation.get("status") + "'");
  }
  if (invocation.has("session")) filter.session = TRY(query::resolve_session(store, invocation.get("session")));
  return filter;
}

Result<void> index_for(const Invocation& invocation, store::Store& store) {
  if (invocation.has("search")) TRY(query::catch_up_index(store, k_index_patience));
  return {};
}

std::string conditions_of(const Invocation& invocation) {
  std::string conditions;
  for (const char* name : {"since", "until", "agent", "model", "status", "session", "search", "name", "service"}) {
    if (!invocation.has(name)) continue;
    conditions += (conditions.empty() ? "--" : ", --") + std::string(name);
  }
  return conditions;
}

Result<size_t> limit_of(const Invocation& invocation, size_t fallback) {
  if (!invocation.has("limit")) return fallback;
  const std::string text = invocation.get("limit");
  const auto limit = whole_number<size_t>(text);
  if (!limit) return fail(ErrorCode::invalid, "--limit takes a number, not '" + text + "'");
  return *limit == 0 ? std::numeric_limits<size_t>::max() : *limit;
}

size_t limit_and_tally(size_t limit) {
  const size_t all = std::numeric_limits<size_t>::max();
  return limit > all - k_tally_max - 1 ? all : limit + k_tally_max + 1;
}

view::Tally tally_of(size_t count) {
  return count > k_tally_max ? view::Tally{.count = k_tally_max, .is_least = true} : view::Tally{.count = count};
}

Result<int> usage_or_error(const Error& error, std::string_view command) {
  if (error.code != ErrorCode::invalid) return std::unexpected(error);
  return wrong_usage(error.message, error.hint.empty() ? "strobe " + std::string(command) + " --help" : error.hint);
}

}  // namespace strobe::cli
