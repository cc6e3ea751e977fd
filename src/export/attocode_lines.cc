#include "export/attocode_lines.h"

#include <algorithm>
#include <cstdio>

#include "analyze/shape.h"
#include "export/log_text.h"
#include "export/sub_agents.h"
#include "json/parse.h"
#include "json/write.h"
#include "view/phrases.h"

namespace strobe::exporter {

namespace {

constexpr int64_t k_ns_per_ms = 1'000'000;

// "2026-01-30T12:00:00.123Z"
std::string moment(TimeNs time) {
  std::string text = view::timestamp(time);
  if (const size_t space = text.find(' '); space != std::string::npos) text[space] = 'T';
  int64_t ms = time.ns / k_ns_per_ms % 1000;
  if (ms < 0) ms += 1000;
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(ms));
  return text + fraction;
}

// A line under way.
class LineWriter {
 public:
  LineWriter(LogLine& line, std::string_view type, const LogLineOptions& options) : line_(line), options_(options) {
    writer_.begin_object();
    writer_.key("_type").string(type);
    if (type == "session.start") writer_.key("recordedBy").string("strobe");
    writer_.key("_ts").string(moment(line.time));
  }
  ~LineWriter() {
    writer_.end_object();
    line_.text = writer_.take();
  }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  json::Writer& at(std::string_view key) { return writer_.key(key); }
  json::Writer& writer() { return writer_; }
  void text(std::string_view key, std::string_view value) {
    if (!value.empty()) at(key).string(value);
  }
  // A text that may be long.
  void content(std::string_view key, std::string_view value) {
    if (options_.has_content && !value.empty()) at(key).string(cut_text(value, options_.result_bytes_max, line_));
  }
  // A value that is JSON stays JSON while it is short enough.
  void content(std::string_view key, const Payload& payload) {
    if (!options_.has_content || payload.text.empty()) return;
    Arena arena;
    if (payload.is_json && payload.text.size() <= options_.result_bytes_max) {
      if (const auto node = json::parse(payload.text, arena)) {
        at(key).node(*node);
        return;
      }
    }
    content(key, payload.text);
  }

 private:
  LogLine& line_;
  const LogLineOptions& options_;
  json::Writer writer_;
};

// What an agent of that kind says of why a model stopped, where it has a word for it.
std::string_view stop_reason(std::string_view reason) {
  if (reason == "stop" || reason == "STOP" || reason == "completed") return "end_turn";
  if (reason == "tool_calls" || reason == "function_call" || reason == "tool-calls") return "tool_use";
  if (reason == "length" || reason == "MAX_TOKENS" || reason == "max_output_tokens") return "max_tokens";
  return reason;
}

std::string_view tool_status(const SpanFacts& facts) {
  if (facts.status != SpanStatus::error) return "success";
  const bool has_timed_out = facts.error_type.find("imeout") != std::string::npos ||
                             facts.error_type.find("imed out") != std::string::npos || facts.error_type == "timed_out";
  return has_timed_out ? "timeout" : "error";
}

std::string_view status_of(SessionStatus status) {
  switch (status) {
    case SessionStatus::ok: return "completed";
    case SessionStatus::error: return "failed";
    case SessionStatus::cancelled: return "cancelled";
    case SessionStatus::running:
    case SessionStatus::unknown: break;
  }
  return "running";
}

class SessionLines {
 public:
  SessionLines(const SessionView& session, const LogLineOptions& options, const IsWritten& is_written)
      : session_(session),
        options_(options),
        is_written_(is_written),
        shape_(analyze::shape_of(session)),
        sub_agents_(sub_agents_of(session, shape_)) {}

  std::vector<LogLine> lines() {
    for (size_t i = 0; i < session_.spans.size(); ++i) {
      const SpanView& span = session_.spans[i];
      if (!view::has_ended(span.span.facts) || span.span.facts.rank == SpanRank::pending) continue;
      const auto index = static_cast<int32_t>(i);
      if (span.is_llm_call && span.span.facts.kind == Kind::llm) {
        add_call(index);
      } else if (analyze::is_tool_call(span)) {
        add_tool(index);
      } else if (is_first_failure(session_, span)) {
        write_error(index);
      }
    }
    std::ranges::stable_sort(lines_, {}, &LogLine::time);
    return std::move(lines_);
  }

