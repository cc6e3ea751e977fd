#include "property/coverage_cases.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string_view>

namespace strobe::property {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t k_same_type_max = 2;   // on the way to a field
constexpr size_t k_large_bytes = 5000;  // beyond every limit from which values are taken out of records
constexpr uint64_t k_numbers_per_case = 16;

bool is_message(const FieldDescriptor& field) { return field.message_type() != nullptr; }

bool is_text(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_STRING || field.type() == FieldDescriptor::TYPE_BYTES;
}

// Length of an id in bytes, 0 for other fields. A span with ids of another length is refused.
size_t id_bytes(const FieldDescriptor& field) {
  if (field.type() != FieldDescriptor::TYPE_BYTES) return 0;
  const std::string_view name = field.name();
  if (name.ends_with("trace_id")) return 16;
  return name.ends_with("span_id") ? 8 : 0;
}

// Records and what surrounds them: what a request must have one of, and what one row is made of.
bool holds_a_record(const Descriptor& type) {
  const std::string_view name = type.name();
  const bool surrounds = name.starts_with("Resource") && name != "Resource";
  return surrounds || (name.starts_with("Scope") && name != "Scope") || name == "Span" || name == "LogRecord" ||
         name == "Metric" || name.ends_with("DataPoint");
}

// What raw signals do not keep apart from an absent one, so that what comes back always has it.
bool is_always_there(const FieldDescriptor& field) {
  if (!is_message(field) || field.is_repeated() || field.real_containing_oneof() != nullptr) return false;
  const std::string_view type = field.message_type()->name();
  return type == "Resource" || type == "Scope" || type == "AnyValue";
}

std::string id_of(uint64_t number, size_t bytes) {
  std::string id(bytes, '\x01');
  for (size_t i = 0; i < 8; ++i) id[bytes - 1 - i] = static_cast<char>(number >> (8 * i));
  return id;
}

std::string text_of(const FieldDescriptor& field, uint64_t number, size_t bytes_min) {
  std::string text = field.type() == FieldDescriptor::TYPE_BYTES ? std::string("\xff\0", 2) : std::string("naïve ");
  do {
    text += std::to_string(number++) + " ";
  } while (text.size() < bytes_min);
  return text;
}

// A value that is not the default, another one for each number, and one that needs the whole width of its type.
void put_scalar(Message& message, const FieldDescriptor& field, uint64_t number, size_t bytes_min) {
  const Reflection& reflection = *message.GetReflection();
  const auto put = [&](auto set, auto add, auto value) {
    field.is_repeated() ? (reflection.*add)(&message, &field, value) : (reflection.*set)(&message, &field, value);
  };
  const auto small = static_cast<int32_t>(number);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return put(&Reflection::SetInt32, &Reflection::AddInt32, std::numeric_limits<int32_t>::min() + small);
    case FieldDescriptor::CPPTYPE_INT64:
      return put(&Reflection::SetInt64, &Reflection::AddInt64, std::numeric_limits<int64_t>::min() + small);
    case FieldDescriptor::CPPTYPE_UINT32:
      return put(&Reflection::SetUInt32, &Reflection::AddUInt32, 0xf000'0000u + static_cast<uint32_t>(number));
    case FieldDescriptor::CPPTYPE_UINT64:
      return put(&Reflection::SetUInt64, &Reflection::AddUInt64, (uint64_t{1} << 63) + number);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return put(&Reflection::SetDouble, &Reflection::AddDouble, static_cast<double>(number) + 0.1);
    case FieldDescriptor::CPPTYPE_BOOL: return put(&Reflection::SetBool, &Reflection::AddBool, true);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto& type = *field.enum_type();
      return put(&Reflection::SetEnumValue, &Reflection::AddEnumValue, type.value(type.value_count() - 1)->number());
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      const size_t id = id_bytes(field);
      std::string text = id > 0 ? id_of(number, id) : text_of(field, number, bytes_min);
      if (field.is_repeated()) return reflection.AddString(&message, &field, std::move(text));
      return reflection.SetString(&message, &field, std::move(text));
    }
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_MESSAGE: std::abort();  // OTLP has no floats, and messages go another way
  }
}

void put_default(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64: return reflection.SetInt64(&message, &field, 0);
    case FieldDescriptor::CPPTYPE_DOUBLE: return reflection.SetDouble(&message, &field, 0);
    case FieldDescriptor::CPPTYPE_BOOL: return reflection.SetBool(&message, &field, false);
    case FieldDescriptor::CPPTYPE_STRING: return reflection.SetString(&message, &field, "");
    default: std::abort();  // no other scalar of OTLP is optional or in a oneof
  }
}

Message& first(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (!field.is_repeated()) return *reflection.MutableMessage(&message, &field);
  if (reflection.FieldSize(message, &field) == 0) return *reflection.AddMessage(&message, &field);
  return *reflection.MutableRepeatedMessage(&message, &field, 0);
}

