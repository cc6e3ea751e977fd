#include "view/doctor_text.h"

#include "json/write.h"
#include "view/contradictions.h"
#include "view/table.h"

namespace strobe::view {

namespace {

struct Meaning {
  std::string_view name;
  std::string_view sentence;
};
constexpr Meaning k_meanings[] = {
    {"import.broken_lines", "lines of imported files that could not be read and were skipped"},
    {"logs.repeated", "log records that arrived again, equal to the nanosecond, and are kept once"},
    {"metric_points.replaced", "metric points that arrived again; the later value is kept"},
    {"requests.refused_malformed", "requests that could not be read, refused whole; their senders were told"},
    {"requests.refused_memory",
     "requests refused because they would have taken too much memory; their senders were told"},
    {"spans.amended", "spans that were read again, because log records that tell of them came later"},
    {"spans.duplicate", "spans that arrived again just as they were: sent twice, or a file imported twice"},
    {"spans.not_amended",
     "spans of which log records came later that could not be read again, and say less than they might"},
    {"spans.refused_bad_id", "spans without a valid trace or span id, refused; their senders were told"},
    {"spans.replaced", "spans of which a better version arrived: the real one for a stand-in, or one that has ended"},
    {"spans.superseded", "versions of a span that came when a better one was there already, and were left out"},
    {"values.kept_raw", "large values that could not be taken apart exactly and are stored whole, larger than need be"},
};

// One line a count that is not zero; `fine` when all are.
class Lines {
 public:
  void add(int64_t number, std::string_view what) {
    if (number != 0) text_ += "  " + count(number) + " " + std::string(what) + "\n";
  }
  std::string take(std::string_view fine) const { return text_.empty() ? "  " + std::string(fine) + "\n" : text_; }

 private:
  std::string text_;
};

struct Figure {
  const char* key;
  int64_t SessionHealth::* count;
  std::string_view what;
};
constexpr Figure k_figures[] = {
    {"dropped_attributes", &SessionHealth::dropped_attributes, "attributes that an SDK says it dropped"},
    {"dropped_events", &SessionHealth::dropped_events, "events that an SDK says it dropped"},
    {"dropped_links", &SessionHealth::dropped_links, "links that an SDK says it dropped"},
    {"contexts_truncated", &SessionHealth::contexts_truncated, "calls whose context was cut off by the SDK"},
    {"contexts_dropped", &SessionHealth::contexts_dropped, "calls whose context the SDK dropped"},
    {"contexts_absent", &SessionHealth::contexts_absent, "calls without a context: recording content is switched off"},
    {"contexts_delta", &SessionHealth::contexts_delta,
     "calls whose history the provider holds: only what was new is known"},
    {"orphans", &SessionHealth::orphans, "spans whose parent never arrived"},
    {"in_cycles", &SessionHealth::in_cycles, "spans that are their own ancestors"},
    {"ends_before_start", &SessionHealth::ends_before_start, "spans that end before they start: a clock ran backwards"},
    {"never_ended", &SessionHealth::never_ended, "spans that never ended"},
    {"unpriced_calls", &SessionHealth::unpriced_calls, "calls without a known price"},
};

std::string normaliser_lines(const StoreDiagnosis& diagnosis) {
  int64_t behind = 0;
  for (const auto& [version, traces] : diagnosis.traces_by_normaliser) {
    if (version < diagnosis.normaliser_version) behind += traces;
  }
  if (behind == 0) return {};
  return "  " + count(behind) + " traces were read by an older version: strobe doctor --renormalise reads them anew\n";
}

void write_tables(json::Writer& writer, const StoreDiagnosis& diagnosis) {
  writer.key("tables").begin_array();
  for (const auto& table : diagnosis.tables) {
    writer.begin_object().key("name").string(table.name).key("rows").int64(table.rows).key("bytes").int64(table.bytes);
    writer.end_object();
  }
  writer.end_array();
  writer.key("traces_by_normaliser").begin_array();
  for (const auto& [version, traces] : diagnosis.traces_by_normaliser) {
    writer.begin_object().key("normaliser_version").int64(version).key("traces").int64(traces).end_object();
  }
  writer.end_array();
  writer.key("counts").begin_array();
  for (const auto& [name, number] : diagnosis.counts) {
    writer.begin_object().key("name").string(name).key("count").int64(number).key("meaning").string(
        meaning_of_count(name));
    writer.end_object();
  }
  writer.end_array();
  writer.key("largest_sessions").begin_array();
  for (const auto& large : diagnosis.largest) {
    writer.begin_object().key("session").string(large.session).key("bytes").int64(large.bytes).end_object();
  }
  writer.end_array();
  writer.key("doubtful_sessions").begin_array();
  for (const auto& doubtful : diagnosis.doubtful) {
    writer.begin_object().key("session").string(doubtful.session).key("calls").int64(doubtful.calls).end_object();
  }
  writer.end_array();
}

}  // namespace

std::string_view meaning_of_count(std::string_view name) {
  for (const Meaning& meaning : k_meanings) {
    if (meaning.name == name) return meaning.sentence;
  }
  return {};
}

std::string store_diagnosis_text(const StoreDiagnosis& diagnosis, const TextStyle& style) {
  const bool well = diagnosis.problems.empty();
  std::string text = colored(style, Color::bold, safe(diagnosis.path)) + "\n";
  text += well ? colored(style, Color::green, "well") : colored(style, Color::red, "not well");
  text += diagnosis.quick ? " (looked at quickly)\n" : "\n";
  for (const std::string& problem : diagnosis.problems) text += "  " + safe(problem) + "\n";
  text += "\nversions: strobe " + diagnosis.strobe_version + ", schema " + std::to_string(diagnosis.schema_version) +
          ", canonical form " + std::to_string(diagnosis.canonical_version) + ", normaliser " +
          std::to_string(diagnosis.normaliser_version) + ", SQLite " + safe(diagnosis.sqlite_version) + "\n";
  text += "size: " + bytes(diagnosis.file_bytes) + ", of which " + bytes(diagnosis.free_bytes) +
          " are free for what comes next\n";
  text += normaliser_lines(diagnosis) + "\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& table : diagnosis.tables) {
    rows.push_back({table.name, table.rows > 0 ? count(table.rows) : "", bytes(table.bytes)});
  }
  text += render_table(
      {{.title = "WHAT"}, {.title = "ROWS", .right_aligned = true}, {.title = "SIZE", .right_aligned = true}}, rows,
      style);
  text += "\ntext index: " + count(diagnosis.spans_indexed) + " spans indexed, " + count(diagnosis.spans_waiting) +
          " waiting\n";
  text += "\nleft out, repeated or refused since the store was made:\n";
  Lines lines;
  for (const auto& [name, number] : diagnosis.counts) {
    const std::string_view meaning = meaning_of_count(name);
    lines.add(number, meaning.empty() ? safe(name) : meaning);
  }
  text += lines.take("nothing");
  if (!diagnosis.largest.empty()) text += "\nsessions that need most of the file, with what they share with others:\n";
  for (const auto& large : diagnosis.largest) {
    text += "  " + safe(large.session.substr(0, 12)) + "  " + bytes(large.bytes) + "\n";
  }
  if (diagnosis.doubtful.empty()) return text;
  text += "\nsessions in which the context of some calls is not known completely (strobe doctor ID tells more):\n";
  for (const auto& doubtful : diagnosis.doubtful) {
    text += "  " + safe(doubtful.session.substr(0, 12)) + "  " + count(doubtful.calls) + " calls\n";
  }
  return text;
}

