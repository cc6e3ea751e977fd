#include <google/protobuf/descriptor.h>

#include <bit>
#include <cstdlib>
#include <limits>

#include "otlp/reference_test_util.h"

namespace strobe::otlp {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Random = std::mt19937_64;

uint64_t below(Random& random, uint64_t bound) { return random() % bound; }

uint64_t random_number(Random& random) {
  switch (below(random, 4)) {
    case 0: return below(random, 3);
    case 1: return std::numeric_limits<uint64_t>::max() - below(random, 2);
    case 2: return uint64_t{1} << below(random, 64);
    default: return random();
  }
}

double random_double(Random& random) {
  constexpr double k_special[] = {0.0,
                                  -0.0,
                                  1.5,
                                  -1e300,
                                  5e-324,
                                  std::numeric_limits<double>::infinity(),
                                  -std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::quiet_NaN(),
                                  9007199254740993.0};
  if (below(random, 2) == 0) return k_special[below(random, std::size(k_special))];
  // Any bits but a NaN's: JSON does not keep its payload.
  const double value = std::bit_cast<double>(random());
  return value == value ? value : 0.1;
}

std::string random_text(Random& random) {
  constexpr std::string_view k_pieces[] = {
      "a", "key", "\"", "\\", "/", "\n", "\x01", "é", "漢", "🙂", std::string_view("\0", 1), "x_y"};
  std::string text;
  for (uint64_t i = below(random, 6); i > 0; --i) text += k_pieces[below(random, std::size(k_pieces))];
  return text;
}

std::string random_bytes(Random& random) {
  std::string bytes(below(random, 20), '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class Filler {
 public:
  Filler(Random& random, Ids ids) : random_(random), ids_(ids) {}

  void fill(Message& message, int depth) {
    const auto* type = message.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const bool in_choice = field->real_containing_oneof() != nullptr;
      if (in_choice || skips(*field, depth)) continue;
      if (field->is_repeated()) {
        for (uint64_t count = repeats(*field, depth); count > 0; --count) set(message, *field, depth);
      } else {
        set(message, *field, depth);
      }
    }
    for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
      const auto* choice = type->oneof_decl(i);
      const auto pick = static_cast<int>(below(random_, static_cast<uint64_t>(choice->field_count()) + 1));
      if (pick == choice->field_count()) continue;
      const FieldDescriptor* field = choice->field(pick);
      if (depth < k_depth_max || field->message_type() == nullptr) set(message, *field, depth);
    }
    // An empty status and none are the same to us.
    if (auto* status = dynamic_cast<reference::Status*>(&message); status != nullptr) status->set_message("why");
  }

 private:
  static constexpr int k_depth_max = 14;

  bool skips(const FieldDescriptor& field, int depth) {
    const std::string& name = field.name();
    if (ids_ == Ids::none && (name == "trace_id" || name == "span_id" || name == "parent_span_id")) return true;
    if (field.message_type() == nullptr) return field.has_presence() && below(random_, 2) == 0;
    if (name == "positive" || name == "negative" || name == "status") return below(random_, 2) == 0;
    return field.is_repeated() && depth >= k_depth_max;
  }

  // A resource or scope without signals leaves no trace in a batch.
  uint64_t repeats(const FieldDescriptor& field, int depth) {
    const bool is_envelope =
        depth < 3 && field.message_type() != nullptr && field.name() != "attributes" && field.name() != "entity_refs";
    return is_envelope ? 1 + below(random_, 3) : below(random_, depth < 6 ? 4 : 2);
  }

  void set(Message& message, const FieldDescriptor& field, int depth) {
    const Reflection& with = *message.GetReflection();
    const bool adds = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return fill(adds ? *with.AddMessage(&message, &field) : *with.MutableMessage(&message, &field), depth + 1);
      case FieldDescriptor::CPPTYPE_STRING: {
        const auto text = field.type() == FieldDescriptor::TYPE_BYTES ? random_bytes(random_) : random_text(random_);
        return adds ? with.AddString(&message, &field, text) : with.SetString(&message, &field, text);
      }
      case FieldDescriptor::CPPTYPE_DOUBLE: {
        const double value = random_double(random_);
        return adds ? with.AddDouble(&message, &field, value) : with.SetDouble(&message, &field, value);
      }
      case FieldDescriptor::CPPTYPE_UINT64: {
        const uint64_t value = random_number(random_);
        return adds ? with.AddUInt64(&message, &field, value) : with.SetUInt64(&message, &field, value);
      }
      case FieldDescriptor::CPPTYPE_INT64:
        return with.SetInt64(&message, &field, static_cast<int64_t>(random_number(random_)));
      case FieldDescriptor::CPPTYPE_INT32:
        return with.SetInt32(&message, &field, static_cast<int32_t>(random_number(random_)));
      case FieldDescriptor::CPPTYPE_UINT32:
        return with.SetUInt32(&message, &field, static_cast<uint32_t>(random_number(random_)));
      case FieldDescriptor::CPPTYPE_BOOL: return with.SetBool(&message, &field, below(random_, 2) == 0);
      case FieldDescriptor::CPPTYPE_ENUM:
        return with.SetEnumValue(&message, &field, static_cast<int>(below(random_, 26)));
      case FieldDescriptor::CPPTYPE_FLOAT: break;
    }
    std::abort();
  }

  Random& random_;
  const Ids ids_;
};

}  // namespace

void fill_at_random(Message& message, Random& random, Ids ids) { Filler(random, ids).fill(message, 0); }

}  // namespace strobe::otlp
