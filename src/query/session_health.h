#pragma once

#include "model/session_health.h"

namespace strobe::query {

// Counts what is missing or odd in a session. A pure function of the view; linear in its spans.
SessionHealth session_health(const SessionView& view);

}  // namespace strobe::query
