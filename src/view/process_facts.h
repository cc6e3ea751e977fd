#pragma once

#include <cstdint>
#include <optional>

#include "model/session.h"

namespace strobe::view {

// What spans of a runtime that counts such things say of their process. Nothing where they do not.
std::optional<int64_t> syscall_count(const SpanView& span);  // attribute syscall_count, rnix.syscall_count
std::optional<int64_t> process_id(const SpanView& span);  // attribute pid, rnix.pid; else process.pid of the resource

}  // namespace strobe::view
