#include <algorithm>
#include <map>
#include <tuple>

#include "view/broken_links.h"
#include "view/phrases.h"
#include "view/session_text.h"

namespace strobe::view {

namespace {

constexpr size_t k_notes_max = 6;
constexpr int k_hanging = 6;  // later lines of a note stand below its text

// What is missing of a span.
enum class Lack : uint8_t { messages, redacted, results, dropped, truncated, delta };

// Spans of one sender that lack the same.
struct Group {
  int64_t spans = 0;
  int64_t attributes_dropped = 0;
  std::string remedy;
};

bool has_attribute_of(const SpanView& span, std::string_view prefix) {
  return std::any_of(span.raw->attributes.begin(), span.raw->attributes.end(),
                     [&](const KeyValue& attribute) { return attribute.key.starts_with(prefix); });
}

// The switch that turns content on in the SDK that sent this span. Sources: the SDKs' own documentation.
std::string remedy_of(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  const std::string_view scope = facts.scope;
  if (facts.dialect == "vercel")
    return "set experimental_telemetry: {recordInputs: true, recordOutputs: true} on the call";
  if (facts.dialect == "attocode") return "set captureToolResults: true";
  if (facts.dialect == "openinference") return "leave OPENINFERENCE_HIDE_INPUTS and OPENINFERENCE_HIDE_OUTPUTS unset";
  if (scope == "gcp.vertex.agent") return "set ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS=true";
  if (scope == "agent_framework") return "set ENABLE_SENSITIVE_DATA=true";
  if (facts.service == "copilot-chat") return "set COPILOT_OTEL_CAPTURE_CONTENT=true";
  if (facts.service == "claude-code") return "set OTEL_LOG_USER_PROMPTS=1 and OTEL_LOG_TOOL_CONTENT=1";
  const bool is_traceloop =
      scope == "traceloop.tracer" || has_attribute_of(span, "traceloop.") || has_attribute_of(span, "llm.request.type");
  if (is_traceloop) return "set TRACELOOP_TRACE_CONTENT=true";
  return "set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true (newer libraries: SPAN_ONLY)";
}

std::string remedy_of(const SpanView& span, Lack lack) {
  switch (lack) {
    case Lack::messages:
      if (span.span.facts.dialect == "attocode") return "Its trace files hold no messages";
      [[fallthrough]];
    case Lack::redacted:
    case Lack::results: return "To see it, " + remedy_of(span);
    case Lack::dropped:
      return "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=65536 and OTEL_ATTRIBUTE_COUNT_LIMIT=65536 lift the limit";
    case Lack::truncated: return "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT or a limit of the SDK's own cuts values";
    case Lack::delta: return "The earlier messages were never sent with the call";
  }
  return {};
}

std::string what_of(Lack lack, const Group& group) {
  const std::string calls = amount(group.spans, "LLM call");
  switch (lack) {
    case Lack::messages: return calls + " came without the messages that went in: the sender withholds content";
    case Lack::redacted: return calls + " came with a mark in place of the content: the sender withholds it";
    case Lack::results:
      return amount(group.spans, "tool call") + " came without a result: the sender withholds content";
    case Lack::dropped:
      return calls + " lost " + amount(group.attributes_dropped, "attribute") +
             " in the sender's SDK: messages may be missing";
    case Lack::truncated: return "The content of " + calls + " was cut by the sender";
    case Lack::delta: return calls + " with a history that the provider holds";
  }
  return {};
}

bool lacks_result(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  return facts.kind == Kind::tool && has_ended(facts) && facts.status != SpanStatus::error && !is_mark(span) &&
         (!span.span.tool || !span.span.tool->result);
}

bool is_redacted(const SpanView& span) {
  return std::any_of(span.span.output.begin(), span.span.output.end(),
                     [](const Message& message) { return message.state == ContentState::redacted; });
}

std::string note_lines(std::string_view note, const TextStyle& style) {
  return paragraph(note, style, {.rest = k_hanging});
}

class Notes {
 public:
  explicit Notes(const SessionView& view) {
    for (const SpanView& span : view.spans) {
      if (span.duplicate_how != SameCall::no) continue;
      if (lacks_result(span)) add(span, Lack::results);
      if (!span.is_llm_call) continue;
      if (is_redacted(span)) add(span, Lack::redacted);
      switch (span.span.facts.basis) {
        case ContextBasis::absent:
          // What failed early may well have had nothing to say.
          if (span.span.facts.status != SpanStatus::error) add(span, Lack::messages);
          break;
        case ContextBasis::dropped: add(span, Lack::dropped); break;
        // A trace file tells what the user said and nothing else: that is no message cut short.
        case ContextBasis::truncated:
          add(span, span.span.facts.dialect == "attocode" ? Lack::messages : Lack::truncated);
          break;
        case ContextBasis::delta: add(span, Lack::delta); break;
        default: break;
      }
    }
  }

