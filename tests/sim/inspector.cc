#include "sim/inspector.h"

#include "otlp/otlp.h"
#include "store/read_record.h"

namespace strobe::sim {

namespace {

// Traces that prune is taking away have no id any more.
constexpr std::string_view k_all_spans =
    "SELECT hex(trace.id), span.span_id FROM span JOIN trace ON trace.no = span.trace WHERE length(trace.id) = 16 AND "
    "trace.normaliser <> 2147483647";
constexpr size_t k_rows_max = 1'000'000;

std::string big_endian(int64_t number) {
  std::string bytes(8, '\0');
  for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(static_cast<uint64_t>(number) >> (56 - 8 * i));
  return bytes;
}

}  // namespace

void Inspector::compare(const char* what, const Model::ByKey& promised, const std::map<std::string, int>& found) {
  const auto shown = [&](const std::string& key) {
    return std::string(what) + " " + (what[0] == 's' ? to_hex(key) : key.substr(0, 120));
  };
  for (const auto& [key, times] : found) {
    if (times != 1) world_.broken(shown(key) + " is there " + std::to_string(times) + " times");
    if (!promised.contains(key)) world_.broken(shown(key) + " is there, and nobody sent it");
  }
  for (const auto& [key, known] : promised) {
    ++counts_.checked_records;
    if (!model_.may_be_missing(known) && !found.contains(key)) {
      return world_.broken(shown(key) + " was acknowledged and is gone");
    }
  }
}

Result<void> Inspector::spans(store::Store& store) {
  std::map<std::string, int> found;
  for (const auto& row : TRY(store.query(k_all_spans, k_rows_max)).rows) {
    ++found[*strobe::from_hex(*row[0]) + big_endian(std::stoll(*row[1]))];
  }
  compare("span", model_.spans(), found);
  return {};
}

Result<void> Inspector::points(store::Store& store) {
  std::map<std::string, int> found;
  for (const store::MetricPointRow& row : TRY(store.metric_points({}))) {
    const std::string key = row.name + " " + std::to_string(row.time.ns);
    ++found[key];
    const auto known = model_.points().find(key);
    if (known == model_.points().end() || known->second.sent.contains(row.metric)) continue;
    world_.broken("metric point " + key + " is not what was sent");
  }
  compare("metric point", model_.points(), found);
  return {};
}

Result<void> Inspector::all_records(store::Store& store) {
  const auto scope = TRY(store.read_scope());
  TRY_VOID(spans(store));
  TRY_VOID(points(store));
  std::map<std::string, int> found;
  for (const auto& [trace, is_old] : model_.traces()) {
    Arena arena;
    store::RecordReader reader(store, arena);
    for (const store::StoredLog& stored : TRY(store.logs_of_trace(trace))) {
      ++found[print_log(TRY(reader.log(stored, context::Fetch::everything)))];
    }
  }
  compare("log", model_.logs(), found);
  return {};
}

Result<void> Inspector::trace(store::Store& store, const TraceId& trace, bool is_final) {
  const auto scope = TRY(store.read_scope());
  Arena arena;
  store::RecordReader reader(store, arena);
  for (const store::StoredSpan& stored : TRY(store.spans_of_trace(trace))) {
    const RawSpan* raw = TRY(reader.span(stored, context::Fetch::everything));
    const std::string text = otlp::encode_protobuf(std::span(raw, 1));
    const std::string key = span_key(trace, stored.facts.span_id);
    const auto known = model_.spans().find(key);
    ++counts_.checked_records;
    if (known == model_.spans().end()) {
      world_.broken("span " + to_hex(key) + " is there, and nobody sent it");
    } else if (!known->second.sent.contains(text)) {
      world_.broken("span " + to_hex(key) + " is not what was sent");
    } else if (is_final && !known->second.is_old && known->second.best != text) {
      world_.broken("span " + to_hex(key) + " is the wrong one of its versions");
    }
  }
  return {};
}

Result<void> Inspector::health(store::Store& store) {
  const auto health = TRY(store.examine(store::Examination::full, {}));
  for (const std::string& problem : health.problems) world_.broken("the file is not well: " + problem);
  return {};
}

Result<void> Inspector::index(store::Store& store, Random& random) {
  const auto state = TRY(store.index_state());
  if (state.spans_waiting > 0) {
    world_.broken("the text index has not caught up: " + std::to_string(state.spans_waiting) + " spans wait");
  }
  for (const auto& [key, known] : model_.spans()) {
    const std::string word = word_of(key);
    if (word.empty() || (known.is_old && model_.pruned()) || !known.is_acknowledged || random.chance(70)) continue;
    const auto answer = TRY(store.search({.text = word}));
    ++counts_.questions;
    // Its question may be told by a log that is lost only if that was not acknowledged: all were.
    if (answer.hits.empty()) world_.broken("searching for " + word + " finds nothing");
  }
  return {};
}

}  // namespace strobe::sim
