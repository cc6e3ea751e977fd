#include "cli/commands/commands.h"
#include "cli/filter.h"
#include "otlp/otlp.h"
#include "view/list_notes.h"
#include "view/metric_list.h"

namespace strobe::cli {

namespace {

constexpr size_t k_points_default = 50;

std::string nothing_received() {
  return "no metrics were received. Agents that have any send them with OTEL_METRICS_EXPORTER=otlp: strobe run sets "
         "it,\n"
         "strobe env prints it for agents that are started elsewhere\n";
}

Result<std::vector<view::MetricLine>> decoded(const std::vector<store::MetricPointRow>& rows, Arena& arena) {
  std::vector<view::MetricLine> lines;
  lines.reserve(rows.size());
  for (const store::MetricPointRow& row : rows) {
    lines.push_back({.time = row.time, .service = row.service, .metric = TRY(otlp::decode_metric(row.metric, arena))});
  }
  return lines;
}

Result<std::string> text_of(store::Store& store, std::vector<store::MetricPointRow> rows, size_t limit,
                            const Session& session, const std::string& conditions) {
  if (rows.empty()) {
    if (conditions.empty()) return nothing_received();
    const auto all = TRY(store.metric_points({.limit = k_tally_max + 1}));
    return all.empty() ? nothing_received() : view::no_match_note("metric point", conditions, tally_of(all.size()));
  }
  const view::Tally more = cut_to_limit(rows, limit);
  Arena arena;
  return view::metrics_text(TRY(decoded(rows, arena)), session.style) + view::more_note(more);
}

Result<std::string> json_of(const std::vector<store::MetricPointRow>& rows) {
  Arena arena;
  return view::metrics_json(TRY(decoded(rows, arena)));
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const auto limit = limit_of(invocation, k_points_default);
  if (!limit) return usage_or_error(limit.error(), "metrics");
  const auto range = time_range_of(invocation, session.clock->now());
  if (!range) return usage_or_error(range.error(), "metrics");
  const auto store = TRY(open_for_questions(session.store_path));
  const auto scope = TRY(store->read_scope());
  auto rows = TRY(store->metric_points({.since = range->since,
                                        .until = range->until,
                                        .name = invocation.get("name"),
                                        .service = invocation.get("service"),
                                        .limit = session.json ? *limit : limit_and_tally(*limit)}));
  TRY_VOID(print(session.json ? TRY(json_of(rows))
                              : TRY(text_of(*store, std::move(rows), *limit, session, conditions_of(invocation)))));
  return 0;
}

}  // namespace

const Command& metrics_command() {
  static const Command command = {
      .name = "metrics",
      .summary = "lists received metric points, newest first",
      .options = with_time_options({{"--name", "NAME", "metrics with NAME in their name; * and ? make it a pattern"},
                                    {"--service", "NAME", "services, likewise"},
                                    {"--limit", "N", "at most N points (default 50; 0: all)"}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
