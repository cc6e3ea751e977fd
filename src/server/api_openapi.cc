#include "base/arena.h"
#include "base/assert.h"
#include "json/parse.h"
#include "server/api_error.h"
#include "server/api_routes.h"

// The schemas of the answers are written by hand; the build takes the file in.
asm(R"(
  .section .rodata
  .balign 16
  .global strobe_openapi_schemas_begin
strobe_openapi_schemas_begin:
  .incbin ")" STROBE_OPENAPI_SCHEMAS R"("
  .global strobe_openapi_schemas_end
strobe_openapi_schemas_end:
  .byte 0
  .previous
)");

extern "C" {
extern const char strobe_openapi_schemas_begin[];
extern const char strobe_openapi_schemas_end[];
}

namespace strobe::server {

namespace {

void write_schema_of(json::Writer& writer, const Parameter& parameter) {
  writer.key("schema").begin_object();
  const bool is_number = parameter.type == ParameterType::number;
  writer.key("type").string(is_number ? "integer" : "string");
  switch (parameter.type) {
    case ParameterType::number:
      writer.key("minimum").int64(parameter.minimum);
      writer.key("maximum").int64(parameter.maximum);
      if (parameter.name == "limit") writer.key("default").int64(k_page_rows);
      break;
    case ParameterType::time_ns: writer.key("pattern").string("^[0-9]{1,19}$"); break;
    case ParameterType::hex:
      writer.key("pattern").string("^[0-9a-fA-F]{" + std::to_string(parameter.maximum) + "}$");
      break;
    case ParameterType::choice:
      writer.key("enum").begin_array();
      for (const std::string_view choice : parameter.choices) writer.string(choice);
      writer.end_array();
      break;
    case ParameterType::text:
    case ParameterType::moment: writer.key("maxLength").uint64(k_argument_bytes_max); break;
  }
  writer.end_object();
}

void write_parameter(json::Writer& writer, const Parameter& parameter) {
  const bool is_in_path = parameter.place == ParameterPlace::path;
  writer.begin_object();
  writer.key("name").string(parameter.name);
  writer.key("in").string(is_in_path ? "path" : "query");
  writer.key("required").boolean(is_in_path || parameter.is_required);
  writer.key("description").string(parameter.description);
  write_schema_of(writer, parameter);
  if (!parameter.example.empty()) {
    writer.key("example");
    parameter.type == ParameterType::number ? writer.number(parameter.example) : writer.string(parameter.example);
  }
  writer.end_object();
}

void write_content(json::Writer& writer, std::string_view description, std::string_view schema) {
  writer.key("description").string(description);
  writer.key("content").begin_object().key("application/json").begin_object();
  writer.key("schema").begin_object().key("$ref").string("#/components/schemas/" + std::string(schema)).end_object();
  writer.end_object().end_object();
}

void write_route(json::Writer& writer, const Route& route) {
  writer.key(route.path).begin_object().key("get").begin_object();
  writer.key("operationId").string(route.operation);
  writer.key("summary").string(route.summary);
  if (!route.description.empty()) writer.key("description").string(route.description);
  writer.key("parameters").begin_array();
  for (const Parameter& parameter : route.parameters) write_parameter(writer, parameter);
  writer.end_array();
  writer.key("responses").begin_object();
  writer.key("200").begin_object();
  write_content(writer, route.summary, route.schema);
  writer.end_object();
  writer.key("default").begin_object();
  write_content(writer, "What went wrong", "Error");
  writer.end_object();
  writer.end_object();
  writer.end_object().end_object();
}

}  // namespace

Result<net::Response> openapi(const ApiCall& call) {
  Arena arena;
  const std::string_view text(strobe_openapi_schemas_begin,
                              static_cast<size_t>(strobe_openapi_schemas_end - strobe_openapi_schemas_begin));
  const auto schemas = json::parse(text, arena);
  STROBE_ASSERT(schemas.has_value());
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("openapi").string("3.1.0");
  writer.key("info").begin_object();
  writer.key("title").string("Strobe");
  writer.key("summary").string("What AI agents did: sessions, spans, messages, contexts, sums");
  writer.key("version").string(call.figures.version);
  writer.end_object();
  writer.key("paths").begin_object();
  for (const Route& route : api_routes()) write_route(writer, route);
  writer.end_object();
  writer.key("components").begin_object().key("schemas").node(*schemas).end_object();
  writer.end_object();
  return api_answer(writer.take() + "\n");
}

}  // namespace strobe::server
