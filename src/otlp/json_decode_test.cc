#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/base64.h"
#include "base/ids.h"
#include "otlp/otlp.h"
#include "otlp/reference_test_util.h"

namespace strobe::otlp {
namespace {

using testing::HasSubstr;

Result<RawBatch> decode(Signal signal, std::string document) {
  return decode_json(signal, body_of(std::move(document)));
}

Result<RawBatch> decode_span(const std::string& span) {
  return decode(Signal::traces, R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + span + "]}]}]}");
}

std::string error_of(const Result<RawBatch>& result) {
  return result.has_value() ? "no error" : result.error().message;
}

// The value of a span's only attribute.
Value value_of(const Result<RawBatch>& batch) {
  if (!batch.has_value() || batch->spans.empty() || batch->spans[0].attributes.empty()) {
    ADD_FAILURE() << error_of(batch);
    return {};
  }
  return batch->spans[0].attributes[0].value;
}
Result<RawBatch> decode_value(const std::string& value) {
  return decode_span(R"({"attributes":[{"key":"k","value":)" + value + "}]}");
}

constexpr std::string_view k_document = R"({"resourceSpans":[{
  "scopeSpans":[{"schemaUrl":"scope url","spans":[{
      "traceId":"0102030405060708090A0B0C0D0E0F10","spanId":"a1b2c3d4e5f60718","parentSpanId":"","traceState":"x=y",
      "name":"chat \u00e9","kind":3,"startTimeUnixNano":"1700000000000000001","endTimeUnixNano":1700000000000000002,
      "attributes":[{"key":"s","value":{"stringValue":"v"}},{"key":"i","value":{"intValue":"9007199254740993"}},
        {"key":"n","value":{"intValue":-9007199254740993}},{"key":"b","value":{"boolValue":true}},
        {"key":"d","value":{"doubleValue":0.5}},{"key":"e","value":{}},{"key":"none"},
        {"key":"a","value":{"arrayValue":{"values":[{"stringValue":"x"},{"kvlistValue":{"values":[
          {"key":"deep","value":{"bytesValue":"AAEC/w=="}}]}}]}}}],
      "droppedAttributesCount":1,"droppedEventsCount":2,"droppedLinksCount":3,"flags":257,
      "events":[{"timeUnixNano":"5","name":"ev","attributes":[],"droppedAttributesCount":4}],
      "links":[{"traceId":"ff","spanId":"00","traceState":"t","flags":1,"droppedAttributesCount":6}],
      "status":{"code":2,"message":"bad"}}],
    "scope":{"name":"lib","version":"1","attributes":[],"droppedAttributesCount":9}}],
  "schemaUrl":"url",
  "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"svc"}}],"droppedAttributesCount":8,
    "entityRefs":[{"schemaUrl":"u","type":"service","idKeys":["a","b"],"descriptionKeys":["c"]}]}}]})";

void add_attributes(reference::Span& span) {
  const auto add = [&](const char* key) -> reference::AnyValue& {
    auto& attribute = *span.add_attributes();
    attribute.set_key(key);
    return *attribute.mutable_value();
  };
  add("s").set_string_value("v");
  add("i").set_int_value(9007199254740993);
  add("n").set_int_value(-9007199254740993);
  add("b").set_bool_value(true);
  add("d").set_double_value(0.5);
  add("e");
  add("none");
  auto& array = *add("a").mutable_array_value();
  array.add_values()->set_string_value("x");
  auto& deep = *array.add_values()->mutable_kvlist_value()->add_values();
  deep.set_key("deep");
  deep.mutable_value()->set_bytes_value(std::string("\0\1\2\xff", 4));
}

