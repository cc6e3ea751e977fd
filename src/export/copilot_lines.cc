#include "export/copilot_lines.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyze/shape.h"
#include "export/copilot_content.h"
#include "export/copilot_line.h"
#include "export/copilot_names.h"
#include "export/copilot_spans.h"
#include "export/copilot_turns.h"
#include "export/copilot_users.h"
#include "export/log_text.h"
#include "export/sub_agents.h"
#include "model/lineage.h"
#include "view/phrases.h"

namespace strobe::exporter {

namespace {

// The log that a sub-agent's lines stand in.
struct AgentLog {
  std::string sid;
  std::string file = {};  // empty: the main one
};

class SessionLines {
 public:
  SessionLines(const SessionView& session, const LogLineOptions& options, const CopilotFolder& folder)
      : session_(session),
        options_(options),
        folder_(folder),
        shape_(analyze::shape_of(session)),
        lineage_(lineage_of(session)),
        agents_(sub_agents_of(session, shape_)),
        turns_(copilot_turns(session, shape_, agents_)),
        content_(session),
        users_(session),
        child_logs_(folder.child_logs),
        main_{copilot_sid(session)},
        logs_(agents_.agents.size()),
        own_agent_(session.spans.size(), -1) {
    for (size_t i = 0; i < agents_.agents.size(); ++i) {
      if (agents_.agents[i].span >= 0) own_agent_[agents_.agents[i].span] = static_cast<int32_t>(i);
    }
  }

  std::vector<LogLine> lines() {
    for (size_t i = 0; i < session_.spans.size(); ++i) {
      const SpanView& span = session_.spans[i];
      if (!view::has_ended(span.span.facts) || span.span.facts.rank == SpanRank::pending) continue;
      const auto index = static_cast<int32_t>(i);
      if (span.is_llm_call && span.span.facts.kind == Kind::llm) {
        add_call(index);
      } else if (analyze::is_tool_call(span)) {
        add_tool(index);
      } else if (own_agent_[i] >= 0) {
        add_sub_agent(index);
      } else if (is_hook(span)) {
        add_hook(index);
      } else if (is_generic(span)) {
        add_generic(index);
      } else if (is_first_failure(session_, span)) {
        add_error(index);
      }
    }
    std::ranges::stable_sort(lines_, {}, &LogLine::time);
    return std::move(lines_);
  }

 private:
  // Where a sub-agent's lines stand; -1 is the main agent. Its log begins with the first of them, and its parent's log
  // tells of it. `cause` is the line that needs it.
  const AgentLog& log_of(int32_t agent, const LogLine& cause) {
    // Parents come before their sub-agents in the list, but a chain of them may be long.
    std::vector<int32_t> way;
    for (int32_t at = agent; at >= 0 && logs_[at].sid.empty(); at = agents_.agents[at].parent) way.push_back(at);
    for (auto at = way.rbegin(); at != way.rend(); ++at) begin_log(*at, cause);
    return agent < 0 ? main_ : logs_[agent];
  }

  void begin_log(int32_t number, const LogLine& cause) {
    const SubAgent& agent = agents_.agents[number];
    const AgentLog& parent = agent.parent < 0 ? main_ : logs_[agent.parent];
    AgentLog& log = logs_[number];
    log.sid = copilot_sid(agent);
    const std::string label = copilot_label(agent);
    log.file = child_logs_.file_of(log.sid, label);
    // Two names for what stands above lines and has not arrived share its log.
    if (log.file.empty() || !begun_.insert(log.sid).second) return;
    const CopilotHead start{
        .type = "session_start",
        .name = "session_start",
        .span_id = "session-start-" + log.sid,
        .trace = agent.trace_id.hex(),
        .time = agent.span < 0 ? cause.time : std::min(cause.time, session_.spans[agent.span].span.facts.start)};
    add_line(start, log, cause.is_settled, [&](CopilotLine& line) {
      line.text("recordedBy", "strobe");
      line.text("parentSessionId", parent.sid);
      line.text("label", label);
    });
    const CopilotHead reference{.type = "child_session_ref",
                                .name = label,
                                .span_id = "child-ref-" + log.sid,
                                .parent_span_id = agent.span < 0 ? "" : parent_of(agent.span),
                                .trace = start.trace,
                                .time = start.time};
    add_line(reference, parent, cause.is_settled, [&](CopilotLine& line) {
      line.text("childSessionId", log.sid);
      line.text("childLogFile", log.file);
      line.text("label", label);
    });
  }

