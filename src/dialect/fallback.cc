#include "dialect/read.h"

// Everything else: shown in the tree, never counted. dialects.md 0.1, last row.
namespace strobe::dialect {

namespace {
bool recognises(const Fields&) { return true; }
void read(const Fields& fields, NormalSpan& span, Arena&) { span.facts.agent = fields.text(Key::agent_name); }
}  // namespace

const Dialect k_fallback{"fallback", recognises, read};

}  // namespace strobe::dialect
