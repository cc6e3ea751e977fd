#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <deque>

#include "base/ids.h"
#include "otlp/otlp.h"
#include "otlp/reference_test_util.h"

namespace strobe::otlp {
namespace {

enum class Text { utf8, any_bytes };

// Random spans of our own making: unlike libprotobuf's they may hold strings that are no UTF-8.
class RandomSpans {
 public:
  RandomSpans(uint64_t seed, Text text) : random_(seed), text_(text) {}

  // Already in the order that the encoders group by, so that a round trip gives the same list.
  std::vector<RawSpan> spans() {
    std::vector<RawSpan> spans;
    for (uint64_t resources = below(4); resources > 0; --resources) {
      const auto* resource = arena_.make<RawResource>(make_resource());
      for (uint64_t scopes = 1 + below(3); scopes > 0; --scopes) {
        const auto* scope = arena_.make<RawScope>(make_scope());
        for (uint64_t count = 1 + below(3); count > 0; --count) {
          spans.push_back(make_span());
          spans.back().resource = resource;
          spans.back().scope = scope;
        }
      }
    }
    return spans;
  }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }
  uint32_t number32() { return below(2) == 0 ? 0 : static_cast<uint32_t>(random_()); }
  uint64_t number64() { return below(3) == 0 ? 0 : random_() >> below(64); }

  std::string_view bytes() {
    std::string bytes(below(10), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return arena_.copy(bytes);
  }
  std::string_view text() {
    if (text_ == Text::any_bytes) return bytes();
    constexpr std::string_view k_pieces[] = {"a", "\"", "\\", "\n", "é", "🙂", std::string_view("\0", 1), "\x7f"};
    std::string text;
    for (uint64_t i = below(5); i > 0; --i) text += k_pieces[below(std::size(k_pieces))];
    return arena_.copy(text);
  }
  template <typename T, typename Make>
  std::span<const T> list(uint64_t bound, Make&& make) {
    const auto entries = arena_.allocate_array<T>(below(bound));
    for (T& entry : entries) entry = make();
    return entries;
  }

  Value value(int depth) {
    switch (below(depth > 4 ? 6 : 8)) {
      case 0: return {};
      case 1: return Value::of_string(text());
      case 2: return Value::of_bool(below(2) == 0);
      case 3: return Value::of_int64(static_cast<int64_t>(number64()));
      case 4: {
        constexpr double k_doubles[] = {0.0,      -0.0,      0.1, 1e21, -1e-7, 5e-324, 1.7976931348623157e308,
                                        INFINITY, -INFINITY, NAN};
        return Value::of_float64(k_doubles[below(std::size(k_doubles))]);
      }
      case 5: return Value::of_bytes(bytes());
      case 6: return Value::of_array(list<Value>(4, [&] { return value(depth + 1); }));
      default: return Value::of_kvlist(attributes(depth + 1));
    }
  }
  std::span<const KeyValue> attributes(int depth = 0) {
    return list<KeyValue>(4, [&] { return KeyValue{text(), value(depth)}; });
  }
  RawResource make_resource() {
    RawResource resource{attributes(), number32(), {}, text()};
    resource.entity_refs = list<EntityRef>(3, [&] {
      const auto texts = [&] { return list<std::string_view>(3, [&] { return text(); }); };
      return EntityRef{text(), text(), texts(), texts()};
    });
    return resource;
  }
  RawScope make_scope() { return {text(), text(), attributes(), number32(), text()}; }
  RawSpan make_span() {
    RawSpan span;
    span.trace_id = bytes();
    span.span_id = bytes();
    span.parent_span_id = bytes();
    span.trace_state = text();
    span.name = text();
    span.kind = static_cast<int32_t>(number32());
    span.start_time_unix_nano = number64();
    span.end_time_unix_nano = number64();
    span.attributes = attributes();
    span.dropped_attributes_count = number32();
    span.events = list<RawEvent>(3, [&] { return RawEvent{number64(), text(), attributes(), number32()}; });
    span.dropped_events_count = number32();
    span.links =
        list<RawLink>(3, [&] { return RawLink{bytes(), bytes(), text(), attributes(), number32(), number32()}; });
    span.dropped_links_count = number32();
    span.status_message = text();
    span.status_code = static_cast<int32_t>(number32());
    span.flags = number32();
    return span;
  }

  std::mt19937_64 random_;
  const Text text_;
  Arena arena_;
};

// Everything about a span but pointers: equal texts mean identical spans.
std::vector<std::string> described(std::span<const RawSpan> spans) {
  const google::protobuf::LogSilencer quiet;  // it complains about every string that is no UTF-8, and goes on
  std::vector<std::string> descriptions;
  for (const RawSpan& span : spans) {
    RawBatch one;
    one.spans.push_back(span);
    descriptions.push_back(to_hex(traces_of(one).SerializePartialAsString()));
  }
  return descriptions;
}

TEST(Encode, protobuf_reads_back_identical_even_where_strings_are_no_utf8) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomSpans random(seed, Text::any_bytes);
    const auto spans = random.spans();
    const auto batch = decode_protobuf(Signal::traces, body_of(encode_protobuf(spans)));
    ASSERT_TRUE(batch.has_value()) << batch.error().message;
    ASSERT_EQ(described(batch->spans), described(spans)) << "seed " << seed;
  }
}