  template <typename Fill>
  void add_line(const CopilotHead& head, const AgentLog& log, bool is_settled, Fill fill) {
    std::string key = copilot_key(head.type, head.trace, head.span_id);
    if (folder_.is_written(key)) return;
    LogLine& line = lines_.emplace_back(LogLine{.key = std::move(key), .time = head.time, .is_settled = is_settled});
    line.file = log.file;
    CopilotLine writer(line, head, log.sid, options_);
    fill(writer);
  }

  // A line of a span, in the log of its agent, or of `agent`.
  template <typename Fill>
  void add(int32_t span, const CopilotHead& head, Fill fill) {
    add(span, agents_.of_span[span], head, fill);
  }
  template <typename Fill>
  void add(int32_t span, int32_t agent, const CopilotHead& head, Fill fill) {
    if (folder_.is_written(copilot_key(head.type, head.trace, head.span_id))) return;
    const LogLine cause{.key = {}, .time = head.time, .is_settled = agents_.is_settled[span]};
    add_line(head, log_of(agent, cause), cause.is_settled, fill);
  }

  // The nearest tool or agent above, else what the span itself says: the main agent's span has no line.
  std::string parent_of(int32_t span) const {
    int32_t above = lineage_.tool[span];
    if (above < 0) above = shape_.agent_of[span];
    const SpanFacts& facts = session_.spans[span].span.facts;
    if (above >= 0) return session_.spans[above].span.facts.span_id.hex();
    return facts.parent_span_id.is_zero() ? "" : facts.parent_span_id.hex();
  }

  CopilotHead head_of(int32_t index, std::string_view type, std::string name) const {
    const SpanFacts& facts = session_.spans[index].span.facts;
    return {.type = type,
            .name = std::move(name),
            .span_id = facts.span_id.hex(),
            .parent_span_id = parent_of(index),
            .trace = facts.trace_id.hex(),
            .time = facts.start,
            .duration = facts.duration(),
            .has_failed = facts.status == SpanStatus::error};
  }

  void add_call(int32_t index) {
    const SpanView& span = session_.spans[index];
    const SpanFacts& facts = span.span.facts;
    if (span.step != 0) add_user_messages(index);
    const CopilotTurn& turn = turns_[index];
    if (turn.number >= 0) add_turn(index, "turn_start", facts.start);
    const CopilotHead request = head_of(index, "llm_request", "chat:" + facts.model);
    if (!folder_.is_written(copilot_key(request.type, request.trace, request.span_id))) add_request(index, request);
    if (const std::string response = content_.response(index); !response.empty()) {
      CopilotHead answer{.type = "agent_response",
                         .name = "agent_response",
                         .span_id = "agent-msg-" + request.span_id,
                         .parent_span_id = request.parent_span_id,
                         .trace = request.trace,
                         .time = analyze::end_of(span)};
      add(index, answer, [&](CopilotLine& line) {
        line.content("response", response);
        line.content("reasoning", thought_of(session_, index));
      });
    }
    if (turn.is_over) add_turn(index, "turn_end", turn.end);
  }

  // By the first call of an agent that sees them. Not what is said to side calls: that is no user's.
  void add_user_messages(int32_t index) {
    const int32_t agent = agents_.of_span[index];
    const std::string prefix = agent < 0 ? "" : copilot_sid(agents_.agents[agent]) + "-";
    for (const CopilotUsers::Said& said : users_.take_new(index, prefix)) {
      const SpanFacts& facts = session_.spans[index].span.facts;
      const CopilotHead head{.type = "user_message",
                             .name = "user_message",
                             .span_id = "user-msg-" + prefix + said.id,
                             .parent_span_id = parent_of(index),
                             .trace = facts.trace_id.hex(),
                             .time = facts.start};
      add(index, head, [&](CopilotLine& line) { line.content("content", said.text); });
    }
  }

