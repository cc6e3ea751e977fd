#include <algorithm>
#include <limits>

#include "dialect/read.h"

// Our own span around the process that `strobe run` starts. Scope "strobe"; attributes strobe.run.command,
// process.exit.code, strobe.run.cancelled.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return scope != nullptr && scope->name == "strobe" && fields.has(Key::strobe_run_command);
}

void read(const Fields& fields, NormalSpan& span, Arena&) {
  SpanFacts& facts = span.facts;
  facts.kind = Kind::run;
  const auto command = fields.text(Key::strobe_run_command);
  if (!command.empty()) facts.name = command;
  const auto code = fields.first_int64({Key::process_exit_code}).value_or(0);
  facts.exit_code = static_cast<int32_t>(
      std::clamp<int64_t>(code, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
  const Value* cancelled = fields.value(Key::strobe_run_cancelled);
  facts.cancelled = cancelled != nullptr && as_bool(*cancelled).value_or(false);
}

}  // namespace

const Dialect k_strobe_run{"strobe_run", recognises, read};

}  // namespace strobe::dialect
