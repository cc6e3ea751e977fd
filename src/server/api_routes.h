#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "json/write.h"
#include "net/http.h"
#include "query/outline.h"
#include "query/query.h"
#include "server/api_arguments.h"
#include "server/figures.h"

// Every route of the API, declared once: from here come the dispatch, the checks of arguments, and /api/openapi.json.

namespace strobe::server {

inline constexpr int64_t k_page_rows = 100;
inline constexpr int64_t k_page_rows_max = 1000;
// A page whose content reaches this ends early.
inline constexpr size_t k_page_bytes_max = size_t{8} << 20;
// Longer attribute values are referred to: docs/reference/http.md.
inline constexpr size_t k_value_bytes_inline_max = 4096;
inline constexpr size_t k_value_bytes_max = size_t{64} << 20;

// One request on its way through a handler. Reader thread.
struct ApiCall {
  store::Store& store;
  const Arguments& arguments;
  std::string_view accept;
  TimeNs now;
  const Figures& figures;
  query::OutlineCache& outlines;
};

struct Route {
  std::string_view path;       // "/api/sessions/{session}"; what stands in braces is an argument
  std::string_view operation;  // "listSessions"
  std::string_view summary;
  std::string_view description;
  std::vector<Parameter> parameters;
  std::string_view schema;  // of the 200's body: a name in openapi_schemas.json
  std::function<Result<net::Response>(const ApiCall&)> handler;
};

// In the order of the documentation. Lives for ever; constant.
std::span<const Route> api_routes();

// Which of them a path is for.
std::optional<size_t> route_index(std::string_view path);

// The route of a path, and the arguments that stand in the path. Errors: not_found (no such route), invalid.
struct RouteMatch {
  const Route* route = nullptr;
  Arguments arguments;
};
Result<RouteMatch> match_route(std::string_view path);

// Handlers, by file. api_sessions.cc:
Result<net::Response> list_sessions(const ApiCall& call);
Result<net::Response> show_session(const ApiCall& call);
Result<net::Response> list_spans(const ApiCall& call);
Result<net::Response> list_transcript(const ApiCall& call);
// api_contexts.cc:
Result<net::Response> show_context(const ApiCall& call);
Result<net::Response> show_message(const ApiCall& call);
// api_values.cc:
Result<net::Response> show_attribute(const ApiCall& call);
Result<net::Response> show_event_attribute(const ApiCall& call);
// api_lists.cc:
Result<net::Response> list_traces(const ApiCall& call);
Result<net::Response> search(const ApiCall& call);
Result<net::Response> stats(const ApiCall& call);
// api_health.cc:
Result<net::Response> health(const ApiCall& call);
// api_openapi.cc:
Result<net::Response> openapi(const ApiCall& call);

// For handlers. What the arguments since, until, agent, model, status, session and search ask for.
Result<store::Filter> filter_of(const ApiCall& call);
size_t limit_of(const ApiCall& call);
void write_next_cursor(json::Writer& writer, const std::optional<std::string>& next);

}  // namespace strobe::server
