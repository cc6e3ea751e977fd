#pragma once

#include <algorithm>
#include <protozero/pbf_reader.hpp>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "model/raw.h"
#include "otlp/budget.h"

// Inside of the protobuf decoder. protozero reports trouble by exceptions, so we do too in here; all of them end in
// read_guarded().

namespace strobe::otlp::protobuf {

using Field = protozero::pbf_reader;  // standing at one field of a message
using WireType = protozero::pbf_wire_type;

// Thrown where a field is wrong; for_each_field() adds the message and the byte.
struct BadField {
  ErrorCode code;
  const char* reason;
};

// Thrown once the place is known.
struct Refusal {
  Error error;
};

// The state of decoding one body: where it begins, where results go, and scratch stacks for repeated fields, whose
// number is not known beforehand. Lists nest, so each type's stack grows and shrinks like a call stack. (Counting first
// was slower for spans; values inside values are counted, see protobuf_common.cc.)
class Decoder {
 public:
  Decoder(std::string_view body, Arena& arena, size_t budget_bytes)
      : begin_(body.data()), arena_(arena), budget_(budget_bytes) {}
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void charge(size_t count, size_t bytes_each) {
    if (!budget_.take(count, bytes_each)) throw BadField{ErrorCode::too_large, "takes too much memory when decoded"};
  }
  template <typename T>
  T* make() {
    charge(1, sizeof(T));
    return arena_.make<T>();
  }
  // Room for `count` more entries, still growing at least by half so that many small requests stay linear.
  template <typename T>
  void reserve_more(std::vector<T>& entries, size_t count) {
    if (entries.capacity() - entries.size() >= count) return;
    const size_t capacity = std::max(entries.size() + count, entries.capacity() + entries.capacity() / 2);
    charge(capacity - entries.capacity(), sizeof(T));
    entries.reserve(capacity);
  }
  template <typename T>
  std::vector<T>& stack() {
    return std::get<std::vector<T>>(stacks_);
  }
  Arena& arena() { return arena_; }
  [[noreturn]] void refuse(ErrorCode code, const char* message_name, const char* at, const char* reason) const;

 private:
  const char* begin_;
  Arena& arena_;
  Budget budget_;
  std::tuple<std::vector<KeyValue>, std::vector<RawEvent>, std::vector<RawLink>, std::vector<EntityRef>,
             std::vector<std::string_view>, std::vector<RawExemplar>, std::vector<RawMetricPoint>,
             std::vector<RawQuantile>, std::vector<uint64_t>, std::vector<double>>
      stacks_;
};

// The entries of one repeated field while its message is read.
template <typename T>
class List {
 public:
  explicit List(Decoder& decoder) : decoder_(decoder), stack_(decoder.stack<T>()), first_(stack_.size()) {}
  // The new entry, filled in place: copying it right after it was written in parts stalls the processor. Valid until
  // the next entry of this type, on whatever level.
  T& add() {
    if (stack_.size() == stack_.capacity()) [[unlikely]]
      decoder_.reserve_more(stack_, 32);
    return stack_.emplace_back();
  }
  // Moves the entries behind those that `target` already has (of the same message sent before), into the arena.
  void append_to(std::span<const T>& target) {
    const auto added = std::span<const T>(stack_).subspan(first_);
    if (added.empty()) return;
    decoder_.charge(target.size() + added.size(), sizeof(T));
    if (target.empty()) {
      target = decoder_.arena().template copy_array<T>(added);
    } else {
      const auto joined = decoder_.arena().template allocate_array<T>(target.size() + added.size());
      std::copy(added.begin(), added.end(), std::copy(target.begin(), target.end(), joined.begin()));
      target = joined;
    }
    stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(first_), stack_.end());
  }

 private:
  Decoder& decoder_;
  std::vector<T>& stack_;
  const size_t first_;
};

// Calls `on_field` standing at each field, which must consume it. `message_name` is for errors.
template <typename OnField>
void for_each_field(const Decoder& decoder, std::string_view message, const char* message_name, OnField&& on_field) {
  Field field(message.data(), message.size());
  try {
    while (field.next()) on_field(field);
  } catch (const protozero::exception& problem) {
    decoder.refuse(ErrorCode::invalid, message_name, field.data().data(), problem.what());
  } catch (const BadField& problem) {
    decoder.refuse(problem.code, message_name, field.data().data(), problem.reason);
  }
}

// Consume the field as what it should be. protozero only asserts the wire type; the bytes are hostile.
inline void expect(const Field& field, WireType type) {
  if (!field.has_wire_type(type)) [[unlikely]]
    throw BadField{ErrorCode::invalid, "field of the wrong wire type"};
}
inline std::string_view bytes_of(Field& field) {
  expect(field, WireType::length_delimited);
  const auto view = field.get_view();
  return {view.data(), view.size()};
}
inline uint64_t fixed64_of(Field& field) {
  expect(field, WireType::fixed64);
  return field.get_fixed64();
}
inline double double_of(Field& field) {
  expect(field, WireType::fixed64);
  return field.get_double();
}
inline uint32_t fixed32_of(Field& field) {
  expect(field, WireType::fixed32);
  return field.get_fixed32();
}
inline uint64_t varint_of(Field& field) {
  expect(field, WireType::varint);
  return field.get_uint64();
}
inline uint32_t uint32_of(Field& field) { return static_cast<uint32_t>(varint_of(field)); }
inline int32_t enum_of(Field& field) { return static_cast<int32_t>(varint_of(field)); }
inline int32_t sint32_of(Field& field) {
  expect(field, WireType::varint);
  return field.get_sint32();
}

// Runs a decoder and turns what it throws into an Error.
template <typename Read>
Result<void> read_guarded(Read&& read) {
  try {
    read();
    return {};
  } catch (Refusal& refusal) {
    return std::unexpected(std::move(refusal.error));
  } catch (const BadField& problem) {
    return fail(problem.code, problem.reason);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::too_large, "not enough memory to decode this request");
  }
}

}  // namespace strobe::otlp::protobuf