// The same data by libprotobuf's hand.
reference::TracesData document_as_message() {
  reference::TracesData data;
  auto& of_resource = *data.add_resource_spans();
  of_resource.set_schema_url("url");
  auto& resource = *of_resource.mutable_resource();
  resource.set_dropped_attributes_count(8);
  auto& service = *resource.add_attributes();
  service.set_key("service.name");
  service.mutable_value()->set_string_value("svc");
  auto& entity = *resource.add_entity_refs();
  entity.set_schema_url("u");
  entity.set_type("service");
  entity.add_id_keys("a");
  entity.add_id_keys("b");
  entity.add_description_keys("c");
  auto& of_scope = *of_resource.add_scope_spans();
  of_scope.set_schema_url("scope url");
  of_scope.mutable_scope()->set_name("lib");
  of_scope.mutable_scope()->set_version("1");
  of_scope.mutable_scope()->set_dropped_attributes_count(9);
  auto& span = *of_scope.add_spans();
  span.set_trace_id(*from_hex("0102030405060708090a0b0c0d0e0f10"));
  span.set_span_id(*from_hex("a1b2c3d4e5f60718"));
  span.set_trace_state("x=y");
  span.set_name("chat é");
  span.set_kind(reference::SPAN_KIND_CLIENT);
  span.set_start_time_unix_nano(1700000000000000001);
  span.set_end_time_unix_nano(1700000000000000002);
  add_attributes(span);
  span.set_dropped_attributes_count(1);
  span.set_dropped_events_count(2);
  span.set_dropped_links_count(3);
  span.set_flags(257);
  auto& event = *span.add_events();
  event.set_time_unix_nano(5);
  event.set_name("ev");
  event.set_dropped_attributes_count(4);
  auto& link = *span.add_links();
  link.set_trace_id("\xff");
  link.set_span_id(std::string(1, '\0'));
  link.set_trace_state("t");
  link.set_flags(1);
  link.set_dropped_attributes_count(6);
  span.mutable_status()->set_code(reference::STATUS_CODE_ERROR);
  span.mutable_status()->set_message("bad");
  return data;
}

TEST(DecodeJson, a_document_gives_the_same_signals_as_its_protobuf) {
  const auto from_json = decode(Signal::traces, std::string(k_document));
  ASSERT_TRUE(from_json.has_value()) << error_of(from_json);
  const std::string bytes = document_as_message().SerializeAsString();
  EXPECT_EQ(traces_of(*from_json).SerializeAsString(), bytes);
  const auto from_protobuf = decode_protobuf(Signal::traces, body_of(bytes));
  ASSERT_TRUE(from_protobuf.has_value());
  EXPECT_EQ(traces_of(*from_protobuf).SerializeAsString(), bytes);
}

TEST(DecodeJson, an_empty_object_is_an_empty_batch) {
  for (const Signal signal : {Signal::traces, Signal::logs, Signal::metrics}) {
    const auto batch = decode(signal, "{}");
    ASSERT_TRUE(batch.has_value());
    EXPECT_TRUE(batch->spans.empty() && batch->logs.empty() && batch->metrics.empty());
  }
}

TEST(DecodeJson, null_is_the_default_everywhere) {
  EXPECT_TRUE(decode(Signal::traces, R"({"resourceSpans":null})").has_value());
  EXPECT_TRUE(decode(Signal::traces, R"({"resourceSpans":[null,{"scopeSpans":[null],"resource":null}]})").has_value());
  const auto batch = decode_span(R"({"traceId":null,"name":null,"kind":null,"startTimeUnixNano":null,)"
                                 R"("attributes":null,"events":[null],"status":null,"flags":null})");
  ASSERT_TRUE(batch.has_value()) << error_of(batch);
  EXPECT_EQ(batch->spans.at(0).events.size(), 1u);
  EXPECT_EQ(value_of(decode_value("null")).type, ValueType::empty);
  EXPECT_EQ(value_of(decode_value(R"({"stringValue":null})")).type, ValueType::empty);
  EXPECT_EQ(value_of(decode_value(R"({"arrayValue":null})")).type, ValueType::empty);
  EXPECT_EQ(value_of(decode_value(R"({"arrayValue":{"values":null}})")).type, ValueType::array);
  EXPECT_EQ(value_of(decode_value(R"({"kvlistValue":{}})")).type, ValueType::kvlist);
}

TEST(DecodeJson, unknown_members_are_ignored) {
  const auto batch = decode_span(R"({"name":"n","future":{"name":[1,{}]},"nameX":3})");
  ASSERT_TRUE(batch.has_value()) << error_of(batch);
  EXPECT_EQ(batch->spans.at(0).name, "n");
}

TEST(DecodeJson, enums_come_as_numbers_or_names) {
  for (const char* kind : {"3", "\"3\"", "\"SPAN_KIND_CLIENT\"", "\"CLIENT\"", "\"span_kind_client\"", "3.0"}) {
    const auto batch = decode_span(R"({"kind":)" + std::string(kind) + "}");
    ASSERT_TRUE(batch.has_value()) << kind << error_of(batch);
    EXPECT_EQ(batch->spans.at(0).kind, 3) << kind;
  }
  EXPECT_EQ(decode_span(R"({"status":{"code":"STATUS_CODE_ERROR"}})")->spans.at(0).status_code, 2);
  EXPECT_EQ(decode_span(R"({"kind":"SPAN_KIND_OF_TOMORROW"})")->spans.at(0).kind, 0);
  const auto logs =
      decode(Signal::logs,
             R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":"SEVERITY_NUMBER_WARN3"}]}]}]})");
  ASSERT_TRUE(logs.has_value()) << error_of(logs);
  EXPECT_EQ(logs->logs.at(0).severity_number, 15);
}

