#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "json/node.h"
#include "model/raw.h"

namespace strobe::dialect {

// Higher indices are hostile and left out: dialects.md 0.7.
inline constexpr uint32_t k_flat_index_max = 10'001;
// Keys with more segments keep the rest of their path as one name.
inline constexpr int k_flat_depth_max = 16;

// Turns attributes `<prefix>.<N>.<a>.<b>...` into one nested node per N, by ascending N: `{"a":{"b":...}}`, where
// segments that are all numbers make arrays. A key that occurs twice: the last wins. n log n in the number of
// attributes.
std::vector<json::Node> unflatten(std::span<const KeyValue* const> attributes, std::string_view prefix, Arena& arena);

}  // namespace strobe::dialect