 private:
  // Calls `fill` for the line unless it was written before.
  template <typename Fill>
  void add(int32_t span, std::string_view type, TimeNs time, Fill fill) {
    const SpanFacts& facts = session_.spans[span].span.facts;
    const std::string trace = facts.trace_id.hex();
    std::string key = trace + " " + facts.span_id.hex() + " " + std::string(type);
    if (is_written_(key)) return;
    LogLine& line = lines_.emplace_back();
    line.key = std::move(key);
    line.time = time;
    line.is_settled = sub_agents_.is_settled[span];
    LineWriter writer(line, type, options_);
    writer.text("traceId", trace);
    if (const int32_t number = sub_agents_.of_span[span]; number >= 0) {
      const SubAgent& agent = sub_agents_.agents[number];
      writer.text("subagentId", agent.id);
      writer.text("subagentType", agent.type);
      writer.text("parentSessionId", agent.parent >= 0 ? sub_agents_.agents[agent.parent].id : session_name(session_));
      writer.at("spawnedAtIteration").int64(agent.iteration);
    }
    fill(writer, line);
  }

  void add_call(int32_t index) {
    const SpanView& span = session_.spans[index];
    const SpanFacts& facts = span.span.facts;
    const std::string id = facts.span_id.hex();
    add(index, "llm.request", facts.start, [&](LineWriter& line, const LogLine&) {
      line.text("requestId", id);
      line.text("model", facts.model);
      line.text("provider", facts.provider);
      if (span.step == 0) line.at("isSideCall").boolean(true);
      write_counts(index, line);
    });
    if (const std::string thought = options_.has_content ? thought_of(session_, index) : ""; !thought.empty()) {
      add(index, "llm.thinking", analyze::end_of(span), [&](LineWriter& line, const LogLine& made) {
        line.text("requestId", id);
        line.at("thinking").begin_object();
        line.text("id", id);
        line.content("content", thought);
        line.at("estimatedTokens").int64(facts.usage.reasoning);
        line.at("summarized").boolean(made.cut > 0);
        line.at("originalLength").uint64(thought.size());
        line.text("startTime", moment(facts.start));
        line.writer().end_object();
      });
    }
    add(index, "llm.response", analyze::end_of(span), [&](LineWriter& line, const LogLine&) {
      line.text("requestId", id);
      line.at("durationMs").float64(milliseconds(facts.duration()));
      if (facts.has_usage) write_usage(facts.usage, line);
      if (facts.cost_kind == CostKind::reported) line.at("costUsd").float64(dollars(facts.cost_pico_usd));
      const auto& reasons = span.span.finish_reasons;
      if (!reasons.empty()) line.text("stopReason", stop_reason(reasons.front()));
      line.at("toolCallCount").uint64(facts.requested_tool_call_ids.size());
      if (facts.status == SpanStatus::error) line.text("status", "error");
    });
    if (facts.status == SpanStatus::error) write_error(index);
  }

  void write_counts(int32_t index, LineWriter& line) const {
    const SessionContexts& contexts = session_.contexts;
    const int32_t context = contexts.is_loaded ? contexts.of_span[index] : -1;
    if (context < 0) return;
    const SessionContexts::Head& head = contexts.heads[contexts.contexts[context].head];
    const int64_t messages = contexts.bodies.depth(contexts.contexts[context].body);
    line.at("messageCount").int64(messages + static_cast<int64_t>(head.system.size()));
    line.at("toolCount").uint64(head.tools.size());
  }

  static void write_usage(const Usage& usage, LineWriter& line) {
    const int64_t input = usage.total_input();
    const int64_t output = view::total_output(usage);
    line.at("tokens").begin_object();
    line.at("input").int64(input);
    line.at("output").int64(output);
    line.at("total").int64(usage.total());
    if (usage.reasoning > 0) line.at("thinking").int64(usage.reasoning);
    line.writer().end_object();
    line.at("cache").begin_object();
    line.at("cacheReadTokens").int64(usage.cache_read);
    line.at("cacheWriteTokens").int64(usage.cache_write);
    line.at("freshTokens").int64(usage.input);
    line.at("hitRate").float64(input > 0 ? static_cast<double>(usage.cache_read) / static_cast<double>(input) : 0);
    line.writer().end_object();
  }

  void add_tool(int32_t index) {
    const SpanView& span = session_.spans[index];
    const SpanFacts& facts = span.span.facts;
    add(index, "tool.execution", analyze::end_of(span), [&](LineWriter& line, const LogLine&) {
      line.text("executionId", facts.span_id.hex());
      line.text("toolName", tool_name_of(facts));
      line.text("toolCallId", facts.tool_call_id);
      line.at("durationMs").float64(milliseconds(facts.duration()));
      line.text("status", tool_status(facts));
      if (span.span.tool && span.span.tool->arguments) line.content("input", *span.span.tool->arguments);
      if (span.span.tool && span.span.tool->result) {
        line.at("resultSize").uint64(span.span.tool->result->text.size());
        line.content("outputPreview", span.span.tool->result->text);
      }
      if (facts.status == SpanStatus::error) line.content("errorMessage", failure_text(span));
    });
  }