TEST(Encode, json_reads_back_identical) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomSpans random(seed, Text::utf8);
    const auto spans = random.spans();
    const std::string document = encode_json(spans);
    const auto batch = decode_json(Signal::traces, body_of(document));
    ASSERT_TRUE(batch.has_value()) << batch.error().message << "\n" << document;
    ASSERT_EQ(described(batch->spans), described(spans)) << "seed " << seed << "\n" << document;
  }
}

TEST(Encode, json_of_strings_that_are_no_utf8_is_still_json) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    RandomSpans random(seed, Text::any_bytes);
    EXPECT_TRUE(decode_json(Signal::traces, body_of(encode_json(random.spans()))).has_value());
  }
}

TEST(Encode, equal_resources_and_scopes_are_written_once_in_order_of_first_appearance) {
  const KeyValue service_a{"service.name", Value::of_string("a")}, service_b{"service.name", Value::of_string("b")};
  RawResource a{std::span(&service_a, 1), 0, {}, {}}, a_again = a, b{std::span(&service_b, 1), 0, {}, {}};
  RawScope x{"x", {}, {}, 0, {}}, x_again = x, y{"y", {}, {}, 0, {}};
  std::vector<RawSpan> spans(6);
  const auto place = [&](size_t i, std::string_view name, const RawResource* resource, const RawScope* scope) {
    spans[i].name = name;
    spans[i].resource = resource;
    spans[i].scope = scope;
  };
  place(0, "1", &b, &x);
  place(1, "2", &a, &x);
  place(2, "3", &b, &y);
  place(3, "4", &a_again, &x_again);
  place(4, "5", &b, &x);
  place(5, "6", nullptr, nullptr);
  EXPECT_EQ(encode_json(spans),
            R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"b"}}]},)"
            R"("scopeSpans":[)"
            R"({"scope":{"name":"x"},"spans":[{"name":"1"},{"name":"5"}]},)"
            R"({"scope":{"name":"y"},"spans":[{"name":"3"}]}]},)"
            R"({"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},)"
            R"("scopeSpans":[)"
            R"({"scope":{"name":"x"},"spans":[{"name":"2"},{"name":"4"}]}]},)"
            R"({"resource":{},"scopeSpans":[{"scope":{},"spans":[{"name":"6"}]}]}]})");
  const auto batch = decode_protobuf(Signal::traces, body_of(encode_protobuf(spans)));
  ASSERT_TRUE(batch.has_value());
  std::string names;
  for (const RawSpan& span : batch->spans) names += span.name;
  EXPECT_EQ(names, "153246");
}

TEST(Encode, many_resources_stay_linear) {
  std::deque<std::string> names;
  std::deque<KeyValue> attributes;
  std::deque<RawResource> resources;
  std::vector<RawSpan> spans(20'000);
  for (RawSpan& span : spans) {
    names.push_back(std::to_string(names.size()));
    attributes.push_back({"service.name", Value::of_string(names.back())});
    resources.push_back({std::span(&attributes.back(), 1), 0, {}, {}});
    span.resource = &resources.back();
  }
  const auto batch = decode_protobuf(Signal::traces, body_of(encode_protobuf(spans)));
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->spans.size(), spans.size());
}

TEST(Encode, no_spans_are_an_empty_request) {
  EXPECT_EQ(encode_protobuf({}), "");
  EXPECT_EQ(encode_json({}), R"({"resourceSpans":[]})");
}

}  // namespace
}  // namespace strobe::otlp
