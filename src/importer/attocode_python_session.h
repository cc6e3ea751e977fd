#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "importer/attocode_words.h"
#include "importer/line_fields.h"
#include "importer/open_spans.h"
#include "importer/trace_writer.h"

namespace strobe::importer {

// One line of a trace of attocode's Python generation.
struct PythonLine {
  std::string_view kind;
  TimeNs time;
  const LineFields& fields;
  LineFields data;
  std::string_view text;  // the line itself
};

// The lines of one session, in the order of the file, to spans. Which line becomes what: docs/reference/attocode.md.
class PythonSession {
 public:
  // `name` tells the trace apart from others, in this file and in the next; `key` is the session's, or empty. The
  // writer must outlive it.
  PythonSession(TraceWriter& writer, std::string_view name, std::string_view key);

  void take(const PythonLine& line);
  // Writes what has not ended.
  void finish();
  TimeNs last_time() const { return last_time_; }
  bool has_ended() const { return root_.end.has_value(); }
  // Of what is kept in mind, roughly.
  size_t memory() const;

 private:
  using Handler = void (PythonSession::*)(const PythonLine& line);
  static Handler handler_of(std::string_view kind);

  // Where lines belong that name another as their parent.
  struct Place {
    SpanId agent;
    SpanId call;       // zero: no call to a model is meant
    TimeNs time = {};  // of the line they name
  };
  // What an agent is doing.
  struct Calls {
    std::string open;               // name of the request without an answer, among open_
    std::optional<Draft> answered;  // the last one, whose answer may be told once more
    bool has_tokens = false;        // the answer told them
    LastCall last;
  };

  Place place_of(const PythonLine& line) const;
  Calls& calls_of(const PythonLine& line, SpanId agent);
  // Too much is open to be kept in mind: what it was is closed as it stands. Said once.
  void complain_of_too_much(const PythonLine& line);
  Draft draft(const PythonLine& line, SpanId parent, std::string name);
  void remember(const PythonLine& line, Place place);
  void keep(Draft& span, const PythonLine& line) const;
  void event(const PythonLine& line);
  // The session begins no later than what is done in it, where no line says when.
  void cover(TimeNs start);
  Draft point(const PythonLine& line, const Place& place);

  void session_start(const PythonLine& line);
  void session_end(const PythonLine& line);
  void llm_request(const PythonLine& line);
  void llm_response(const PythonLine& line);
  void llm_error(const PythonLine& line);
  void answer(const PythonLine& line, Draft& span, Calls& calls);
  void set_answered(const PythonLine& line, Calls& calls, std::optional<Draft> span);
  std::optional<Draft> take_answered(const PythonLine& line, Calls& calls);
  void tool_start(const PythonLine& line);
  void tool_end(const PythonLine& line);
  std::optional<Draft> open_tool(const PythonLine& line, const std::string& tool);
  void error(const PythonLine& line);
  // attocode_python_agents.cc: sub-agents, and the tasks, waves and whole of a swarm.
  void agent_start(const PythonLine& line);
  void agent_end(const PythonLine& line);
  void group_start(const PythonLine& line);
  void group_end(const PythonLine& line);
  void task_start(const PythonLine& line);
  void task_end(const PythonLine& line);
  void begin(const PythonLine& line, const std::string& name, SpanId parent, std::string_view operation);
  void end(const PythonLine& line, const std::string& name);

  static constexpr size_t k_agents_max = 20'000;
  static constexpr size_t k_open_tools_max = 100'000;
  static constexpr size_t k_answered_bytes_max = size_t{64} << 20;  // beyond, no call's answer is told once more
  // Beyond, lines whose parents stand far behind them are put below the agent.
  static constexpr size_t k_events_max = size_t{1} << 20;

  TraceWriter& writer_;
  Identities identities_;
  std::unique_ptr<Origin> origin_;
  OpenSpans open_;
  Draft root_;
  bool has_begun_ = false;
  bool has_complained_ = false;
  std::unordered_map<uint64_t, Place> place_of_event_;         // by the hash of its id
  std::unordered_map<SpanId, Calls> calls_;                    // by agent
  size_t answered_bytes_ = 0;                                  // of all `answered` among them
  std::map<std::string, std::deque<std::string>> open_tools_;  // names among open_, by tool, the first first
  size_t open_tool_names_ = 0;                                 // among them, at most k_open_tools_max
  std::string wave_;                                           // the one under way, among open_
  std::string model_;
  std::string said_;     // by the user, and not yet seen by a call
  std::string failure_;  // what the last tool or call failed with
  TimeNs last_time_;
};

}  // namespace strobe::importer
