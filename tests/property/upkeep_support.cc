#include "property/upkeep_support.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "export/otlp.h"
#include "query/query.h"
#include "view/session_json.h"

namespace strobe::property {

namespace {
constexpr TimeNs k_long_after{1'900'000'000'000'000'000};
constexpr uint64_t k_hour_ns = 3'600'000'000'000;
constexpr uint32_t k_samples = 5;
}  // namespace

std::map<SessionId, std::string> shown_by_session(store::Store& store) {
  std::map<SessionId, std::string> shown;
  const auto summaries = query::list_sessions(store, {}, k_long_after);
  EXPECT_TRUE(summaries) << summaries.error().message;
  for (const SessionSummary& summary : *summaries) {
    const auto view = query::load_session(store, summary.id, query::Content::everything, k_long_after);
    EXPECT_TRUE(view) << view.error().message;
    if (!view) continue;
    const auto transcript = query::read_transcript(store, *view);
    EXPECT_TRUE(transcript) << transcript.error().message;
    if (!transcript) continue;
    shown[summary.id] =
        view::session_json(*view) + view::transcript_json(*view, *transcript) + exporter::to_otlp_protobuf(*view);
  }
  return shown;
}

SharedSessions::SharedSessions(uint32_t seed) : random_(seed) {
  for (uint32_t i = 0; i < k_samples; ++i) samples_.push_back(random_sample(seed * k_samples + i));
}

// All that may name a session; else old and new traces would share some by chance.
std::span<const KeyValue> SharedSessions::renamed(std::span<const KeyValue> attributes, const std::string& key) {
  std::vector<KeyValue> list(attributes.begin(), attributes.end());
  for (KeyValue& attribute : list) {
    const bool names_session = attribute.key == "session.id" || attribute.key == "gen_ai.conversation.id";
    if (names_session) attribute.value = Value::of_string(arena_.copy(key));
  }
  return arena_.copy_array(std::span<const KeyValue>(list));
}

std::vector<RawSpan> SharedSessions::spans(int number, const std::string& key) {
  const Sample& sample = samples_[random_() % samples_.size()];
  std::string trace_id(16, '\x11');
  trace_id[14] = static_cast<char>(number >> 8);
  trace_id[15] = static_cast<char>(number);
  std::vector<RawSpan> spans;
  for (RawSpan span : sample.spans) {
    span.trace_id = arena_.copy(trace_id);
    span.start_time_unix_nano += static_cast<uint64_t>(number) * k_hour_ns;
    // One that never ends would be the newest of all.
    span.end_time_unix_nano = span.start_time_unix_nano + 1000;
    span.attributes = renamed(span.attributes, key);
    RawResource* resource = arena_.make<RawResource>(*span.resource);
    resource->attributes = renamed(resource->attributes, key);
    span.resource = resource;
    spans.push_back(span);
  }
  return spans;
}

void expect_part_of(const std::map<SessionId, std::string>& part, const std::map<SessionId, std::string>& whole) {
  for (const auto& [id, shown] : part) {
    const auto found = whole.find(id);
    ASSERT_NE(found, whole.end()) << id.hex();
    const auto differs = std::mismatch(shown.begin(), shown.end(), found->second.begin(), found->second.end());
    const auto at = static_cast<size_t>(differs.first - shown.begin());
    EXPECT_TRUE(found->second == shown) << "session " << id.hex() << " is not what it was, but\n"
                                        << shown.substr(at - std::min<size_t>(at, 200), 300) << "\ninstead of\n"
                                        << found->second.substr(at - std::min<size_t>(at, 200), 300);
  }
}

int64_t rows_of(store::Store& store, const std::string& table) {
  const auto rows = store.query("SELECT count(*) FROM " + table, 1);
  EXPECT_TRUE(rows) << rows.error().message;
  return rows ? std::stoll(*rows->rows[0][0]) : -1;
}

std::string problems_of(store::Store& store) {
  const auto health = store.examine(store::Examination::full, {});
  if (!health) return health.error().message;
  std::string text;
  for (const std::string& problem : health->problems) text += problem + "\n";
  return text;
}

}  // namespace strobe::property
