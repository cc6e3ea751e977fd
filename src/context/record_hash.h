#pragma once

#include <string_view>

#include "base/ids.h"
#include "context/piece.h"

namespace strobe::context {

// Hash of a whole record with its resource and scope: decides between two versions of one span, and is the key of a log
// record. Content taken out of the record goes in by the ids of its pieces, so the hash never depends on how it was
// split off before.
Hash256 record_hash(const Packed& packed, std::string_view resource, std::string_view scope);

}  // namespace strobe::context
