#include "view/phrases.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "analyze/shape.h"
#include "base/arena.h"
#include "base/saturated.h"
#include "json/parse.h"

namespace strobe::view {

namespace {

// Arguments beyond this are not searched for the key one: the beginning is shown instead.
constexpr size_t k_parsed_bytes_max = size_t{64} << 10;
constexpr int k_value_width_max = 40;
constexpr int k_attributes_shown_max = 3;

// Cut before it is made safe: what is shown of a megabyte shall not cost a megabyte.
std::string safe_within(std::string_view text, int columns) {
  constexpr size_t k_character_bytes_max = 4;
  return fit(safe(text.substr(0, static_cast<size_t>(columns + 1) * k_character_bytes_max)), columns);
}

std::string_view last_word_of(std::string_view key) { return key.substr(key.find_last_of('.') + 1); }

template <size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Names and ids that say nothing about the moment itself.
bool is_bookkeeping(std::string_view key) {
  static constexpr std::array<std::string_view, 5> k_prefixes = {"gen_ai.", "openinference.", "session.", "strobe.",
                                                                 "ai."};
  return std::any_of(k_prefixes.begin(), k_prefixes.end(),
                     [&](std::string_view prefix) { return key.starts_with(prefix); });
}

std::string value_text(const Value& value) {
  switch (value.type) {
    case ValueType::string: return safe_within(value.as_text(), k_value_width_max);
    case ValueType::boolean: return value.boolean ? "true" : "false";
    case ValueType::int64: return std::to_string(value.int64);
    case ValueType::float64: return std::to_string(value.float64);
    default: return {};
  }
}

std::string attributes_text(std::span<const KeyValue> attributes) {
  static constexpr std::array<std::string_view, 5> k_from = {"from", "from_model", "requested_model", "old",
                                                             "from_state"};
  static constexpr std::array<std::string_view, 5> k_to = {"to", "to_model", "selected_model", "new", "to_state"};
  std::string from, to, reason, others;
  int shown = 0;
  for (const KeyValue& attribute : attributes) {
    const std::string_view word = last_word_of(attribute.key);
    const std::string text = value_text(attribute.value);
    if (text.empty()) continue;
    if (is_one_of(word, k_from)) {
      from = text;
    } else if (is_one_of(word, k_to)) {
      to = text;
    } else if (word == "reason") {
      reason = text;
    } else if (!is_bookkeeping(attribute.key) && ++shown <= k_attributes_shown_max) {
      others += " " + safe_within(attribute.key, k_value_width_max) + "=" + text;
    }
  }
  std::string out;
  if (!from.empty() && !to.empty()) {
    out = " " + from + " → " + to;
  } else {
    if (!from.empty()) out += " from " + from;
    if (!to.empty()) out += " → " + to;
    out += others;
  }
  return reason.empty() ? out : out + " (" + reason + ")";
}

// The last exception tells best what the span failed with.
const RawEvent* last_exception(const RawSpan& raw) {
  for (size_t i = raw.events.size(); i > 0; --i) {
    if (raw.events[i - 1].name == "exception") return &raw.events[i - 1];
  }
  return nullptr;
}

std::string_view string_attribute(std::span<const KeyValue> attributes, std::string_view key) {
  const Value* value = find_attribute(attributes, key);
  return value != nullptr && value->type == ValueType::string ? value->as_text() : std::string_view();
}

const json::Node* key_member(const json::Node& arguments) {
  static constexpr std::array<std::string_view, 14> k_names = {"path",    "file_path", "filePath", "filename",   "file",
                                                               "command", "cmd",       "pattern",  "query",      "url",
                                                               "uri",     "name",      "prompt",   "description"};
  for (const std::string_view name : k_names) {
    const json::Node* node = arguments.find(name);
    if (node != nullptr && node->is_string()) return node;
  }
  return arguments.members.empty() ? nullptr : &arguments.members.front().value;
}

}  // namespace

Color color_of(SessionStatus status) {
  switch (status) {
    case SessionStatus::ok: return Color::green;
    case SessionStatus::error: return Color::red;
    case SessionStatus::running: return Color::cyan;
    case SessionStatus::cancelled: return Color::yellow;
    case SessionStatus::unknown: break;
  }
  return Color::dim;
}

Color color_of(const SpanFacts& facts) {
  if (facts.status == SpanStatus::error) return Color::red;
  switch (facts.kind) {
    case Kind::llm:
    case Kind::embedding: return Color::cyan;
    case Kind::tool: return Color::yellow;
    case Kind::agent:
    case Kind::workflow:
    case Kind::run: return Color::bold;
    default: return Color::plain;
  }
}

std::string short_id(const SessionSummary& summary) { return summary.id.hex().substr(0, 12); }

std::string name_in_commands(const SessionSummary& summary, const TextStyle& style) {
  return style.session_name.empty() ? short_id(summary) : safe(style.session_name);
}

std::string amount(int64_t number, std::string_view thing) {
  return count(number) + " " + std::string(thing) + (number == 1 ? "" : "s");
}

std::string percent(int64_t part, int64_t whole) {
  if (whole == 0) return "-";
  // A double, for a trace may lie about its tokens in numbers whose product with 100 does not fit.
  return std::to_string(std::lround(100.0 * static_cast<double>(part) / static_cast<double>(whole))) + "%";
}

std::string cache_hit(const SessionView& session) {
  const Usage& usage = session.summary.usage;
  const bool is_told = usage.total_input() == 0 || analyze::tells_of_cache(session);
  return is_told ? percent(usage.cache_read, usage.total_input()) : "not told";
}

int64_t total_output(const Usage& usage) { return add_saturated(usage.output, usage.reasoning); }

std::string cost_text(CostKind kind, int64_t pico_usd) {
  switch (kind) {
    case CostKind::reported: return money(pico_usd);
    case CostKind::computed: return "~" + money(pico_usd);
    case CostKind::partial: return ">=" + money(pico_usd);
    case CostKind::unpriced: break;
  }
  return "unpriced";
}

std::string subject_of(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  if (facts.kind == Kind::tool && !facts.tool_name.empty()) return safe(facts.tool_name);
  if ((span.is_llm_call || facts.kind == Kind::embedding) && !facts.model.empty()) return safe(facts.model);
  if (facts.kind == Kind::agent && !facts.agent.empty()) return safe(facts.agent);
  return safe(facts.name);
}

std::string label_of(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  std::string label = std::string(name_of(facts.kind)) + " " + subject_of(span);
  const bool is_renamed = facts.kind == Kind::agent && !facts.agent.empty() && facts.agent != facts.name;
  return is_renamed ? label + " (" + safe(facts.name) + ")" : label;
}

std::string_view failure_message(const RawSpan& raw) {
  if (!raw.status_message.empty()) return raw.status_message;
  const RawEvent* exception = last_exception(raw);
  const auto told = exception != nullptr ? string_attribute(exception->attributes, "exception.message") : "";
  return !told.empty() ? told : string_attribute(raw.attributes, "error.message");
}

std::string error_text(const SpanView& span) {
  const RawEvent* exception = last_exception(*span.raw);
  std::string_view type = span.span.facts.error_type;
  const auto message = failure_message(*span.raw);
  if (exception != nullptr && type.empty()) type = string_attribute(exception->attributes, "exception.type");
  if (type.empty() || message.empty()) return safe(type) + safe(message);
  return safe(type) + ": " + safe(message);
}

std::string recording_text(const SpanView& span) {
  if (span.duplicate_how == SameCall::no) return {};
  return "records the call of span " + span.duplicate_of.hex() + " too";
}

std::string usage_text(const SpanView& span) {
  if (!span.span.facts.has_usage) return {};
  const Usage& usage = span.span.facts.usage;
  std::string text = count(usage.total_input()) + " in";
  if (usage.cache_read > 0) text += " (" + count(usage.cache_read) + " cached)";
  text += ", " + count(total_output(usage)) + " out";
  if (span.duplicate_how != SameCall::no) return "again " + text;
  return span.counted ? text : "sum " + text;
}

std::string key_argument(const SpanView& span) {
  if (!span.span.tool || !span.span.tool->arguments) return {};
  const Payload& arguments = *span.span.tool->arguments;
  const size_t first = arguments.text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  if (arguments.text[first] != '{' || arguments.text.size() > k_parsed_bytes_max) {
    return safe_within(arguments.text, k_argument_width_max);
  }
  Arena arena;
  const auto parsed = json::parse(arguments.text, arena);
  if (!parsed) return safe_within(arguments.text, k_argument_width_max);
  const json::Node* node = key_member(*parsed);
  if (node == nullptr) return {};
  return safe_within(node->is_string() ? node->text : node->raw, k_argument_width_max);
}

std::string tool_text(const SpanView& span) { return subject_of(span) + "(" + key_argument(span) + ")"; }

bool has_ended(const SpanFacts& facts) { return facts.end.ns != 0 && facts.end >= facts.start; }

bool is_mark(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  return facts.end.ns != 0 && facts.end == facts.start && span.children.empty() && !span.is_llm_call &&
         facts.kind != Kind::llm && !span.counted;
}

std::string mark_text(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  std::string text = "◆ ";
  if (facts.kind == Kind::tool) {
    text += "tool " + tool_text(span);
  } else {
    text += subject_of(span) + attributes_text(span.raw->attributes);
  }
  if (facts.status != SpanStatus::error) return text;
  const std::string error = error_text(span);
  return text + "  ERROR" + (error.empty() ? "" : " " + error);
}

std::string mark_text(const RawEvent& event) {
  if (event.name == "exception") {
    const std::string_view type = string_attribute(event.attributes, "exception.type");
    return "◆ exception " + safe(type) + ": " + safe(string_attribute(event.attributes, "exception.message"));
  }
  return "◆ " + safe(event.name) + attributes_text(event.attributes);
}

}  // namespace strobe::view
