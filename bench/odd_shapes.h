#pragma once

#include "bench/session_load.h"

namespace strobe::bench {

// The honest shape that an odd one is made of; itself where it is honest.
SessionShape base_of(SessionShape shape);
// Changes a session of base_of(shape) so that it is of this shape.
void make_odd(SessionView& session, SessionShape shape);

}  // namespace strobe::bench
