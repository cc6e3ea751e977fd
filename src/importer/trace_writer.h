#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "codec/sha256.h"
#include "importer/importer.h"
#include "json/node.h"

// Spans made of the lines of a file, and their ids.

namespace strobe::importer {

using AttributeValue = std::variant<std::string, int64_t, double, bool>;

// The text itself, or the hash of one that is longer than names are: what is remembered of a file stays small.
std::string short_name(std::string_view text);
// The same in eight bytes.
uint64_t hash_of_name(std::string_view text);

// A session in a file: what its spans have in common.
struct Origin {
  TraceId trace_id;
  std::string session_key;        // empty: the file does not say
  std::string session_namespace;  // of the key
};

enum class Outcome : uint8_t { unset, ok, error };

// A span under way.
struct Draft {
  const Origin* origin = nullptr;
  SpanId id, parent;
  std::string name;
  TimeNs start;
  std::optional<TimeNs> end;  // nothing: it has not ended, as far as the file tells
  Outcome outcome = Outcome::unset;
  std::string message;  // of a failure
  std::map<std::string, AttributeValue> attributes;
  struct Link {
    TraceId trace_id;
    SpanId span_id;
  };
  std::optional<Link> link;

  // Empty texts are none.
  void set(std::string key, std::string_view text);
  void set(std::string key, std::optional<int64_t> number);
  void set(std::string key, std::optional<double> number);
  void set_flag(std::string key, bool flag);
  // A JSON value as it is; objects and arrays as their text. Null is none. The first to set a key wins.
  void keep(std::string key, const json::Node& value);
  // Memory, roughly.
  size_t bytes() const;
};

// Collects finished spans into batches of a bounded size. What the sink says is kept until flush().
class TraceWriter {
 public:
  // `scope` names the instrumentation scope of all spans, `version` says of which generation the file is. The sink
  // must outlive it.
  TraceWriter(const Sink& sink, std::string_view scope, std::string_view version);
  ~TraceWriter();

  void write(const Draft& draft);
  // Hands over what is left. Errors: what the sink said, now or before.
  Result<void> flush();
  // Whether the sink wants no more.
  bool has_failed() const { return failure_.has_value(); }

 private:
  struct Frame;  // resource and scope of one session within the batch
  const Frame& frame_of(const Origin& origin);
  void hand_over();

  const Sink& sink_;
  const std::string scope_, version_;
  std::unique_ptr<RawBatch> batch_;
  std::map<std::string, Frame> frames_;
  size_t batch_bytes_ = 0;
  std::optional<Error> failure_;
};

// Ids made of what the lines say, so that the same file, or a longer version of it, gives the same spans again.
class Identities {
 public:
  explicit Identities(std::string seed) : seed_(std::move(seed)) {}

  static TraceId trace(std::string_view seed, std::string_view name);
  // Of what is named once.
  SpanId of(std::string_view what, std::string_view name) const;
  // Of what should be named once: a name that comes again at another time is another thing.
  SpanId of(std::string_view what, std::string_view name, TimeNs time);
  // Of a line without a name: its text, and how many equal ones came before.
  SpanId of_line(std::string_view text);
  // Of what was seen, roughly.
  size_t memory() const { return seen_.size() * k_seen_bytes; }

 private:
  static constexpr size_t k_seen_bytes = 40;

  // Beyond, what was seen is forgotten: names that come again after so many others are taken for the same thing.
  static constexpr size_t k_seen_max = size_t{1} << 20;

  std::string seed_;
  std::unordered_map<uint64_t, int64_t> seen_;  // hash of a name: its first time; of a line: how often it came
};

}  // namespace strobe::importer