  void add_turn(int32_t index, std::string_view type, TimeNs time) {
    const std::string number = std::to_string(turns_[index].number);
    const SpanFacts& facts = session_.spans[index].span.facts;
    const CopilotHead head{.type = type,
                           .name = std::string(type) + ":" + number,
                           .span_id = std::string(type) + "-" + facts.span_id.hex() + "-" + number,
                           .parent_span_id = parent_of(index),
                           .trace = facts.trace_id.hex(),
                           .time = time};
    add(index, head, [&](CopilotLine& line) { line.text("turnId", number); });
  }

  void add_request(int32_t index, const CopilotHead& head) {
    const SpanView& span = session_.spans[index];
    const SpanFacts& facts = span.span.facts;
    const auto& [prompt, tools] = files_of(index);
    add(index, head, [&](CopilotLine& line) {
      line.text("model", facts.model);
      line.text("provider", facts.provider);
      const std::string_view debug_name = text_attribute(span, "copilot_chat.debug_name");
      line.text("debugName", debug_name.empty() ? facts.name : debug_name);
      if (facts.has_usage) {
        line.at("inputTokens").int64(facts.usage.total_input());
        line.at("outputTokens").int64(view::total_output(facts.usage));
        line.at("cachedTokens").int64(facts.usage.cache_read);
        line.at("cacheCreationTokens").int64(facts.usage.cache_write);
        line.at("reasoningTokens").int64(facts.usage.reasoning);
      }
      if (facts.cost_kind == CostKind::reported) line.at("costUsd").float64(dollars(facts.cost_pico_usd));
      if (facts.ttft) line.at("ttft").float64(milliseconds(*facts.ttft));
      write_parameters(span, line);
      if (options_.has_content) write_input(index, line);
      line.text("systemPromptFile", prompt);
      line.text("toolsFile", tools);
      if (facts.status == SpanStatus::error) line.content("error", failure_text(span));
    });
  }

  void write_input(int32_t index, CopilotLine& line) {
    line.content("userRequest", users_.newest(index));
    const int64_t cut_before = line.line().cut;
    line.text("inputMessages", content_.input_messages(index, options_.result_bytes_max, line.line()));
    if (line.line().cut > cut_before) line.at("inputMessagesInAll").int64(content_.messages_in_all(index));
  }

  // The files of what stands before the conversation: the system prompt's, the tools'. A line tells of each new one.
  const std::pair<std::string, std::string>& files_of(int32_t index) {
    const auto [files, is_new] = files_.try_emplace(content_.head(index));
    if (!is_new || files->first < 0 || !options_.has_content) return files->second;
    files->second = {file_of(index, "system_prompt", content_.system_prompt(index)),
                     file_of(index, "tools", content_.tools(index))};
    return files->second;
  }

  std::string file_of(int32_t index, const std::string& stem, const std::string& content) {
    const std::string file = content.empty() ? "" : folder_.file_of(stem, copilot_content_file(content));
    if (file.empty() || !told_files_.insert(file).second) return file;
    const SpanFacts& facts = session_.spans[index].span.facts;
    const CopilotHead head{
        .type = "generic", .name = stem + "_ref", .span_id = stem + "_ref-" + file, .time = facts.start};
    add_line(head, main_, agents_.is_settled[index], [&](CopilotLine& line) {
      line.text("file", file);
      line.text("model", facts.model);
    });
    return file;
  }

  void add_tool(int32_t index) {
    const SpanView& span = session_.spans[index];
    const SpanFacts& facts = span.span.facts;
    add(index, head_of(index, "tool_call", tool_name_of(facts)), [&](CopilotLine& line) {
      line.text("toolCallId", facts.tool_call_id);
      if (span.span.tool && span.span.tool->arguments) line.content("args", span.span.tool->arguments->text);
      if (span.span.tool && span.span.tool->result) line.content("result", span.span.tool->result->text);
      if (facts.status == SpanStatus::error) line.content("error", failure_text(span));
    });
  }

