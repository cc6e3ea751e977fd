#include "export/report_bars.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "view/phrases.h"

namespace strobe::exporter {

namespace {

// The track of each span; the first is for those of no agent, and goes where nobody needs it.
std::vector<int32_t> find_tracks(const SessionView& session, const analyze::Shape& shape, TimelineBars& bars) {
  constexpr int32_t k_rest = 0;
  std::vector<int32_t> track_of_agent(session.spans.size(), k_rest);
  bars.tracks.emplace_back();
  std::map<std::pair<int32_t, std::string>, int32_t> tracks;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (session.spans[i].span.facts.kind != Kind::agent || session.spans[i].duplicate_how != SameCall::no) continue;
    TimelineTrack track{.name = view::subject_of(session.spans[i])};
    for (int32_t above = shape.agent_of[i]; above >= 0 && track.depth < k_track_depth_max;
         above = shape.agent_of[above]) {
      ++track.depth;
    }
    const auto known = tracks.find({track.depth, track.name});
    if (known != tracks.end()) {
      track_of_agent[i] = known->second;
    } else if (tracks.size() < static_cast<size_t>(k_tracks_max)) {
      track_of_agent[i] = static_cast<int32_t>(bars.tracks.size());
      tracks.emplace(std::pair(track.depth, track.name), track_of_agent[i]);
      bars.tracks.push_back(track);
    }
  }
  std::vector<int32_t> track_of(session.spans.size(), k_rest);
  for (size_t i = 0; i < session.spans.size(); ++i) {
    const bool is_agent = session.spans[i].span.facts.kind == Kind::agent && track_of_agent[i] != k_rest;
    const int32_t agent = is_agent ? static_cast<int32_t>(i) : shape.agent_of[i];
    if (agent >= 0) track_of[i] = track_of_agent[agent];
  }
  return track_of;
}

// The spans that are drawn: all, or the longest.
std::vector<int32_t> drawn_spans(const SessionView& session, const ReportLimits& limits, int64_t& left_out) {
  std::vector<int32_t> spans;
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (session.spans[i].duplicate_how == SameCall::no) spans.push_back(static_cast<int32_t>(i));
  }
  const auto length = [&](int32_t span) {
    return analyze::end_of(session.spans[span]) - session.spans[span].span.facts.start;
  };
  if (spans.size() > limits.bars_max) {
    const auto middle = spans.begin() + static_cast<int64_t>(limits.bars_max);
    std::ranges::nth_element(spans, middle,
                             [&](int32_t a, int32_t b) { return std::tuple(length(b), a) < std::tuple(length(a), b); });
    left_out = static_cast<int64_t>(spans.size() - limits.bars_max);
    spans.erase(middle, spans.end());
  }
  // What holds others comes before them, and so lies above them.
  std::ranges::sort(spans, [&](int32_t a, int32_t b) {
    return std::tuple(session.spans[a].span.facts.start, length(b), a) <
           std::tuple(session.spans[b].span.facts.start, length(a), b);
  });
  return spans;
}

}  // namespace

TimelineBars bars_of(const SessionView& session, const analyze::Shape& shape, const ReportLimits& limits) {
  TimelineBars bars;
  const std::vector<int32_t> track_of = find_tracks(session, shape, bars);
  std::vector<std::vector<TimeNs>> taken_until(bars.tracks.size());
  for (const int32_t span : drawn_spans(session, limits, bars.left_out)) {
    const TimeNs start = session.spans[span].span.facts.start;
    std::vector<TimeNs>& lines = taken_until[track_of[span]];
    auto free = std::ranges::find_if(lines, [&](TimeNs until) { return until <= start; });
    if (free == lines.end() && lines.size() < static_cast<size_t>(k_track_lines_max)) free = lines.insert(free, start);
    if (free == lines.end()) --free;
    *free = std::max(*free, analyze::end_of(session.spans[span]));
    bars.bars.push_back({span, track_of[span], static_cast<int32_t>(free - lines.begin())});
  }
  for (size_t i = 0; i < bars.tracks.size(); ++i) bars.tracks[i].lines = static_cast<int32_t>(taken_until[i].size());
  return bars;
}

}  // namespace strobe::exporter