TEST(DecodeJson, hex_ids_come_in_either_case_and_other_texts_stay_texts) {
  const auto id_of = [](const std::string& text) {
    const auto batch = decode_span(R"({"spanId":")" + text + "\"}");
    return batch.has_value() ? std::string(batch->spans.at(0).span_id) : error_of(batch);
  };
  EXPECT_EQ(id_of("a1B2"), "\xa1\xb2");
  EXPECT_EQ(id_of(""), "");
  EXPECT_EQ(id_of("abc"), "abc");
  EXPECT_EQ(id_of("no hex!"), "no hex!");
  EXPECT_EQ(id_of("AQIDBAUGBwg="), "AQIDBAUGBwg=");
}

TEST(DecodeJson, integers_are_exact_and_in_range) {
  EXPECT_EQ(value_of(decode_value(R"({"intValue":"9223372036854775807"})")).int64, INT64_MAX);
  EXPECT_EQ(value_of(decode_value(R"({"intValue":-9223372036854775808})")).int64, INT64_MIN);
  EXPECT_EQ(value_of(decode_value(R"({"intValue":9007199254740993})")).int64, 9007199254740993);
  EXPECT_EQ(value_of(decode_value(R"({"int_value":42.0})")).int64, 42);
  for (const char* wrong : {"9223372036854775808", "\"\"", "\"x\"", "1.5", "true", "{}"}) {
    const auto batch = decode_value(R"({"intValue":)" + std::string(wrong) + "}");
    EXPECT_THAT(error_of(batch), HasSubstr("intValue: expected a 64-bit integer")) << wrong;
  }
  const auto latest = decode_span(R"({"startTimeUnixNano":"18446744073709551615"})");
  ASSERT_TRUE(latest.has_value()) << error_of(latest);
  EXPECT_EQ(latest->spans.at(0).start_time_unix_nano, UINT64_MAX);
  EXPECT_FALSE(decode_span(R"({"startTimeUnixNano":-1})").has_value());
  EXPECT_FALSE(decode_span(R"({"flags":4294967296})").has_value());
  EXPECT_FALSE(decode_span(R"({"kind":2147483648})").has_value());
}

TEST(DecodeJson, doubles_come_as_numbers_texts_and_names) {
  EXPECT_TRUE(std::isnan(value_of(decode_value(R"({"doubleValue":"NaN"})")).float64));
  EXPECT_EQ(value_of(decode_value(R"({"doubleValue":"Infinity"})")).float64, INFINITY);
  EXPECT_EQ(value_of(decode_value(R"({"doubleValue":"-Infinity"})")).float64, -INFINITY);
  EXPECT_EQ(value_of(decode_value(R"({"doubleValue":"1.25"})")).float64, 1.25);
  EXPECT_EQ(value_of(decode_value(R"({"doubleValue":3})")).float64, 3.0);
  EXPECT_TRUE(std::signbit(value_of(decode_value(R"({"doubleValue":-0.0})")).float64));
  EXPECT_THAT(error_of(decode_value(R"({"doubleValue":"many"})")), HasSubstr("expected a number"));
}

TEST(DecodeJson, bytes_come_in_both_base64_alphabets) {
  for (const char* text : {"+/8=", "-_8=", "+/8", "-_8"}) {
    EXPECT_EQ(value_of(decode_value(R"({"bytesValue":")" + std::string(text) + "\"}")).as_text(), "\xfb\xff") << text;
  }
  EXPECT_EQ(value_of(decode_value(R"({"bytesValue":""})")).type, ValueType::bytes);
  EXPECT_THAT(error_of(decode_value(R"({"bytesValue":"a"})")), HasSubstr("bytesValue: expected base64"));
  EXPECT_THAT(error_of(decode_value(R"({"bytesValue":"a b="})")), HasSubstr("expected base64"));
}

