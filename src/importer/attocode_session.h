#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "importer/attocode_words.h"
#include "importer/line_fields.h"
#include "importer/open_spans.h"
#include "importer/trace_writer.h"

namespace strobe::importer {

// One line of a trace of attocode's TypeScript generation.
struct AttocodeLine {
  std::string_view type;
  TimeNs time;
  const LineFields& fields;
  std::string_view text;  // the line itself
};

// The lines of one session, in the order of the file, to spans. Which line becomes what: docs/reference/attocode.md.
class AttocodeSession {
 public:
  // `name` tells the trace apart from others, in this file and in the next. The writer must outlive it.
  AttocodeSession(TraceWriter& writer, std::string_view name);

  void take(const AttocodeLine& line);
  // Writes what has not ended, and the agents.
  void finish();

  // As session.start told it; empty: it did not.
  const std::string& key() const { return origin_->session_key; }
  TimeNs last_time() const { return last_time_; }
  bool has_ended() const { return main_.span.end.has_value(); }
  // Of what is kept in mind, roughly.
  size_t memory() const;

 private:
  struct Agent {
    Draft span;
    std::vector<SpanId> calls;  // in order, as far as they are remembered
    LastCall last_call;
    std::string open_call;   // name of the last request without an answer, among open_
    std::string task;        // name of the task it is at, among open_
    std::string tool_error;  // of its last tool
  };
  // What a sub-agent's own lines and the line that links to it have in common: its type, and when it was spawned.
  using Spawn = std::pair<std::string, int64_t>;
  using Handler = void (AttocodeSession::*)(const AttocodeLine& line, Agent& agent);
  static Handler handler_of(std::string_view type);

  Agent& agent_of(const AttocodeLine& line);
  void write_agents();
  Agent& add_agent(const AttocodeLine& line, const std::string& id);
  Agent& add_named(const std::string& name, SpanId id, SpanId parent, TimeNs start);
  Agent& agent_of_link(const AttocodeLine& line, const LineFields& link);
  SpanId parent_of(const Agent& agent);
  SpanId call_at(int64_t iteration) const;
  SpanId spawner_of(const AttocodeLine& line, const std::string& id, int64_t iteration) const;
  static std::string call_name(const Agent& agent, std::string_view request);
  Draft draft(const AttocodeLine& line, const Agent& agent, std::string name);
  Draft point(const AttocodeLine& line, const Agent& agent);
  // Everything a line says, objects taken apart one level deep.
  static void keep_line(Draft& draft, const LineFields& fields);
  // An agent begins no later than what it does, where no line of its own says when.
  void cover(Agent& agent, TimeNs start) const;
  SpanId id_of(const AttocodeLine& line, std::string_view what, std::string_view name);

  void session_start(const AttocodeLine& line, Agent& agent);
  void session_end(const AttocodeLine& line, Agent& agent);
  void task_start(const AttocodeLine& line, Agent& agent);
  void task_end(const AttocodeLine& line, Agent& agent);
  void llm_request(const AttocodeLine& line, Agent& agent);
  void llm_response(const AttocodeLine& line, Agent& agent);
  void tool_execution(const AttocodeLine& line, Agent& agent);
  void error(const AttocodeLine& line, Agent& agent);
  void memory_retrieval(const AttocodeLine& line, Agent& agent);
  void subagent_link(const AttocodeLine& line, Agent& agent);
  // attocode_swarm.cc
  void swarm_start(const AttocodeLine& line, Agent& agent);
  void swarm_decomposition(const AttocodeLine& line, Agent& agent);
  void swarm_wave(const AttocodeLine& line, Agent& agent);
  void swarm_task(const AttocodeLine& line, Agent& agent);
  void swarm_complete(const AttocodeLine& line, Agent& agent);
  void end_swarm_task(Draft& span, const AttocodeLine& line, std::string_view phase);
  void event(const AttocodeLine& line, Agent& agent);

  Draft begin_call(const AttocodeLine& line, Agent& agent);

  TraceWriter& writer_;
  Identities identities_;
  std::unique_ptr<Origin> origin_;
  OpenSpans open_;
  Agent main_;
  bool has_begun_ = false;  // some line has told a time
  // By subagentId; those that only a link has told of by a name made for it.
  std::map<std::string, Agent, std::less<>> agents_;
  std::map<Spawn, std::deque<std::string>> without_link_, without_lines_;  // of agents_, in order
  size_t agents_bytes_ = 0;
  std::map<std::string, std::string> agent_of_child_;  // by what links say of it
  std::string model_;
  std::string said_;  // by the user, and not yet seen by a call
  TimeNs last_time_;

  SpanId swarm_, wave_;
  std::map<std::string, int64_t, std::less<>> wave_of_task_;
};

}  // namespace strobe::importer
