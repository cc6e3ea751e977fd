#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>

#include "property/coverage_cases.h"
#include "property/coverage_rows.h"
#include "property/support.h"
#include "reference.pb.h"

// Every OTLP field has a place in the store, or a reason here why it has none. What the fields are the descriptors of
// libprotobuf say, so a field that is added to the reference messages is asked for at once.

namespace strobe::property {
namespace {

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

struct Exception {
  const char* subject;
  const char* reason;
};

constexpr const char* k_says_nothing = "an absent one comes back as an empty one, which says the same";

// One that is not needed is a failure as well. Not in the table, because no record is there to carry them: a resource
// or a scope without records, and a metric without data points.
constexpr Exception k_exceptions[] = {
    {"ResourceSpans.resource absent", k_says_nothing},
    {"ResourceLogs.resource absent", k_says_nothing},
    {"ResourceMetrics.resource absent", k_says_nothing},
    {"ScopeSpans.scope absent", k_says_nothing},
    {"ScopeLogs.scope absent", k_says_nothing},
    {"ScopeMetrics.scope absent", k_says_nothing},
    {"KeyValue.value absent", k_says_nothing},
    {"LogRecord.body absent", k_says_nothing},
    {"Span.status empty", "comes back as an absent one, which says the same: unset, no message"},
    {"KeyValue.key_strindex", "only profiles use it: an index into their table of strings"},
    {"AnyValue.string_value_strindex", "only profiles use it: an index into their table of strings"},
};

const std::vector<UnnamedField>& unnamed_fields() {
  static const std::vector<UnnamedField> fields = {{"KeyValue", "key_strindex", 3},
                                                   {"AnyValue", "string_value_strindex", 8}};
  return fields;
}

const Exception* exception_for(const std::string& subject) {
  const auto found = std::ranges::find_if(k_exceptions, [&](const Exception& e) { return subject == e.subject; });
  return found != std::end(k_exceptions) ? &*found : nullptr;
}

// One line for each difference; empty when the messages are equal, unknown fields and presence included.
std::string difference(const Message& sent, const Message& back) {
  std::string report;
  MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  return differencer.Compare(sent, back) ? std::string() : report;
}

void send_all(TestStore& store, otlp::Signal signal, const Walk& walk) {
  for (const Case& one : walk.cases) {
    SCOPED_TRACE(one.place);
    store.send(signal, one.sent->SerializeAsString());
  }
}

void expect_back(const Case& one, const Message& back) {
  const std::string lost = difference(*one.sent, back);
  const Exception* exception = exception_for(one.subject);
  if (exception == nullptr) {
    EXPECT_EQ(lost, "") << one.place << " does not come back as it was sent; the field is " << one.subject;
  } else {
    EXPECT_EQ(std::ranges::count(lost, '\n'), 1)
        << one.place << " is an exception (" << exception->reason << ") and should differ in one thing, but: " << lost;
  }
}

// `back`: what the store says of each case.
template <typename Data>
void expect_all_back(const char* signal, const Walk& walk, const std::vector<Data>& back) {
  const auto* root = Data::descriptor();
  EXPECT_EQ(walk.fields, fields_below(*root));
  std::cout << signal << ": " << walk.fields.size() << " fields at " << walk.places << " places, " << walk.cases.size()
            << " requests\n";
  ASSERT_EQ(back.size(), walk.cases.size());
  for (size_t i = 0; i < back.size(); ++i) expect_back(walk.cases[i], back[i]);
}

const std::string& trace_id_of(const reference::TracesData& data) {
  return data.resource_spans(0).scope_spans(0).spans(0).trace_id();
}

Walk walk_traces() { return walk_fields(reference::TracesData(), unnamed_fields()); }
Walk walk_logs() { return walk_fields(reference::LogsData(), unnamed_fields()); }
Walk walk_metrics() { return walk_fields(reference::MetricsData(), unnamed_fields()); }

TEST(CoverageTest, EveryFieldOfTracesIsExportedAgain) {
  const Walk walk = walk_traces();
  TestStore store;
  send_all(store, otlp::Signal::traces, walk);
  auto by_trace = exported_traces(store.settled());
  EXPECT_EQ(by_trace.size(), walk.cases.size());
  std::vector<reference::TracesData> back;
  for (const Case& one : walk.cases) {
    back.push_back(by_trace[trace_id_of(dynamic_cast<const reference::TracesData&>(*one.sent))]);
  }
  expect_all_back("traces", walk, back);
}

TEST(CoverageTest, EveryFieldOfLogsIsInTheStore) {
  const Walk walk = walk_logs();
  TestStore store;
  send_all(store, otlp::Signal::logs, walk);
  store::Store& settled = store.settled();
  expect_all_back("logs", walk, stored_logs(store.path(), settled));
}

TEST(CoverageTest, EveryFieldOfMetricsIsInTheStore) {
  const Walk walk = walk_metrics();
  TestStore store;
  send_all(store, otlp::Signal::metrics, walk);
  store::Store& settled = store.settled();
  expect_all_back("metrics", walk, stored_points(store.path(), settled));
}

// Counted another way: type by type as the file has them. Only the answers' types are not asked for.
TEST(CoverageTest, NoFieldOfTheReferenceIsLeftOut) {
  const std::set<std::string> answers = {"PartialSuccess", "ExportResponse", "RpcStatus"};
  std::set<std::string> expected;
  const auto& file = *reference::TracesData::descriptor()->file();
  for (int i = 0; i < file.message_type_count(); ++i) {
    const auto& type = *file.message_type(i);
    if (answers.contains(type.name())) continue;
    for (int j = 0; j < type.field_count(); ++j) expected.insert(type.field(j)->full_name());
  }
  std::set<std::string> walked;
  std::set<std::string> subjects;
  for (Walk& walk : std::array{walk_traces(), walk_logs(), walk_metrics()}) {
    walked.merge(walk.fields);
    for (const Case& one : walk.cases) subjects.insert(one.subject);
  }
  EXPECT_EQ(walked, expected);
  EXPECT_GE(expected.size(), 100u);
  std::cout << "all: " << walked.size() << " fields, " << std::size(k_exceptions) << " exceptions\n";
  for (const Exception& exception : k_exceptions) {
    EXPECT_TRUE(subjects.contains(exception.subject)) << exception.subject << " is no case";
  }
}

}  // namespace
}  // namespace strobe::property