// Adds what a request needs to be accepted, and what makes its record different from that of other cases.
void complete(Message& message, uint64_t number) {
  const Descriptor& type = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  const auto is_unset = [&](const FieldDescriptor& field) {
    return field.is_repeated() ? reflection.FieldSize(message, &field) == 0 : !reflection.HasField(message, &field);
  };
  if (type.name() == "Metric" && !reflection.HasOneof(message, type.oneof_decl(0))) {
    reflection.MutableMessage(&message, type.FindFieldByName("gauge"));
  }
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!is_unset(field)) continue;
    if (is_always_there(field)) reflection.MutableMessage(&message, &field);
    if (field.is_repeated() && is_message(field) && holds_a_record(*field.message_type())) first(message, field);
    if (!holds_a_record(type)) continue;
    if (field.name() == "time_unix_nano") reflection.SetUInt64(&message, &field, number);
    if (type.name() == "Span" && (field.name() == "trace_id" || field.name() == "span_id")) {
      put_scalar(message, field, number, 0);
    }
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!is_message(*field)) continue;
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      complete(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                    : *reflection.MutableMessage(&message, field),
               number);
    }
  }
}

class Walker {
 public:
  Walker(const Message& root, const std::vector<UnnamedField>& unnamed) : root_(root), unnamed_(unnamed) {}

  Walk run() {
    walk(*root_.GetDescriptor());
    return std::move(walk_);
  }

 private:
  void walk(const Descriptor& type) {
    for (int i = 0; i < type.field_count(); ++i) at_field(*type.field(i));
    for (const UnnamedField& unnamed : unnamed_) {
      if (type.name() != unnamed.message) continue;
      add("", type.name() + "." + unnamed.name, [&unnamed](Message& message) {
        message.GetReflection()->MutableUnknownFields(&message)->AddVarint(unnamed.number, 5);
      });
    }
  }

  void at_field(const FieldDescriptor& field) {
    ++walk_.places;
    walk_.fields.insert(field.full_name());
    const std::string name = field.containing_type()->name() + "." + field.name();
    if (is_message(field)) {
      at_message(field, name);
    } else {
      at_scalar(field, name);
    }
  }

  void at_message(const FieldDescriptor& field, const std::string& name) {
    const bool is_record = holds_a_record(*field.message_type());
    add(field.name() + (field.is_repeated() ? "" : " empty"), name + (field.is_repeated() ? "" : " empty"),
        [&](Message& message) {
          first(message, field);
          if (field.is_repeated() && !is_record) message.GetReflection()->AddMessage(&message, &field);
        });
    if (!field.is_repeated() && field.real_containing_oneof() == nullptr) {
      add(field.name() + " absent", name + " absent", [](Message&) {}, &field);
    }
    const auto same = [&](const FieldDescriptor* step) { return step->message_type() == field.message_type(); };
    if (static_cast<size_t>(std::count_if(path_.begin(), path_.end(), same)) >= k_same_type_max) return;
    path_.push_back(&field);
    walk(*field.message_type());
    path_.pop_back();
  }

  void at_scalar(const FieldDescriptor& field, const std::string& name) {
    const auto fill = [&](size_t bytes_min) {
      return [this, &field, bytes_min](Message& message) {
        put_scalar(message, field, number_, bytes_min);
        if (field.is_repeated()) put_scalar(message, field, number_ + 1, bytes_min);
      };
    };
    add(field.name(), name, fill(0));
    if (is_text(field) && id_bytes(field) == 0) add(field.name() + " large", name + " large", fill(k_large_bytes));
    if (field.has_presence()) {
      add(field.name() + " zero", name + " zero", [&](Message& message) { put_default(message, field); });
    }
  }

  Message& at_path(Message& root) const {
    Message* at = &root;
    for (const FieldDescriptor* step : path_) at = &first(*at, *step);
    return *at;
  }

  template <typename Change>
  void add(const std::string& end_of_place, const std::string& subject, Change change,
           const FieldDescriptor* without = nullptr) {
    number_ += k_numbers_per_case;
    Case made{.place = {}, .subject = subject, .sent = std::unique_ptr<Message>(root_.New())};
    for (const FieldDescriptor* step : path_) made.place += step->name() + ".";
    made.place += end_of_place.empty() ? subject : end_of_place;
    change(at_path(*made.sent));
    complete(*made.sent, number_);
    Message& changed = at_path(*made.sent);
    if (without != nullptr) changed.GetReflection()->ClearField(&changed, without);
    walk_.cases.push_back(std::move(made));
  }

  const Message& root_;
  const std::vector<UnnamedField>& unnamed_;
  std::vector<const FieldDescriptor*> path_;
  uint64_t number_ = 0;  // of the case; numbers up to the next one are its own
  Walk walk_;
};

}  // namespace

Walk walk_fields(const Message& root, const std::vector<UnnamedField>& unnamed) { return Walker(root, unnamed).run(); }

std::set<std::string> fields_below(const Descriptor& root) {
  std::set<std::string> names;
  std::set<const Descriptor*> seen{&root};
  for (std::vector<const Descriptor*> open{&root}; !open.empty();) {
    const Descriptor& type = *open.back();
    open.pop_back();
    for (int i = 0; i < type.field_count(); ++i) {
      names.insert(type.field(i)->full_name());
      const Descriptor* inner = type.field(i)->message_type();
      if (inner != nullptr && seen.insert(inner).second) open.push_back(inner);
    }
  }
  return names;
}

}  // namespace strobe::property