  // In the log of whoever started it.
  void add_sub_agent(int32_t index) {
    const SpanView& span = session_.spans[index];
    const SubAgent& agent = agents_.agents[own_agent_[index]];
    const std::string& name = span.span.facts.agent;
    add(index, agent.parent, head_of(index, "subagent", span.span.facts.name), [&](CopilotLine& line) {
      line.text("agentName", name.empty() ? span.span.facts.name : name);
      line.content("description", text_attribute(span, "gen_ai.agent.description"));
      line.text("childSessionId", copilot_sid(agent));
      if (span.span.facts.status == SpanStatus::error) line.content("error", failure_text(span));
    });
  }

  void add_hook(int32_t index) {
    const SpanView& span = session_.spans[index];
    const std::string_view type = hook_type(span);
    add(index, head_of(index, "hook", type.empty() ? span.span.facts.name : std::string(type)), [&](CopilotLine& line) {
      line.content("command", text_attribute(span, "copilot_chat.hook_command"));
      line.content("input", text_attribute(span, "copilot_chat.hook_input"));
      line.content("output", text_attribute(span, "copilot_chat.hook_output"));
      line.text("resultKind", hook_result(span));
      if (span.span.facts.status == SpanStatus::error) line.content("error", failure_text(span));
    });
  }

  void add_generic(int32_t index) {
    const SpanView& span = session_.spans[index];
    add(index, head_of(index, "generic", span.span.facts.name), [&](CopilotLine& line) {
      line.text("category", strobe::name_of(span.span.facts.kind));
      line.text("source", span.span.facts.scope);
      line.text("model", span.span.facts.model);
      if (span.span.facts.has_usage) line.at("inputTokens").int64(span.span.facts.usage.total_input());
      if (span.span.facts.status == SpanStatus::error) line.content("error", failure_text(span));
    });
  }

  void add_error(int32_t index) {
    const SpanView& span = session_.spans[index];
    const SpanFacts& facts = span.span.facts;
    add(index, head_of(index, "error", facts.error_type.empty() ? "error" : facts.error_type), [&](CopilotLine& line) {
      line.text("category", strobe::name_of(facts.kind));
      line.text("source", facts.name);
      line.content("error", failure_text(span));
    });
  }

  const SessionView& session_;
  const LogLineOptions& options_;
  const CopilotFolder& folder_;
  const analyze::Shape shape_;
  const Lineage lineage_;
  const SubAgents agents_;
  const std::vector<CopilotTurn> turns_;
  CopilotContent content_;
  CopilotUsers users_;
  CopilotChildLogs child_logs_;
  const AgentLog main_;
  std::vector<AgentLog> logs_;      // of sub-agents; without a sid where none was needed yet
  std::vector<int32_t> own_agent_;  // for each span the sub-agent that it is itself, -1: none
  std::map<int32_t, std::pair<std::string, std::string>> files_;  // by head
  std::set<std::string> begun_, told_files_;                      // sids of sub-agents, names of files
  std::vector<LogLine> lines_;
};

}  // namespace

LogLine copilot_start_line(const SessionView& session) {
  const SessionSummary& summary = session.summary;
  const std::string sid = copilot_sid(session);
  const CopilotHead head{
      .type = "session_start", .name = "session_start", .span_id = "session-start-" + sid, .time = summary.start};
  LogLine line{.key = copilot_key(head.type, "", summary.id.hex()), .time = summary.start};
  const LogLineOptions options;
  {
    CopilotLine writer(line, head, sid, options);
    writer.text("recordedBy", "strobe");
    writer.text("strobeSession", summary.id.hex());
    writer.text("agent", summary.agent);
    writer.text("service", summary.service);
    writer.text("namespace", summary.session_namespace);
  }
  return line;
}

std::vector<LogLine> copilot_lines(const SessionView& session, const LogLineOptions& options,
                                   const CopilotFolder& folder) {
  return SessionLines(session, options, folder).lines();
}

}  // namespace strobe::exporter
