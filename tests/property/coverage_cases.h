#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace strobe::property {

// One request that differs from the smallest valid one in one field.
struct Case {
  std::string place;    // "resource_spans.scope_spans.spans.status empty"
  std::string subject;  // "Span.status empty": what an exception names
  std::unique_ptr<google::protobuf::Message> sent;
};

// A field of OTLP that the reference messages leave out; sent as an unknown field. A varint.
struct UnnamedField {
  const char* message;
  const char* name;
  int number;
};

struct Walk {
  std::vector<Case> cases;
  std::set<std::string> fields;  // full names of those that have a case, UnnamedField not counted
  size_t places = 0;             // those fields, as often as they occur below the root
};

// Walks everything below `root` by its descriptors, and says for each field at each place:
//   ""        a value that is not the default, within the smallest valid request; of a list two, where they can be
//   "zero"    the default value, where present and absent are told apart
//   "empty"   a message without content
//   "absent"  not even that, where the smallest valid request has one
//   "large"   a string or bytes that the store keeps outside of the record
// A message type stands at most twice on the way to a field, so an AnyValue in an AnyValue is seen, and no more.
// No two cases have the same trace id (spans), or are the same record (logs, metric points).
Walk walk_fields(const google::protobuf::Message& root, const std::vector<UnnamedField>& unnamed);

// Full names of all fields of all message types that can occur below `root`.
std::set<std::string> fields_below(const google::protobuf::Descriptor& root);

}  // namespace strobe::property
