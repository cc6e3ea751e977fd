#include "dialect/otel_genai.h"

// Client and server spans of the Model Context Protocol, and nothing else: dialects.md 1.1. A tool call is often told
// three times, by the agent, by the client and by the server; the room derive makes one of them.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) { return fields.has(Key::mcp_method_name); }

// The server's error code: JSON-RPC has none for success, but gRPC-minded emitters write 0 or OK.
std::string_view error_code(const Fields& fields) {
  const auto code = fields.text(Key::rpc_response_status_code);
  return code == "0" || code == "OK" ? std::string_view() : code;
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  const bool is_call = fields.text(Key::mcp_method_name) == "tools/call";
  facts.kind = is_call ? Kind::tool : otel_kind(fields);
  if (facts.error_type.empty()) facts.error_type = error_code(fields);
  read_otel_call(fields, span);
  if (facts.kind == Kind::tool) read_otel_tool(fields, span, arena);
}

}  // namespace

const Dialect k_mcp{"mcp", recognises, read};

}  // namespace strobe::dialect
