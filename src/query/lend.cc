#include "query/lend.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace strobe::query {

namespace {

// Client and server, and who asked them; a tool nested in itself a thousand times lends no more.
constexpr size_t k_recordings_max = 8;

// As the conventions for the Model Context Protocol have it, when the result says isError.
constexpr std::string_view k_tool_error = "tool_error";

bool is_other_recording(const SessionFrame& frame, size_t i) {
  return frame.spans[i].facts.kind == Kind::tool && frame.places[i].duplicate_how != SameCall::no;
}

}  // namespace

std::vector<std::vector<int32_t>> recordings_of_tools(const SessionFrame& frame) {
  std::vector<std::vector<int32_t>> recordings(frame.spans.size());
  std::map<std::pair<TraceId, SpanId>, size_t> tools;
  for (size_t i = 0; i < frame.spans.size(); ++i) {
    const SpanFacts& facts = frame.spans[i].facts;
    if (facts.kind == Kind::tool) tools.emplace(std::pair(facts.trace_id, facts.span_id), i);
  }
  for (size_t i = 0; i < frame.spans.size(); ++i) {
    if (!is_other_recording(frame, i)) continue;
    const auto speaker = tools.find({frame.spans[i].facts.trace_id, frame.places[i].duplicate_of});
    if (speaker == tools.end() || recordings[speaker->second].size() >= k_recordings_max) continue;
    recordings[speaker->second].push_back(static_cast<int32_t>(i));
  }
  return recordings;
}

void lend_failure(SpanFacts& facts) {
  facts.status = SpanStatus::error;
  facts.error_type = k_tool_error;
}

void lend_failures(const std::vector<std::vector<int32_t>>& recordings, SessionFrame& frame) {
  frame.has_lent_failure.assign(frame.spans.size(), false);
  for (size_t i = 0; i < recordings.size(); ++i) {
    SpanFacts& facts = frame.spans[i].facts;
    if (recordings[i].empty() || facts.status != SpanStatus::unset) continue;
    // What ended last knows best: a client hears more than the server it asked, and a second attempt undoes the first.
    const int32_t last = *std::ranges::max_element(recordings[i], {}, [&](int32_t at) {
      const SpanFacts& inner = frame.spans[at].facts;
      return std::tuple(inner.end, -inner.start.ns, inner.span_id);
    });
    const SpanFacts& inner = frame.spans[last].facts;
    if (inner.status != SpanStatus::error || inner.error_type != k_tool_error) continue;
    lend_failure(facts);
    frame.has_lent_failure[i] = true;
  }
}

bool lacks_content(const SpanView& tool) {
  return !tool.span.tool || !tool.span.tool->arguments || !tool.span.tool->result;
}

void lend_content(const SpanView& recording, SpanView& speaker) {
  if (!recording.span.tool) return;
  const ToolCall& told = *recording.span.tool;
  if (!speaker.span.tool) speaker.span.tool = ToolCall{.name = told.name, .call_id = {}, .arguments = {}, .result = {}};
  if (!speaker.span.tool->arguments) speaker.span.tool->arguments = told.arguments;
  if (!speaker.span.tool->result) speaker.span.tool->result = told.result;
}

}  // namespace strobe::query
