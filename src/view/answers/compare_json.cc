#include <limits>

#include "json/write.h"
#include "view/answers/compare.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

using analyze::Change;
using analyze::ComparedRun;
using analyze::Divergence;
using analyze::MetricChange;
using analyze::MetricUnit;
using analyze::StructureComparison;

std::string_view name_of(Change change) {
  return change == Change::better ? "better" : change == Change::worse ? "worse" : "same";
}

std::string_view name_of(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::count: return "count";
    case MetricUnit::percent: return "percent";
    case MetricUnit::pico_usd: return "usd";
    case MetricUnit::nanoseconds: return "ns";
  }
  return {};
}

// The largest times there are do not fit once a double has rounded them up.
int64_t whole(double nanoseconds) {
  constexpr auto k_max = std::numeric_limits<int64_t>::max();
  return nanoseconds < static_cast<double>(k_max) ? static_cast<int64_t>(nanoseconds) : k_max;
}

// nanoseconds are decimal strings, as everywhere.
void write_value(json::Writer& writer, std::string_view key, const MetricChange& metric, double value, CostKind kind,
                 bool is_known = true) {
  constexpr double k_pico = 1e12;
  writer.key(key);
  if (!is_known) {
    writer.null();
  } else if (metric.unit == MetricUnit::nanoseconds) {
    writer.string(std::to_string(whole(value)));
  } else if (metric.unit == MetricUnit::pico_usd && kind == CostKind::unpriced) {
    writer.null();
  } else {
    writer.float64(metric.unit == MetricUnit::pico_usd ? value / k_pico : value);
  }
}

void write_metric(json::Writer& writer, const MetricChange& metric) {
  writer.begin_object();
  writer.key("name").string(metric.key);
  writer.key("unit").string(name_of(metric.unit));
  write_value(writer, "baseline", metric, metric.baseline, metric.baseline_kind, metric.is_baseline_known);
  write_value(writer, "comparison", metric, metric.other, metric.other_kind, metric.is_other_known);
  if (metric.is_compared) {
    write_value(writer, "change", metric, metric.difference(), CostKind::reported);
    writer.key("direction").string(name_of(metric.change));
  } else {
    writer.key("change").null();
    writer.key("direction").null();
  }
  writer.key("allowed");
  metric.allowed < 0 ? writer.null() : writer.float64(metric.allowed);
  writer.key("verdict");
  metric.allowed < 0 || !metric.is_compared ? writer.null() : writer.string(name_of(metric.verdict));
  write_text_or_null(writer, "not_compared_because", metric.not_compared_because);
  writer.end_object();
}

void write_step(json::Writer& writer, std::string_view key, const ComparedRun& run, size_t at) {
  writer.key(key);
  if (at >= run.steps.steps.size()) {
    writer.null();
    return;
  }
  const analyze::RunStep& step = run.steps.steps[at];
  writer.begin_object();
  writer.key("step").int64(step.number);
  writer.key("span_id").string(step.span_id.hex());
  writer.key("did").string(step.label);
  writer.end_object();
}

void write_divergence(json::Writer& writer, const Divergence& divergence, const ComparedRun& a, const ComparedRun& b) {
  writer.begin_object();
  writer.key("kind").string(analyze::name_of(divergence.kind));
  write_step(writer, "baseline", a, divergence.baseline);
  write_step(writer, "comparison", b, divergence.other);
  writer.key("baseline_steps").int64(divergence.baseline_steps);
  writer.key("comparison_steps").int64(divergence.other_steps);
  const bool has_path = !divergence.path.empty();
  write_text_or_null(writer, "what", has_path ? analyze::name_of(divergence.aspect) : "");
  write_text_or_null(writer, "path", has_path ? "/steps/" + std::to_string(divergence.baseline) + divergence.path : "");
  write_text_or_null(writer, "baseline_value", divergence.baseline_value);
  write_text_or_null(writer, "comparison_value", divergence.other_value);
  writer.end_object();
}

void write_structure(json::Writer& writer, const ComparedPair& pair, const ComparedRun& baseline) {
  const StructureComparison& structure = pair.structure;
  writer.begin_object();
  writer.key("same").boolean(structure.is_same());
  writer.key("matched_steps").uint64(structure.matched);
  writer.key("baseline_steps").uint64(structure.baseline_steps);
  writer.key("comparison_steps").uint64(structure.other_steps);
  writer.key("exact").boolean(structure.is_exact);
  writer.key("messages_compared").boolean(structure.are_messages_compared);
  writer.key("arguments_compared").boolean(structure.are_arguments_compared);
  writer.key("divergences").begin_array();
  for (const Divergence& divergence : structure.divergences) write_divergence(writer, divergence, baseline, *pair.run);
  writer.end_array();
  writer.key("divergences_left_out").uint64(structure.divergences_left_out);
  writer.end_object();
}

void write_pair(json::Writer& writer, const ComparedPair& pair, const ComparedRun& baseline) {
  writer.begin_object();
  writer.key("session");
  write_session(writer, pair.run->summary);
  writer.key("assessment").string(analyze::name_of(pair.metrics.assessment));
  writer.key("improved").int64(pair.metrics.improved);
  writer.key("compared").int64(pair.metrics.headlines);
  writer.key("metrics").begin_array();
  for (const MetricChange& metric : pair.metrics.metrics) write_metric(writer, metric);
  writer.end_array();
  writer.key("structure");
  write_structure(writer, pair, baseline);
  writer.end_object();
}

void write_places(json::Writer& writer, const CompareAnswer& answer) {
  std::vector<StructureComparison> structures;
  for (const ComparedPair& pair : answer.runs) structures.push_back(pair.structure);
  writer.begin_array();
  for (const analyze::DivergencePlace& place : first_places(structures)) {
    writer.begin_object();
    write_step(writer, "baseline", *answer.baseline, place.baseline);
    writer.key("count").uint64(place.runs.size());
    writer.key("of").uint64(answer.runs.size());
    writer.key("sessions").begin_array();
    for (const size_t run : place.runs) writer.string(answer.runs[run].run->summary.id.hex());
    writer.end_array();
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

std::string compare_json(const CompareAnswer& answer) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("baseline");
  write_session(writer, answer.baseline->summary);
  writer.key("runs").begin_array();
  for (const ComparedPair& pair : answer.runs) write_pair(writer, pair, *answer.baseline);
  writer.end_array();
  writer.key("first_divergences");
  write_places(writer, answer);
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
