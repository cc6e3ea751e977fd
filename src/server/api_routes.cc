#include "server/api_routes.h"

#include <algorithm>
#include <limits>

#include "base/human_time.h"

namespace strobe::server {

namespace {

using enum ParameterType;
constexpr auto k_path = ParameterPlace::path;
constexpr int64_t k_int64_max = std::numeric_limits<int64_t>::max();

const Parameter k_session = {
    .name = "session",
    .place = k_path,
    .description = "last, last~1, a prefix of a session's id, its key, or a prefix of one of its trace ids",
    .example = "last"};
const Parameter k_context = {
    .name = "context", .place = k_path, .type = hex, .description = "input_context of a span", .maximum = 64};
const Parameter k_trace_id = {
    .name = "trace_id", .place = k_path, .type = hex, .description = "trace_id of a span", .maximum = 32};
const Parameter k_span_id = {
    .name = "span_id", .place = k_path, .type = hex, .description = "span_id of a span", .maximum = 16};
const Parameter k_key = {.name = "key", .place = k_path, .description = "the attribute's key, percent-encoded"};

const Parameter k_limit = {.name = "limit",
                           .type = number,
                           .description = "rows of a page; a page may hold fewer when they are big",
                           .example = "10",
                           .minimum = 1,
                           .maximum = k_page_rows_max};
const Parameter k_cursor = {.name = "cursor", .description = "next_cursor of the page before"};

std::vector<Parameter> with_filters(std::vector<Parameter> own) {
  const std::vector<Parameter> filters = {
      {.name = "since",
       .type = moment,
       .description = "started at or after: 2026-01-30T12:00:00Z, 2026-01-30, 7d, yesterday",
       .example = "2000-01-01"},
      {.name = "until", .type = moment, .description = "started before; as since", .example = "now"},
      {.name = "agent", .description = "the agent's name: a part of it, or a pattern with * and ?", .example = "*"},
      {.name = "model", .description = "a model that answered; as agent", .example = "*"},
      {.name = "status",
       .type = choice,
       .description = "what became of the session",
       .example = "ok",
       .choices = {"running", "ok", "error", "cancelled", "unknown"}},
      {.name = "search", .description = "sessions in which this text occurs", .example = "build"},
  };
  own.insert(own.end(), filters.begin(), filters.end());
  return own;
}

std::vector<Parameter> without_search(std::vector<Parameter> parameters) {
  std::erase_if(parameters, [](const Parameter& parameter) { return parameter.name == "search"; });
  return parameters;
}

const Parameter k_in_session = {
    .name = "session", .description = "only of this session; named as in /api/sessions/{session}", .example = "last"};

std::vector<Route> session_routes() {
  return {
      {"/api/sessions", "listSessions", "Sessions, newest first", "", with_filters({k_limit, k_cursor}), "SessionList",
       list_sessions},
      {"/api/sessions/{session}",
       "showSession",
       "One session's totals",
       "",
       {k_session},
       "SessionAnswer",
       show_session},
      {"/api/sessions/{session}/spans",
       "listSpans",
       "Spans of a session, by start",
       "Long attribute values are referred to; parents may lie outside the page.",
       {k_session,
        k_limit,
        k_cursor,
        {.name = "from_unix_ns",
         .type = time_ns,
         .description = "only spans under way at or after this moment",
         .example = "0"},
        {.name = "to_unix_ns",
         .type = time_ns,
         .description = "only spans that started before this moment",
         .example = "9000000000000000000"}},
       "SpanPage",
       list_spans},
      {"/api/sessions/{session}/transcript",
       "listTranscript",
       "The messages of a session in reading order, each once",
       "",
       {k_session, k_limit, k_cursor},
       "TranscriptPage",
       list_transcript},
  };
}

std::vector<Route> content_routes() {
  return {
      {"/api/contexts/{context}",
       "showContext",
       "What one call to a model saw",
       "The first page also brings the definitions of the tools.",
       {k_context, k_limit, k_cursor},
       "ContextPage",
       show_context},
      {"/api/contexts/{context}/messages/{position}",
       "showMessage",
       "One message of a context",
       "",
       {k_context,
        {.name = "position",
         .place = k_path,
         .type = number,
         .description = "from 0",
         .example = "0",
         .maximum = k_int64_max}},
       "MessageAnswer",
       show_message},
      {"/api/spans/{trace_id}/{span_id}/attributes/{key}",
       "showAttribute",
       "One attribute's whole value",
       "Plain JSON; with Accept: text/plain a string's text alone. A key that only begins others "
       "('llm.input_messages') gives an "
       "object of those.",
       {k_trace_id, k_span_id, k_key},
       "Value",
       show_attribute},
      {"/api/spans/{trace_id}/{span_id}/events/{event}/attributes/{key}",
       "showEventAttribute",
       "The same of one of a span's events",
       "",
       {k_trace_id,
        k_span_id,
        {.name = "event",
         .place = k_path,
         .type = number,
         .description = "its place among the span's events, from 0",
         .maximum = k_int64_max},
        k_key},
       "Value",
       show_event_attribute},
  };
}

std::vector<Route> list_routes() {
  return {
      {"/api/traces", "listTraces", "Traces, newest first", "", with_filters({k_limit, k_cursor}), "TraceList",
       list_traces},
      {"/api/search", "search", "Where a text stands, newest first",
       "Words: all of them in one message; \"several words\": a phrase; word*: a beginning.",
       without_search(
           with_filters({{.name = "q", .description = "what to look for", .example = "build", .is_required = true},
                         k_limit,
                         k_cursor,
                         k_in_session})),
       "SearchPage", search},
      {"/api/stats", "stats", "Calls, tokens, costs and durations, summed up", "",
       with_filters({{.name = "by",
                      .type = choice,
                      .description = "what a row is about",
                      .example = "model",
                      .choices = {"model", "tool", "agent", "session", "day"}},
                     k_in_session}),
       "StatsList", stats},
      {"/api/health", "health", "How the server and its store are", "", {}, "Health", health},
      {"/api/openapi.json", "openapi", "This description", "", {}, "OpenApi", openapi},
  };
}

bool is_argument(std::string_view segment) { return segment.starts_with('{'); }

bool matches(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& segments) {
  return std::ranges::equal(pattern, segments, [](std::string_view expected, std::string_view segment) {
    return is_argument(expected) ? !segment.empty() : expected == segment;
  });
}

Result<std::optional<TimeNs>> moment_of(const ApiCall& call, std::string_view name) {
  if (!call.arguments.has(name)) return std::nullopt;
  auto moment = parse_time(call.arguments.text(name), call.now);
  if (!moment) return std::unexpected(std::move(moment).error().with_context(name));
  return *moment;
}

SessionStatus status_of(std::string_view name) {
  using enum SessionStatus;
  for (const SessionStatus status : {running, ok, error, cancelled}) {
    if (name_of(status) == name) return status;
  }
  return unknown;
}

}  // namespace

std::span<const Route> api_routes() {
  static const std::vector<Route> routes = [] {
    std::vector<Route> all;
    for (auto&& part : {session_routes(), content_routes(), list_routes()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return routes;
}

std::optional<size_t> route_index(std::string_view path) {
  const auto segments = path_segments(path);
  const auto routes = api_routes();
  for (size_t i = 0; i < routes.size(); ++i) {
    if (matches(path_segments(routes[i].path), segments)) return i;
  }
  return std::nullopt;
}

Result<RouteMatch> match_route(std::string_view path) {
  const auto index = route_index(path);
  if (!index) return fail(ErrorCode::not_found, "nothing lives at this path", "/api/openapi.json lists what there is");
  RouteMatch match{.route = &api_routes()[*index]};
  const auto segments = path_segments(path);
  const auto pattern = path_segments(match.route->path);
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (!is_argument(pattern[i])) continue;
    const std::string_view name = pattern[i].substr(1, pattern[i].size() - 2);
    const auto parameter = std::ranges::find_if(
        match.route->parameters, [&](const Parameter& known) { return known.place == k_path && known.name == name; });
    TRY_VOID(match.arguments.set(*parameter, segments[i]));
  }
  return match;
}

Result<store::Filter> filter_of(const ApiCall& call) {
  store::Filter filter;
  filter.now = call.now;
  const Arguments& arguments = call.arguments;
  filter.since = TRY(moment_of(call, "since"));
  filter.until = TRY(moment_of(call, "until"));
  filter.agent = arguments.text("agent");
  filter.model = arguments.text("model");
  filter.search = arguments.text("search");
  if (arguments.has("status")) filter.status = status_of(arguments.text("status"));
  if (arguments.has("session")) filter.session = TRY(query::resolve_session(call.store, arguments.text("session")));
  return filter;
}

size_t limit_of(const ApiCall& call) { return static_cast<size_t>(call.arguments.number("limit", k_page_rows)); }

void write_next_cursor(json::Writer& writer, const std::optional<std::string>& next) {
  writer.key("next_cursor");
  next ? writer.string(*next) : writer.null();
}

}  // namespace strobe::server
