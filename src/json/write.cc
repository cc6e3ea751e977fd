#include "json/write.h"

#include "base/assert.h"

// Misuse of RapidJSON is a bug of ours, and it stays fatal in release builds.
#define RAPIDJSON_ASSERT(condition) STROBE_ASSERT(condition)
// RAPIDJSON_SSE2 stays off: its scan in version 1.1 takes 0x1a to 0x1f inside strings for plain characters.
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <variant>
#include <vector>

#include "json/last_of_key.h"
#include "json/number.h"
#include "json/scan.h"

namespace strobe::json {

namespace {

constexpr std::string_view k_replacement = "\xef\xbf\xbd";

// The first byte at or behind `at` that is not part of valid UTF-8; surrogates are not valid.
size_t find_invalid_utf8(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (static_cast<uint8_t>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const CodePoint point = decode_utf8(text, at);
    if (point.bytes == 0 || point.is_high_surrogate() || point.is_low_surrogate()) return at;
    at += point.bytes;
  }
  return text.size();
}

// `text` with U+FFFD for every byte or lone surrogate that is not valid UTF-8, from `bad` on, where the first one is.
std::string replaced(std::string_view text, size_t bad) {
  std::string out;
  size_t run = 0;
  while (bad < text.size()) {
    out.append(text.substr(run, bad - run));
    out.append(k_replacement);
    const size_t bytes = decode_utf8(text, bad).bytes;
    run = bad + (bytes == 0 ? 1 : bytes);
    bad = find_invalid_utf8(text, run);
  }
  out.append(text.substr(run));
  return out;
}

// Integers that a double cannot hold exactly are written as strings, for JavaScript's sake.
bool is_integer_beyond_double(std::string_view text) {
  if (text.find_first_of(".eE") != std::string_view::npos) return false;
  constexpr int64_t k_exact_max = int64_t{1} << 53;
  const auto value = to_int64(text);
  return !value || *value > k_exact_max || *value < -k_exact_max;
}

enum class Place : uint8_t { array, object_key, object_value };

}  // namespace

struct Writer::State {
  using Compact = rapidjson::Writer<rapidjson::StringBuffer>;
  using Pretty = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

  rapidjson::StringBuffer buffer;
  std::variant<Compact, Pretty> writer;
  std::vector<Place> open;
  bool has_root = false;

  explicit State(Layout layout) {
    if (layout == Layout::pretty) {
      writer.emplace<Pretty>(buffer).SetIndent(' ', 2);
    } else {
      writer.emplace<Compact>(buffer);
    }
  }

  // Calls `write` with the RapidJSON writer, whichever it is.
  template <typename Write>
  void with(Write write) {
    std::visit([&](auto& target) { STROBE_ASSERT(write(target)); }, writer);
  }
  // A value is due here; notes that it comes.
  void value_comes() {
    if (open.empty()) {
      STROBE_ASSERT(!has_root);
      has_root = true;
      return;
    }
    STROBE_ASSERT(open.back() != Place::object_key);
    if (open.back() == Place::object_value) open.back() = Place::object_key;
  }
  void text(std::string_view value, bool is_key) {
    std::string mended;
    if (const size_t bad = find_invalid_utf8(value, 0); bad != value.size()) {
      mended = replaced(value, bad);
      value = mended;
    }
    // RapidJSON wants a pointer even for nothing, and counts in 32 bits.
    STROBE_ASSERT(value.size() <= UINT32_MAX);
    const char* data = value.empty() ? "" : value.data();
    const auto size = static_cast<rapidjson::SizeType>(value.size());
    with([&](auto& target) { return is_key ? target.Key(data, size) : target.String(data, size); });
  }
  void raw(std::string_view value) {
    with([&](auto& target) { return target.RawValue(value.data(), value.size(), rapidjson::kNumberType); });
  }
};

Writer::Writer(Layout layout) : state_(std::make_unique<State>(layout)) {}
Writer::~Writer() = default;

Writer& Writer::begin_object() {
  state_->value_comes();
  state_->open.push_back(Place::object_key);
  state_->with([](auto& target) { return target.StartObject(); });
  return *this;
}

Writer& Writer::end_object() {
  STROBE_ASSERT(!state_->open.empty() && state_->open.back() == Place::object_key);
  state_->open.pop_back();
  state_->with([](auto& target) { return target.EndObject(); });
  return *this;
}

Writer& Writer::begin_array() {
  state_->value_comes();
  state_->open.push_back(Place::array);
  state_->with([](auto& target) { return target.StartArray(); });
  return *this;
}

Writer& Writer::end_array() {
  STROBE_ASSERT(!state_->open.empty() && state_->open.back() == Place::array);
  state_->open.pop_back();
  state_->with([](auto& target) { return target.EndArray(); });
  return *this;
}

Writer& Writer::key(std::string_view key) {
  STROBE_ASSERT(!state_->open.empty() && state_->open.back() == Place::object_key);
  state_->open.back() = Place::object_value;
  state_->text(key, true);
  return *this;
}

Writer& Writer::string(std::string_view value) {
  state_->value_comes();
  state_->text(value, false);
  return *this;
}

Writer& Writer::int64(int64_t value) {
  state_->value_comes();
  state_->with([&](auto& target) { return target.Int64(value); });
  return *this;
}

Writer& Writer::uint64(uint64_t value) {
  state_->value_comes();
  state_->with([&](auto& target) { return target.Uint64(value); });
  return *this;
}

Writer& Writer::float64(double value) {
  if (!std::isfinite(value)) return string(from_double(value));
  state_->value_comes();
  state_->raw(from_double(value));
  return *this;
}

Writer& Writer::boolean(bool value) {
  state_->value_comes();
  state_->with([&](auto& target) { return target.Bool(value); });
  return *this;
}

Writer& Writer::null() {
  state_->value_comes();
  state_->with([](auto& target) { return target.Null(); });
  return *this;
}

Writer& Writer::number(std::string_view exact) {
  STROBE_ASSERT(!exact.empty() && scan_number(exact, 0).size == exact.size());
  state_->value_comes();
  state_->raw(exact);
  return *this;
}

// Recursion is as deep as the parser let the node become: k_depth_max.
Writer& Writer::node(const Node& node, RepeatedKeys repeated) {
  switch (node.type) {
    case Type::null: return null();
    case Type::boolean: return boolean(node.boolean);
    case Type::string: return string(node.text);
    case Type::number: return is_integer_beyond_double(node.text) ? string(node.text) : number(node.text);
    case Type::array:
      begin_array();
      for (const Node& item : node.items) this->node(item, repeated);
      return end_array();
    case Type::object: {
      const auto write = [&](const Member& member) {
        key(member.key);
        this->node(member.value, repeated);
      };
      begin_object();
      if (repeated == RepeatedKeys::kept) {
        for (const Member& member : node.members) write(member);
      } else {
        for_each_last_of_key(node.members, write);
      }
      return end_object();
    }
  }
  return *this;
}

std::string Writer::take() {
  std::string text(state_->buffer.GetString(), state_->buffer.GetSize());
  state_->buffer.Clear();
  if (state_->open.empty()) {
    // The document is whole: what follows is a new one.
    state_->has_root = false;
    std::visit([&](auto& target) { target.Reset(state_->buffer); }, state_->writer);
  }
  return text;
}

}  // namespace strobe::json