  std::string text(const TextStyle& style) const {
    std::string out;
    size_t written = 0;
    for (const auto& [key, group] : groups_) {
      if (++written > k_notes_max) {
        out += "… and " + count(static_cast<int64_t>(groups_.size() - k_notes_max)) + " more notes of this kind\n";
        break;
      }
      const auto& [lack, service, scope] = key;
      std::string sender = fit(safe(service), k_argument_width_max);
      if (!scope.empty()) sender += " (" + fit(safe(scope), k_argument_width_max) + ")";
      const std::string who = sender.empty() ? "" : " Sender: " + sender + ".";
      out += note_lines("Note: " + what_of(lack, group) + "." + who + " " + group.remedy + ".", style);
    }
    return out;
  }

 private:
  void add(const SpanView& span, Lack lack) {
    const SpanFacts& facts = span.span.facts;
    Group& group = groups_[{lack, facts.service, facts.scope}];
    if (group.spans++ == 0) group.remedy = remedy_of(span, lack);
    group.attributes_dropped += span.raw->dropped_attributes_count;
  }

  std::map<std::tuple<Lack, std::string, std::string>, Group> groups_;
};

// Spans that hang nowhere, or above themselves.
std::string links_note(const SessionView& view, const TextStyle& style) {
  const BrokenLinks links = broken_links_of(view);
  int64_t orphans = 0;
  for (const std::vector<int32_t>& group : links.orphans) orphans += static_cast<int64_t>(group.size());
  const int64_t cycles = std::count(links.is_cut_cycle.begin(), links.is_cut_cycle.end(), true);
  std::string text;
  if (orphans > 0) {
    text = amount(orphans, "span") + (orphans == 1 ? " names a parent that has" : " name parents that have") +
           " not arrived. ";
  }
  if (cycles > 0) {
    text += amount(cycles, "chain") + " of parents " + (cycles == 1 ? "leads" : "lead") +
            " back to where it began, and is cut there. ";
  }
  if (text.empty()) return text;
  return note_lines(
      "Note: " + text + "The tree and strobe doctor " + name_in_commands(view.summary, style) + " tell more.", style);
}

}  // namespace

std::string content_notes_text(const SessionView& view, const TextStyle& style) {
  if (view.spans.empty()) {
    return paragraph(
        "Nothing has arrived of this session yet: spans come when they end, and SDKs send them in batches.", style);
  }
  std::string out;
  const bool has_call =
      std::any_of(view.spans.begin(), view.spans.end(), [](const SpanView& span) { return span.is_llm_call; });
  if (!has_call) {
    out += paragraph(
        "No LLM call was recorded: " + amount(static_cast<int64_t>(view.spans.size()), "span") + " arrived.", style);
    out += paragraph(
        "If the agent called a model, its model library is not instrumented, or its spans have not been sent yet.",
        style);
  }
  return out + Notes(view).text(style) + links_note(view, style);
}

}  // namespace strobe::view