std::string store_diagnosis_json(const StoreDiagnosis& diagnosis) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("path").string(diagnosis.path);
  writer.key("well").boolean(diagnosis.problems.empty());
  writer.key("quick").boolean(diagnosis.quick);
  writer.key("problems").begin_array();
  for (const std::string& problem : diagnosis.problems) writer.string(problem);
  writer.end_array();
  writer.key("strobe_version").string(diagnosis.strobe_version);
  writer.key("schema_version").int64(diagnosis.schema_version);
  writer.key("canonical_version").int64(diagnosis.canonical_version);
  writer.key("normaliser_version").int64(diagnosis.normaliser_version);
  writer.key("sqlite_version").string(diagnosis.sqlite_version);
  writer.key("file_bytes").int64(diagnosis.file_bytes);
  writer.key("free_bytes").int64(diagnosis.free_bytes);
  writer.key("spans_indexed").int64(diagnosis.spans_indexed);
  writer.key("spans_waiting").int64(diagnosis.spans_waiting);
  write_tables(writer, diagnosis);
  writer.end_object();
  return writer.take() + "\n";
}

std::string session_health_text(const SessionHealth& health, const TextStyle& style) {
  std::string text = colored(style, Color::bold, "session " + health.summary.id.hex().substr(0, 12)) + "  " +
                     safe(health.summary.agent) + "  " + count(health.summary.spans) + " spans\n";
  text += health.is_whole() ? colored(style, Color::green, "whole") : colored(style, Color::yellow, "not whole");
  text += "\n";
  Lines lines;
  lines.add(health.contexts_complete, "calls whose context is known completely");
  lines.add(health.contexts_inferred, "calls whose context was put together from the responses before");
  for (const Figure& figure : k_figures) lines.add(health.*figure.count, figure.what);
  return text + lines.take("nothing is missing") + contradictions_text(health, style);
}

std::string session_health_json(const SessionHealth& health) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session").string(health.summary.id.hex());
  writer.key("whole").boolean(health.is_whole());
  writer.key("spans").int64(health.summary.spans);
  writer.key("contexts_complete").int64(health.contexts_complete);
  writer.key("contexts_inferred").int64(health.contexts_inferred);
  for (const Figure& figure : k_figures) writer.key(figure.key).int64(health.*figure.count);
  write_contradictions(writer, health);
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
