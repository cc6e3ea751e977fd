#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/shape.h"
#include "export/html.h"
#include "model/session.h"

// The report's timeline: a track for the agents of one name, in it lines of bars that do not overlap.

namespace strobe::exporter {

struct TimelineTrack {
  std::string name = "session";  // the agents'; the first track is for what stands below none, or one too many
  int32_t depth = 0;             // agents above them, up to k_track_depth_max
  int32_t lines = 0;
};

struct TimelineBar {
  int32_t span = 0;
  int32_t track = 0;
  int32_t line = 0;
};

struct TimelineBars {
  std::vector<TimelineTrack> tracks;
  std::vector<TimelineBar> bars;  // by start
  int64_t left_out = 0;
};

inline constexpr int32_t k_tracks_max = 100;
// Further bars of a moment lie over each other in the last line.
inline constexpr int32_t k_track_lines_max = 16;
inline constexpr int32_t k_track_depth_max = 8;

// n log n.
TimelineBars bars_of(const SessionView& session, const analyze::Shape& shape, const ReportLimits& limits);

}  // namespace strobe::exporter
