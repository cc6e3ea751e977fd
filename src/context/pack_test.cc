#include "context/pack.h"

#include <gtest/gtest.h>

#include <random>

#include "context/test_support.h"

namespace strobe::context {
namespace {

TEST(Pack, a_record_with_every_field_survives) {
  Arena arena;
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    const RawSpan span = test::random_span(random, arena);
    const std::string packed = pack_span(span, nullptr);
    test::NoReferences none;
    const auto back = unpack_span(packed, none, Fetch::everything, arena);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_TRUE(test::identical_spans(span, *back));

    const RawLog log = test::random_log(random, arena);
    const std::string packed_log = pack_log(log, nullptr);
    const auto log_back = unpack_log(packed_log, none, Fetch::everything, arena);
    ASSERT_TRUE(log_back) << log_back.error().message;
    EXPECT_TRUE(test::identical_logs(log, *log_back));
  }
}

TEST(Pack, extreme_times_survive) {
  Arena arena;
  test::NoReferences none;
  const uint64_t k_max = UINT64_MAX;
  for (const uint64_t start : {uint64_t{0}, uint64_t{1}, k_max / 2, k_max / 2 + 1, k_max}) {
    for (const uint64_t end : {uint64_t{0}, uint64_t{1}, k_max / 2, k_max / 2 + 1, k_max}) {
      const RawEvent event{end, "e", {}, 0};
      RawSpan span;
      span.start_time_unix_nano = start;
      span.end_time_unix_nano = end;
      span.events = {&event, 1};
      const std::string packed = pack_span(span, nullptr);
      const auto back = unpack_span(packed, none, Fetch::everything, arena);
      ASSERT_TRUE(back);
      EXPECT_TRUE(test::identical_spans(span, *back));
    }
  }
}

TEST(Pack, resource_and_scope_survive) {
  Arena arena;
  const std::string_view keys[] = {"service.name", ""};
  const EntityRef entities[] = {{"url", "service", keys, {}}, {"", "host", {}, keys}};
  const KeyValue attributes[] = {{"a", Value::of_string("b")}, {"a", Value::of_float64(-0.0)}};
  const RawResource resource{attributes, 7, entities, "schema"};
  const std::string packed = pack_resource(resource);
  const auto back = unpack_resource(packed, arena);
  ASSERT_TRUE(back);
  EXPECT_TRUE(identical(resource.attributes, back->attributes));
  EXPECT_EQ(back->dropped_attributes_count, 7u);
  EXPECT_EQ(back->schema_url, "schema");
  ASSERT_EQ(back->entity_refs.size(), 2u);
  EXPECT_EQ(back->entity_refs[0].type, "service");
  ASSERT_EQ(back->entity_refs[0].id_keys.size(), 2u);
  EXPECT_EQ(back->entity_refs[0].id_keys[0], "service.name");
  EXPECT_EQ(back->entity_refs[1].description_keys.size(), 2u);

  const RawScope scope{"name", "1.2", attributes, 3, "url"};
  const std::string packed_scope = pack_scope(scope);
  const auto scope_back = unpack_scope(packed_scope, arena);
  ASSERT_TRUE(scope_back);
  EXPECT_TRUE(identical(scope.attributes, scope_back->attributes));
  EXPECT_EQ(scope_back->name, "name");
  EXPECT_EQ(scope_back->version, "1.2");
  EXPECT_EQ(scope_back->dropped_attributes_count, 3u);
  EXPECT_EQ(scope_back->schema_url, "url");
}

// An extractor that takes out what it is told to, and the source that gives it back.
class Scripted : public Extractor, public ReferenceSource {
 public:
  Hole extract(std::string_view key, const Value&) override {
    if (key == "blob") return BlobHole{.reference = 0};
    if (key == "quoted") return BlobHole{.reference = 1, .quoted = true, .style = EscapeStyle::json_minimal};
    if (key == "text") {
      return TextHole{.reference = 2, .separator = ", ", .runs = {{0, "["}, {3, ""}, {0, "] "}, {1, ""}, {0, "!"}}};
    }
    if (key == "array") return ValueHole{.reference = 3, .is_array = true};
    return {};
  }
  std::optional<FlatHole> extract_flat(std::span<const KeyValue> attributes, size_t at) override {
    if (attributes[at].key != "m.9.role") return std::nullopt;
    return FlatHole{.reference = 4, .prefix = "m", .first = 9, .attributes = 3};
  }
  Result<std::string_view> blob(uint64_t number) override { return number == 0 ? "content" : "a\"b"; }
  Result<std::vector<std::string_view>> sequence(uint64_t number) override {
    if (number == 2) return std::vector<std::string_view>{"1", "2", "3", "4"};
    std::vector<std::string_view> views;
    for (const auto& item : number == 3 ? values : flat) views.push_back(item);
    return views;
  }
  std::vector<std::string> values, flat;
};

TEST(Pack, holes_are_filled_again) {
  const Value items[] = {Value::of_int64(1), Value::of_string("x")};
  const KeyValue attributes[] = {{"blob", Value::of_string("content")},      {"quoted", Value::of_string("\"a\\\"b\"")},
                                 {"text", Value::of_string("[1, 2, 3] 4!")}, {"m.9.role", Value::of_string("user")},
                                 {"m.9.text", Value::of_string("hi")},       {"m.10.role", Value::of_int64(4)},
                                 {"array", Value::of_array(items)}};
  Scripted script;
  for (const Value& item : items) append_value_item(script.values.emplace_back(), item);
  const KeyValue first[] = {{".role", Value::of_string("user")}, {".text", Value::of_string("hi")}};
  const KeyValue second[] = {{".role", Value::of_int64(4)}};
  append_flat_item(script.flat.emplace_back(), first);
  append_flat_item(script.flat.emplace_back(), second);
  RawSpan span;
  span.attributes = attributes;
  const std::string packed = pack_span(span, &script);
  Arena arena;
  const auto back = unpack_span(packed, script, Fetch::everything, arena);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(identical(span.attributes, back->attributes));

  const auto cheap = unpack_span(packed, script, Fetch::without_sequences, arena);
  ASSERT_TRUE(cheap);
  ASSERT_EQ(cheap->attributes.size(), 5u);
  EXPECT_EQ(cheap->attributes[0].value.as_text(), "content");
  EXPECT_EQ(cheap->attributes[2].value.type, ValueType::stored);
  EXPECT_EQ(cheap->attributes[2].value.number, 2u);
  EXPECT_EQ(cheap->attributes[3].key, "m");
  EXPECT_EQ(cheap->attributes[3].value.type, ValueType::stored);
  EXPECT_EQ(cheap->attributes[4].value.type, ValueType::stored);
}

TEST(Pack, damaged_bytes_never_crash) {
  Arena arena;
  std::mt19937_64 random(2);
  test::NoReferences none;
  for (int round = 0; round < 2000; ++round) {
    Arena local;
    std::string packed = pack_span(test::random_span(random, local), nullptr);
    for (int flips = 0; flips < 3; ++flips) packed[random() % packed.size()] = static_cast<char>(random());
    if (round % 3 == 0) packed.resize(random() % packed.size());
    (void)unpack_span(packed, none, Fetch::everything, local);
    (void)unpack_log(packed, none, Fetch::without_sequences, local);
    (void)unpack_resource(packed, local);
    (void)unpack_scope(packed, local);
    (void)unpack_value_item(packed, local);
  }
  std::string nested("\0V", 2);
  for (int i = 0; i < 100000; ++i) nested += "\x06\x01";
  EXPECT_FALSE(unpack_value_item(nested, arena));
}

TEST(Pack, flat_keys_are_taken_apart_only_in_their_canonical_spelling) {
  EXPECT_EQ(parse_flat_key("a.12.b.c", "a")->index, 12u);
  EXPECT_EQ(parse_flat_key("a.12.b.c", "a")->rest, ".b.c");
  EXPECT_EQ(parse_flat_key("a.0", "a")->rest, "");
  for (const auto key :
       {"a.01.b", "a.+1.b", "a.b", "a.", "a", "b.1", "a.1x", "a.99999999999999999999999.b", "a.-1.b"}) {
    EXPECT_FALSE(parse_flat_key(key, "a")) << key;
  }
  EXPECT_EQ(index_sequence(8, 4, IndexOrder::as_text), (std::vector<uint64_t>{10, 11, 8, 9}));
}

}  // namespace
}  // namespace strobe::context
