#include "importer/attocode_python_session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "importer/attocode_words.h"

namespace strobe::importer {

namespace {

constexpr DurationNs k_disorder_max{1'000'000'000};

bool is_any_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// The length of what a line ends.
std::optional<DurationNs> length_of(const PythonLine& line) {
  const auto length = line.fields.milliseconds("duration_ms");
  return length ? length : line.data.milliseconds("duration_ms");
}

std::string_view failure_of(const PythonLine& line) {
  const std::string_view error = line.data.text("error");
  return error.empty() ? line.data.text("message") : error;
}

bool tells_tokens(const LineFields& data) {
  return data.find("input_tokens") != nullptr || data.find("output_tokens") != nullptr ||
         data.find("tokens") != nullptr;
}

// What was read from the cache stands beside the input.
void set_usage(Draft& span, const LineFields& data) {
  span.set("gen_ai.usage.input_tokens", data.count("input_tokens"));
  span.set("gen_ai.usage.output_tokens", data.count("output_tokens"));
  span.set("gen_ai.usage.cache_read.input_tokens", data.count("cache_read_tokens"));
  span.set("gen_ai.usage.cache_creation.input_tokens", data.count("cache_write_tokens"));
  span.set("cost_usd", data.number("cost"));
}

}  // namespace

PythonSession::PythonSession(TraceWriter& writer, std::string_view name, std::string_view key)
    : writer_(writer),
      identities_(Identities::trace("attocode python", name).hex()),
      origin_(std::make_unique<Origin>()),
      open_(writer) {
  origin_->trace_id = Identities::trace("attocode python", name);
  origin_->session_key = key;
  root_.origin = origin_.get();
  root_.id = identities_.of("session", "");
  root_.name = "invoke_agent attocode";
  root_.set("gen_ai.operation.name", "invoke_agent");
  root_.set("gen_ai.agent.name", "attocode");
  root_.set_flag("attocode.session_start_missing", true);
}

PythonSession::Handler PythonSession::handler_of(std::string_view kind) {
  using Self = PythonSession;
  constexpr std::array<std::pair<std::string_view, Handler>, 19> k_handlers = {{
      {"session_start", &Self::session_start},
      {"session_end", &Self::session_end},
      {"llm_request", &Self::llm_request},
      {"llm_response", &Self::llm_response},
      {"llm_error", &Self::llm_error},
      {"tool_start", &Self::tool_start},
      {"tool_end", &Self::tool_end},
      {"tool_error", &Self::tool_end},
      {"error", &Self::error},
      {"subagent_spawn", &Self::agent_start},
      {"subagent_complete", &Self::agent_end},
      {"subagent_error", &Self::agent_end},
      {"subagent_timeout", &Self::agent_end},
      {"swarm_start", &Self::group_start},
      {"swarm_complete", &Self::group_end},
      {"swarm_wave_start", &Self::group_start},
      {"swarm_wave_complete", &Self::group_end},
      {"swarm_task_start", &Self::task_start},
      {"swarm_task_complete", &Self::task_end},
  }};
  if (kind == "swarm_task_failed") return &Self::task_end;
  const auto* found = std::ranges::find(k_handlers, kind, &std::pair<std::string_view, Handler>::first);
  return found == k_handlers.end() ? &Self::event : found->second;
}

void PythonSession::take(const PythonLine& line) {
  // The same line once more: files are put together from parts that overlap.
  const auto told = place_of_event_.find(hash_of_name(line.fields.text("event_id")));
  if (told != place_of_event_.end() && told->second.time == line.time) return;
  if (!has_begun_) root_.start = line.time;
  if (has_begun_ && last_time_ - line.time > k_disorder_max) line.fields.complain("the clock went back");
  has_begun_ = true;
  last_time_ = line.time;
  (this->*handler_of(line.kind))(line);
}

void PythonSession::finish() {
  open_.write_all();
  if (has_begun_) writer_.write(root_);
  has_begun_ = false;
}

size_t PythonSession::memory() const {
  constexpr size_t k_event_bytes = 80, k_calls_bytes = 600, k_tool_bytes = 800;
  return open_.bytes() + identities_.memory() + place_of_event_.size() * k_event_bytes + answered_bytes_ +
         calls_.size() * k_calls_bytes + open_tool_names_ * k_tool_bytes + root_.bytes() + said_.size();
}

// ---- places ---------------------------------------------------------------------------------------------------------

PythonSession::Place PythonSession::place_of(const PythonLine& line) const {
  const std::string_view parent = line.fields.text("parent_event_id");
  const auto told = parent.empty() ? place_of_event_.end() : place_of_event_.find(hash_of_name(parent));
  if (told != place_of_event_.end()) return told->second;
  const std::string_view agent = line.data.text("agent_id");
  const Draft* span = agent.empty() ? nullptr : open_.find("agent " + short_name(agent));
  return {.agent = span != nullptr ? span->id : root_.id, .call = {}};
}

PythonSession::Calls& PythonSession::calls_of(const PythonLine& line, SpanId agent) {
  if (calls_.size() >= k_agents_max && !calls_.contains(agent)) {
    complain_of_too_much(line);
    calls_.clear();
    answered_bytes_ = 0;
  }
  return calls_[agent];
}

void PythonSession::complain_of_too_much(const PythonLine& line) {
  if (std::exchange(has_complained_, true)) return;
  line.fields.complain("too much at once: answers and ends of what was under way before may be told twice");
}

void PythonSession::remember(const PythonLine& line, Place place) {
  const std::string_view id = line.fields.text("event_id");
  if (place_of_event_.size() >= k_events_max) place_of_event_.clear();
  place.time = line.time;
  if (!id.empty()) place_of_event_.insert_or_assign(hash_of_name(id), place);
}

void PythonSession::keep(Draft& span, const PythonLine& line) const {
  line.fields.keep_others(span, k_attocode_prefix, {"event_id", "kind", "timestamp", "session_id", "data"});
  line.data.keep_others(span, k_attocode_prefix,
                        {"model", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost",
                         "tool", "args", "result", "error"});
}

Draft PythonSession::draft(const PythonLine& line, SpanId parent, std::string name) {
  const std::string_view id = line.fields.text("event_id");
  Draft span;
  span.origin = origin_.get();
  span.id = id.empty() ? identities_.of_line(line.text) : identities_.of("event", id, line.time);
  span.parent = parent;
  span.name = std::move(name);
  span.start = line.time;
  return span;
}

Draft PythonSession::point(const PythonLine& line, const Place& place) {
  Draft span = draft(line, place.agent, std::string(line.kind));
  span.end = line.time;
  line.fields.keep_others(span, k_attocode_prefix, {"event_id", "kind", "timestamp", "session_id", "data"});
  line.data.keep_others(span, k_attocode_prefix, {});
  remember(line, place);
  return span;
}

void PythonSession::cover(TimeNs start) {
  if (root_.attributes.contains("attocode.session_start_missing")) root_.start = std::min(root_.start, start);
}

void PythonSession::event(const PythonLine& line) { writer_.write(point(line, place_of(line))); }

// ---- the session ----------------------------------------------------------------------------------------------------

void PythonSession::session_start(const PythonLine& line) {
  // Told again, a session goes on.
  if (!root_.attributes.contains("attocode.session_start_missing")) return event(line);
  root_.attributes.erase("attocode.session_start_missing");
  root_.start = line.time;
  model_ = line.data.text("model");
  root_.set("gen_ai.request.model", model_);
  said_ = line.data.text("goal");
  if (!said_.empty()) root_.set("gen_ai.input.messages", user_message(said_));
  line.data.keep_others(root_, k_attocode_prefix, {"model", "goal"});
  remember(line, {.agent = root_.id, .call = {}});
}

void PythonSession::session_end(const PythonLine& line) {
  const std::string_view status = line.data.text("status");
  root_.end.reset();
  root_.attributes.erase("attocode.cancelled");
  if (status == "running") return;
  root_.end = line.time;
  if (root_.attributes.contains("attocode.session_start_missing")) {
    root_.start = std::min(root_.start, before(line.time, line.data.seconds("duration_seconds")));
  }
  if (is_any_of(status, {"complete", "completed", "ok", "success"})) {
    root_.outcome = Outcome::ok;
  } else if (is_any_of(status, {"cancelled", "canceled", "interrupted"})) {
    root_.set_flag("attocode.cancelled", true);
  } else if (!status.empty()) {
    set_failure(root_, status, "");
  }
  const LineFields summary = line.data.within("summary");
  root_.set("cost_usd", summary.number("total_cost"));
  summary.keep_others(root_, "attocode.summary.", {});
  line.data.keep_others(root_, k_attocode_prefix, {"summary"});
}

void PythonSession::error(const PythonLine& line) {
  Draft span = point(line, place_of(line));
  const std::string_view message = failure_of(line);
  // A failure of a tool or a call told twice is one failure.
  if (message.empty() || short_name(message) != failure_) set_failure(span, "error", message);
  writer_.write(span);
}

// ---- calls to the model ---------------------------------------------------------------------------------------------

void PythonSession::llm_request(const PythonLine& line) {
  const Place place = place_of(line);
  Calls& calls = calls_of(line, place.agent);
  const Draft* open = calls.open.empty() ? nullptr : open_.find(calls.open);
  const auto iteration = line.fields.count("iteration");
  if (open != nullptr && iteration) {
    // A stream tells its beginning, too.
    const auto told = open->attributes.find("attocode.iteration");
    if (told != open->attributes.end() && told->second == AttributeValue(*iteration)) return event(line);
  }
  Draft span = draft(line, place.agent, "");
  const std::string_view model = line.data.text("model");
  set_call(span, model.empty() ? std::string_view(model_) : model);
  if (place.agent == root_.id && !said_.empty()) {
    span.set("gen_ai.input.messages", user_message(std::exchange(said_, {})));
  }
  keep(span, line);
  remember(line, {.agent = place.agent, .call = span.id});
  set_answered(line, calls, std::nullopt);
  calls = Calls{.open = "llm " + span.id.hex(), .answered = {}, .last = {.id = span.id, .answered = {}}};
  open_.add(calls.open, std::move(span));
}

void PythonSession::llm_response(const PythonLine& line) {
  const Place place = place_of(line);
  Calls& calls = calls_of(line, place.agent);
  const std::string asked = place.call.is_zero() ? calls.open : "llm " + place.call.hex();
  auto span = open_.take(asked);
  if (asked == calls.open) calls.open.clear();
  const bool has_tokens = tells_tokens(line.data);
  if (!span && calls.answered) {
    const auto told = calls.answered->attributes.find("attocode.iteration");
    const auto iteration = line.fields.count("iteration");
    const bool is_same =
        told != calls.answered->attributes.end() && iteration && told->second == AttributeValue(*iteration);
    // The pieces of a stream are answers, too; the one with the tokens counts, once.
    if (is_same && (calls.has_tokens || !has_tokens)) return event(line);
    if (is_same) span = take_answered(line, calls);
  }
  if (!span) {
    if (!has_tokens && !length_of(line)) return event(line);
    // The file begins after the request was made, or none was told.
    span = draft(line, place.agent, "");
    set_call(*span, model_);
    span->start = before(line.time, length_of(line));
    cover(span->start);
    set_answered(line, calls, std::nullopt);
    answer(line, *span, calls);
    return;
  }
  answer(line, *span, calls);
  calls.has_tokens = has_tokens;
  set_answered(line, calls, std::move(span));
}

std::optional<Draft> PythonSession::take_answered(const PythonLine& line, Calls& calls) {
  std::optional<Draft> span = calls.answered;
  set_answered(line, calls, std::nullopt);
  return span;
}

void PythonSession::set_answered(const PythonLine& line, Calls& calls, std::optional<Draft> span) {
  if (calls.answered) answered_bytes_ -= calls.answered->bytes();
  calls.answered = std::move(span);
  if (calls.answered) answered_bytes_ += calls.answered->bytes();
  if (answered_bytes_ <= k_answered_bytes_max) return;
  complain_of_too_much(line);
  for (auto& [agent, other] : calls_) other.answered.reset();
  answered_bytes_ = 0;
}

void PythonSession::answer(const PythonLine& line, Draft& span, Calls& calls) {
  span.end = end_of_call(line.fields, span.start, line.time, length_of(line));
  const std::string_view model = line.data.text("model");
  if (!model.empty()) set_call(span, model);
  set_usage(span, line.data);
  keep(span, line);
  remember(line, {.agent = span.parent, .call = span.id});
  calls.last = {span.id, span.end};
  writer_.write(span);
}

void PythonSession::llm_error(const PythonLine& line) {
  const Place place = place_of(line);
  Calls& calls = calls_of(line, place.agent);
  auto span = open_.take(place.call.is_zero() ? calls.open : "llm " + place.call.hex());
  calls.open.clear();
  failure_ = short_name(failure_of(line));
  if (!span) span = point(line, place);
  span->end = std::max(line.time, span->start);
  const std::string_view type = line.data.text("error_type");
  set_failure(*span, type.empty() ? "llm_error" : type, failure_of(line));
  keep(*span, line);
  remember(line, {.agent = place.agent, .call = span->id});
  writer_.write(*span);
}

// ---- tools ----------------------------------------------------------------------------------------------------------

void PythonSession::tool_start(const PythonLine& line) {
  const std::string tool = line.data.name("tool");
  const Place place = place_of(line);
  Draft span = draft(line, place.call.is_zero() ? place.agent : place.call, "");
  set_tool(span, tool);
  if (const json::Node* args = line.data.find("args")) span.keep("gen_ai.tool.call.arguments", *args);
  keep(span, line);
  remember(line, place);
  const std::string_view id = line.fields.text("event_id");
  const std::string name = "tool " + (id.empty() ? span.id.hex() : short_name(id));
  if (open_tool_names_ >= k_open_tools_max) {
    complain_of_too_much(line);
    open_tools_.clear();
    open_tool_names_ = 0;
  }
  open_tools_[tool].push_back(name);
  ++open_tool_names_;
  open_.add(name, std::move(span));
}

// What a line ends: what its parent_event_id names, else the first of its tool that is open.
std::optional<Draft> PythonSession::open_tool(const PythonLine& line, const std::string& tool) {
  const std::string_view parent = line.fields.text("parent_event_id");
  auto named = parent.empty() ? std::nullopt : open_.take("tool " + short_name(parent));
  if (named) return named;
  const auto waiting = open_tools_.find(tool);
  if (waiting == open_tools_.end()) return std::nullopt;
  std::optional<Draft> first;
  while (!first && !waiting->second.empty()) {
    first = open_.take(waiting->second.front());
    waiting->second.pop_front();
    --open_tool_names_;
  }
  if (waiting->second.empty()) open_tools_.erase(waiting);
  return first;
}

void PythonSession::tool_end(const PythonLine& line) {
  const std::string tool = line.data.name("tool");
  const Place place = place_of(line);
  auto span = open_tool(line, tool);
  if (!span) {
    // One line tells all of it.
    span = draft(line, place.call.is_zero() ? place.agent : place.call, "");
    span->start = before(line.time, length_of(line));
    span->end = line.time;
    place_tool(*span, calls_of(line, place.agent).last);
    cover(span->start);
    set_tool(*span, tool);
  }
  span->end = std::max(line.time, span->start);
  if (const json::Node* args = line.data.find("args")) span->keep("gen_ai.tool.call.arguments", *args);
  if (const json::Node* result = line.data.find("result")) span->keep("gen_ai.tool.call.result", *result);
  keep(*span, line);
  remember(line, place);
  failure_.clear();
  if (line.kind == "tool_error") {
    failure_ = short_name(failure_of(line));
    set_failure(*span, "tool_error", failure_of(line));
  } else {
    span->outcome = Outcome::ok;
  }
  writer_.write(*span);
}

}  // namespace strobe::importer
