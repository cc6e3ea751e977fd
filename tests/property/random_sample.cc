#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>

#include "property/support.h"

namespace strobe::property {

namespace {

class Maker {
 public:
  explicit Maker(uint32_t seed, Arena& arena) : random_(seed), arena_(arena) {}

  bool chance(int percent) { return below(100) < percent; }
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  std::string_view keep(const std::string& text) { return arena_.copy(text); }

  std::string text(int bytes_max) {
    static const char* const k_words[] = {"the ",  "file ", "\n",         "\"quoted\" ", "\\path\\ ",        "naïve ",
                                          "世界 ", "\t",    "</script> ", "42 ",         "\xf0\x9f\x99\x82 "};
    std::string out;
    const int size = below(bytes_max + 1);
    while (static_cast<int>(out.size()) < size) out += k_words[below(std::size(k_words))];
    if (chance(5)) out += "\xff\xfe\x80";
    if (chance(3)) out += std::string("\0\x1b[2J", 5);
    return out;
  }

  std::string quoted(const std::string& value) {
    std::string out = "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') out += '\\';
      if (c == '\n') {
        out += "\\n";
      } else if (static_cast<unsigned char>(c) < 0x20) {
        out += "\\u00" + std::string(c < 0x10 ? "0" : "1") + "0123456789abcdef"[c & 15];
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

  std::string message() {
    static const char* const k_roles[] = {"user", "assistant", "tool", "system"};
    const std::string role = k_roles[below(4)];
    const std::string gap = chance(20) ? " " : "";
    if (chance(30)) {
      return "{\"role\":" + gap + quoted(role) +
             ",\"parts\":[{\"type\":\"tool_call\",\"id\":" + quoted("c" + std::to_string(below(9))) +
             ",\"name\":\"read\",\"arguments\":{\"path\":" + quoted(text(30)) + ",\"n\":1.50}}]}";
    }
    if (chance(5)) return "17";
    return "{\"role\":" + quoted(role) + gap +
           ",\"parts\":[{\"type\":\"text\",\"content\":" + quoted(text(chance(20) ? 6000 : 400)) + "}]}";
  }

  Value value(int depth) {
    switch (below(depth > 3 ? 6 : 8)) {
      case 0: return {};
      case 1: return Value::of_bool(chance(50));
      case 2: return Value::of_int64(chance(20) ? std::numeric_limits<int64_t>::min() : below(1000));
      case 3: return Value::of_float64(chance(20) ? std::numeric_limits<double>::quiet_NaN() : below(1000) / 7.0);
      case 4: return Value::of_bytes(keep(text(chance(10) ? 9000 : 20)));
      case 5: return Value::of_string(keep(text(chance(10) ? 9000 : 300)));
      case 6: {
        std::vector<Value> items(below(4));
        for (Value& item : items) item = value(depth + 1);
        return Value::of_array(arena_.copy_array(std::span<const Value>(items)));
      }
      default: return Value::of_kvlist(attributes(below(4), depth + 1));
    }
  }

  std::span<const KeyValue> attributes(int count, int depth) {
    static const char* const k_keys[] = {
        "a", "b", "", "gen_ai.agent.name", "session.id", "llm.input_messages.0.x", "ai.prompt", "input.value"};
    std::vector<KeyValue> list(count);
    for (KeyValue& entry : list) entry = {k_keys[below(std::size(k_keys))], value(depth)};
    return arena_.copy_array(std::span<const KeyValue>(list));
  }

  std::string id(int number, size_t bytes) {
    std::string out(bytes, '\0');
    out[0] = static_cast<char>(number + 1);
    out[bytes - 1] = 'x';
    return out;
  }

  // A history that grows, is sometimes edited and sometimes cut.
  std::string history() {
    if (chance(10) && !messages_.empty()) messages_[below(static_cast<int>(messages_.size()))] = message();
    messages_.push_back(message());
    std::string out = "[";
    for (size_t i = chance(10) ? 1 : 0; i < messages_.size(); ++i)
      out += (out.size() > 1 ? (chance(1) ? " , " : ",") : "") + messages_[i];
    out += "]";
    if (chance(5)) out.resize(out.size() / 2);
    return out;
  }

  RawSpan span(int number, int count, const RawResource* resource, const RawScope* scope) {
    RawSpan span;
    span.resource = resource;
    span.scope = scope;
    span.trace_id = keep(id(below(3), 16));
    span.span_id = keep(id(number, 8));
    if (chance(80)) span.parent_span_id = keep(id(below(count + 3), 8));
    span.name = keep(text(20));
    span.kind = below(7) - 1;
    span.start_time_unix_nano = 1'700'000'000'000'000'000ull + static_cast<uint64_t>(below(50));
    span.end_time_unix_nano = chance(5) ? std::numeric_limits<uint64_t>::max()
                                        : span.start_time_unix_nano + static_cast<uint64_t>(below(9)) - 2;
    span.status_code = below(3);
    span.status_message = keep(text(10));
    span.trace_state = chance(10) ? "a=b" : "";
    span.flags = static_cast<uint32_t>(below(3));
    span.dropped_attributes_count = chance(5) ? 7 : 0;
    std::vector<KeyValue> list;
    if (chance(60)) {
      list = {{"gen_ai.operation.name", Value::of_string("chat")},
              {"gen_ai.request.model", Value::of_string("m")},
              {"gen_ai.usage.input_tokens", Value::of_int64(below(500))},
              {"gen_ai.usage.output_tokens", Value::of_int64(below(50))},
              {"gen_ai.input.messages", Value::of_string(keep(history()))},
              {"gen_ai.output.messages", Value::of_string(keep("[" + message() + "]"))}};
      if (chance(30))
        list.push_back({"gen_ai.response.id", Value::of_string(keep("answer-" + std::to_string(below(4))))});
      if (chance(10)) list.push_back({"query_source", Value::of_string("generate_session_title")});
      if (chance(40))
        list.push_back({"gen_ai.conversation.id", Value::of_string(keep("chat-" + std::to_string(below(2))))});
    }
    const auto more = attributes(below(5), 0);
    list.insert(list.end(), more.begin(), more.end());
    span.attributes = arena_.copy_array(std::span<const KeyValue>(list));
    if (chance(30)) {
      RawEvent event{
          .time_unix_nano = static_cast<uint64_t>(below(9)), .name = keep(text(9)), .attributes = attributes(2, 0)};
      span.events = arena_.copy_array(std::span<const RawEvent>(&event, 1));
    }
    if (chance(10)) {
      RawLink link{.trace_id = "odd", .span_id = "", .trace_state = "x=y", .attributes = attributes(1, 0), .flags = 3};
      span.links = arena_.copy_array(std::span<const RawLink>(&link, 1));
    }
    return span;
  }

 private:
  std::mt19937 random_;
  Arena& arena_;
  std::vector<std::string> messages_;
};

}  // namespace

uint32_t random_samples_max() {
  constexpr uint32_t k_default = 30;
  const char* wanted = std::getenv("STROBE_RANDOM_SAMPLES");
  return wanted == nullptr ? k_default : static_cast<uint32_t>(std::stoul(wanted));
}

Sample random_sample(uint32_t seed) {
  Sample sample{.name = "random " + std::to_string(seed)};
  sample.batches.push_back(std::make_shared<RawBatch>());
  Arena& arena = *sample.batches.back()->arena;
  Maker maker(seed, arena);
  std::vector<const RawResource*> resources;
  for (int i = 0; i < 2; ++i) {
    RawResource* resource = arena.make<RawResource>();
    resource->attributes = maker.attributes(3, 0);
    resource->schema_url = i == 0 ? "" : "https://example.org/1";
    resources.push_back(resource);
  }
  // Two instrumentations: what both tell may be one call.
  std::vector<const RawScope*> scopes;
  for (const char* name : {"scope", "other scope"}) {
    RawScope* scope = arena.make<RawScope>();
    scope->name = name;
    scope->attributes = maker.attributes(1, 0);
    scopes.push_back(scope);
  }
  const int count = 1 + maker.below(40);
  for (int i = 0; i < count; ++i) {
    const RawSpan span = maker.span(i, count, resources[static_cast<size_t>(maker.below(2))],
                                    scopes[static_cast<size_t>(maker.below(2))]);
    sample.spans.push_back(span);
  }
  return sample;
}

}  // namespace strobe::property
