#pragma once

#include <string>

#include "analyze/test_nonsense.h"

namespace strobe::analyze {

// For tests: asks every question of a session, and of it beside another one. What is answered has to point into the
// session, and amounts are not negative; what is wrong with the answers, a line each, or nothing. `nonsense` chooses
// what questions are asked with.
std::string ask_everything(const SessionView& session, const SessionView& other, Nonsense& nonsense);

}  // namespace strobe::analyze