  void write_error(int32_t index) {
    const SpanView& span = session_.spans[index];
    const SpanFacts& facts = span.span.facts;
    add(index, "error", analyze::end_of(span), [&](LineWriter& line, const LogLine&) {
      line.text("errorCode", facts.error_type.empty() ? "error" : facts.error_type);
      const std::string message = failure_text(span);
      if (options_.has_content) {
        line.content("errorMessage", message.empty() ? "failed" : message);
      } else {
        line.text("errorMessage", "not recorded");
      }
      line.at("context").begin_object();
      line.text("spanId", facts.span_id.hex());
      line.text("kind", strobe::name_of(facts.kind));
      line.text("name", facts.name);
      if (span.is_llm_call) line.text("requestId", facts.span_id.hex());
      line.writer().end_object();
      line.at("recoverable").boolean(true);
    });
  }

  const SessionView& session_;
  const LogLineOptions& options_;
  const IsWritten& is_written_;
  const analyze::Shape shape_;
  const SubAgents sub_agents_;
  std::vector<LogLine> lines_;
};

}  // namespace

LogLine attocode_start_line(const SessionView& session, const LogLineOptions& options) {
  const SessionSummary& summary = session.summary;
  LogLine line{.key = std::string(k_start_key), .time = summary.start};
  {
    LineWriter writer(line, "session.start", options);
    if (!summary.traces.empty()) writer.text("traceId", summary.traces.front().hex());
    writer.text("sessionId", session_name(session));
    writer.content("task", summary.task);
    const auto call = std::ranges::find_if(session.spans, &SpanView::is_llm_call);
    writer.text("model", call == session.spans.end() ? "" : call->span.facts.model);
    writer.at("metadata").begin_object();
    writer.text("recordedBy", "strobe");
    writer.text("strobeSession", summary.id.hex());
    writer.text("agent", summary.agent);
    writer.text("service", summary.service);
    writer.text("namespace", summary.session_namespace);
    writer.writer().end_object();
  }
  return line;
}

LogLine attocode_end_line(const SessionView& session) {
  const SessionSummary& summary = session.summary;
  LogLine line{.key = std::string(k_end_key), .time = std::max(summary.start, summary.end)};
  const LogLineOptions options;
  {
    LineWriter writer(line, "session.end", options);
    if (!summary.traces.empty()) writer.text("traceId", summary.traces.front().hex());
    writer.text("sessionId", session_name(session));
    writer.text("status", status_of(summary.status));
    const int64_t duration_ms = (line.time - summary.start).ns / k_ns_per_ms;
    writer.at("durationMs").int64(duration_ms);
    writer.at("metrics").begin_object();
    writer.at("inputTokens").int64(summary.usage.total_input());
    writer.at("outputTokens").int64(view::total_output(summary.usage));
    writer.at("cacheReadTokens").int64(summary.usage.cache_read);
    writer.at("cacheWriteTokens").int64(summary.usage.cache_write);
    if (summary.cost_kind != CostKind::unpriced) writer.at("estimatedCost").float64(dollars(summary.cost_pico_usd));
    writer.at("toolCalls").int64(summary.tool_calls);
    writer.at("llmCalls").int64(summary.llm_calls);
    writer.at("duration").int64(duration_ms);
    writer.at("errors").int64(summary.errors);
    writer.writer().end_object();
  }
  return line;
}

std::vector<LogLine> attocode_lines(const SessionView& session, const LogLineOptions& options,
                                    const IsWritten& is_written) {
  return SessionLines(session, options, is_written).lines();
}

std::optional<std::string> attocode_key_of(std::string_view line) {
  Arena arena;
  const auto node = json::parse(line, arena);
  if (!node || !node->is_object()) return std::nullopt;
  const std::string_view type = node->string_at("_type");
  if (type == "session.start") return std::string(k_start_key);
  if (type == "session.end") return std::string(k_end_key);
  std::string_view id = node->string_at(type == "tool.execution" ? "executionId" : "requestId");
  if (type == "error") {
    const json::Node* context = node->find("context");
    id = context == nullptr ? std::string_view() : context->string_at("spanId");
  }
  if (type.empty() || id.empty()) return std::nullopt;
  return std::string(node->string_at("traceId")) + " " + std::string(id) + " " + std::string(type);
}

}  // namespace strobe::exporter
