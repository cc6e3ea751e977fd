#pragma once

#include <span>
#include <string>

#include "json/write.h"
#include "model/lists.h"
#include "view/text.h"

namespace strobe::view {

// `search`: per hit a line that says where, and the text around the first match below it, on one line.
std::string search_text(std::span<const SearchHit> hits, const TextStyle& style);
// An object: a row of search_json().
void write_hit(json::Writer& writer, const SearchHit& hit);
// An array of flat objects, docs/json.md.
std::string search_json(std::span<const SearchHit> hits);

}  // namespace strobe::view