TEST(Base64, every_length_reads_back) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(DecodeJson, the_last_member_of_a_oneof_wins) {
  const Value value = value_of(decode_value(R"({"stringValue":"a","intValue":"1","boolValue":true})"));
  EXPECT_EQ(value.type, ValueType::boolean);
}

TEST(DecodeJson, invalid_utf8_is_kept) {
  const auto batch = decode_span("{\"name\":\"a\xff\"}");
  ASSERT_TRUE(batch.has_value()) << error_of(batch);
  EXPECT_EQ(batch->spans.at(0).name, "a\xff");
}

TEST(DecodeJson, a_wrong_type_is_an_error_with_its_path) {
  const auto at = [](const char* span) { return error_of(decode_span(std::string("{},{},") + span)); };
  EXPECT_EQ(at(R"({"attributes":"x"})"), "resourceSpans[0].scopeSpans[0].spans[2].attributes: expected an array");
  EXPECT_EQ(at(R"({"name":5})"), "resourceSpans[0].scopeSpans[0].spans[2].name: expected a string");
  EXPECT_EQ(at("[]"), "resourceSpans[0].scopeSpans[0].spans[2]: expected an object");
  EXPECT_EQ(at(R"({"attributes":[{"key":"k","value":{"arrayValue":{"values":[{},{"boolValue":1}]}}}]})"),
            "resourceSpans[0].scopeSpans[0].spans[2].attributes[0].value.arrayValue.values[1].boolValue: "
            "expected true or false");
  EXPECT_EQ(error_of(decode(Signal::traces, "[]")), "document: expected an object");
  EXPECT_EQ(error_of(decode(Signal::logs, R"({"resource_logs":{}})")), "resource_logs: expected an array");
  EXPECT_EQ(decode(Signal::logs, R"({"resourceLogs":1})").error().code, ErrorCode::invalid);
}

TEST(DecodeJson, malformed_json_is_an_error) {
  for (const char* document : {"", "{", "{\"resourceSpans\":[}", "{} {}", "nul"}) {
    EXPECT_EQ(decode(Signal::traces, document).error().code, ErrorCode::invalid) << document;
  }
}

TEST(DecodeJson, values_nest_to_the_named_depth_and_no_deeper) {
  const auto nested = [](int levels) {
    std::string value = R"({"stringValue":"x"})";
    for (int i = 1; i < levels; ++i) {
      value = i % 2 == 0 ? R"({"arrayValue":{"values":[)" + value + "]}}"
                         : R"({"kvlistValue":{"values":[{"key":"k","value":)" + value + "}]}}";
    }
    return value;
  };
  EXPECT_TRUE(decode_value(nested(k_value_depth_max)).has_value()) << error_of(decode_value(nested(k_value_depth_max)));
  EXPECT_THAT(error_of(decode_value(nested(k_value_depth_max + 1))), HasSubstr("nested more than 64 levels"));
}

TEST(DecodeJson, a_document_cut_at_any_byte_is_an_error) {
  for (size_t size = 0; size < k_document.size(); ++size) {
    EXPECT_FALSE(decode(Signal::traces, std::string(k_document.substr(0, size))).has_value()) << size;
  }
}

TEST(DecodeJson, random_damage_never_crashes) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string document(k_document);
    for (int i = 0; i < 3; ++i) document[random() % document.size()] = "\"{}[],:0x\\"[random() % 10];
    (void)decode(Signal::traces, document);
    (void)decode_json_document(std::make_shared<const std::string>(document));
  }
}

std::optional<RawBatch> document(std::string text) {
  auto batch = decode_json_document(std::make_shared<const std::string>(std::move(text)));
  return batch ? std::optional(*std::move(batch)) : std::nullopt;
}

TEST(DecodeJsonDocument, takes_every_signal_it_holds) {
  const auto all = document(
      R"({"resource_logs":[{"scopeLogs":[{"logRecords":[{},{}]}]}],"x":1,"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}],)"
      R"("resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{}]}}]}]}]})");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->spans.size(), 1u);
  EXPECT_EQ(all->logs.size(), 2u);
  EXPECT_EQ(all->metrics.size(), 1u);
  EXPECT_TRUE(document(" {} "));
}

TEST(DecodeJsonDocument, other_documents_are_errors) {
  for (const char* text :
       {"", "[]", "{", "7", "{\"", R"({"a":1})", R"({"a" 1})", R"({"a":1,})", R"({"a":{"resourceSpans":[]}})"}) {
    EXPECT_FALSE(document(text)) << text;
  }
}

}  // namespace
}  // namespace strobe::otlp
