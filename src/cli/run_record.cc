#include "cli/run_record.h"

#include <sys/random.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/assert.h"

namespace strobe::cli {

namespace {

constexpr std::string_view k_secret_words[] = {"key", "token", "secret", "password"};

template <typename Id>
Id random_id() {
  Id id;
  do {
    const ssize_t got = ::getrandom(id.bytes.data(), id.bytes.size(), 0);
    STROBE_ASSERT(got == static_cast<ssize_t>(id.bytes.size()));
  } while (id.is_zero());
  return id;
}

bool names_a_secret(std::string_view option) {
  if (!option.starts_with('-')) return false;
  return std::any_of(std::begin(k_secret_words), std::end(k_secret_words), [&](std::string_view word) {
    const auto same_letter = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    return std::search(option.begin(), option.end(), word.begin(), word.end(), same_letter) != option.end();
  });
}

// The words with spaces between them; values of options that name a secret are left out.
std::string command_line(const std::vector<std::string>& words) {
  std::string line;
  bool is_secret = false;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    std::string shown = is_secret ? "***" : word;
    if (!is_secret && equals != std::string::npos && names_a_secret(word.substr(0, equals))) {
      shown = word.substr(0, equals + 1) + "***";
    }
    is_secret = !is_secret && equals == std::string::npos && names_a_secret(word);
    line += (line.empty() ? "" : " ") + shown;
  }
  return line;
}

class Attributes {
 public:
  explicit Attributes(Arena& arena) : arena_(arena) {}
  void add(std::string_view key, std::string_view value) {
    list_.push_back({key, Value::of_string(arena_.copy(value))});
  }
  void add(std::string_view key, Value value) { list_.push_back({key, value}); }
  std::span<const KeyValue> take() { return arena_.copy_array(std::span<const KeyValue>(list_)); }

 private:
  Arena& arena_;
  std::vector<KeyValue> list_;
};

}  // namespace

RunRecord new_run() {
  RunRecord record;
  record.run_id = random_id<TraceId>().hex();
  record.trace_id = random_id<TraceId>();
  record.span_id = random_id<SpanId>();
  return record;
}

RawBatch to_batch(const RunRecord& record) {
  RawBatch batch;
  Arena& arena = *batch.arena;
  Attributes resource_attributes(arena);
  resource_attributes.add("service.name", "strobe");
  if (!record.session_namespace.empty()) resource_attributes.add("service.namespace", record.session_namespace);
  resource_attributes.add("strobe.run.id", record.run_id);
  RawResource* resource = arena.make<RawResource>();
  resource->attributes = resource_attributes.take();
  RawScope* scope = arena.make<RawScope>();
  scope->name = "strobe";

  Attributes attributes(arena);
  attributes.add("strobe.run.command", command_line(record.command));
  attributes.add("process.exit.code", Value::of_int64(record.exit_code));
  if (record.cancelled) attributes.add("strobe.run.cancelled", Value::of_bool(true));
  if (!record.session_key.empty()) attributes.add("session.id", record.session_key);

  RawSpan span;
  span.resource = resource;
  span.scope = scope;
  span.trace_id = arena.copy(record.trace_id.view());
  span.span_id = arena.copy(record.span_id.view());
  span.name = arena.copy(record.command.front());
  span.kind = 1;  // internal
  span.start_time_unix_nano = static_cast<uint64_t>(record.start.ns);
  span.end_time_unix_nano = static_cast<uint64_t>(record.end.ns);
  span.attributes = attributes.take();
  span.status_code = record.exit_code == 0 ? 1 : 2;
  if (record.signal != 0) {
    span.status_message = arena.copy("ended by signal " + std::to_string(record.signal));
  } else if (record.exit_code != 0) {
    span.status_message = arena.copy("exit code " + std::to_string(record.exit_code));
  }
  batch.spans.push_back(span);
  return batch;
}

Result<void> find_named_session(store::Store& store, RunRecord& record) {
  // Where derivation put them: what a sub-agent names is no session of its own.
  const auto named = TRY(store.query("SELECT DISTINCT session FROM spans WHERE run_id = '" + record.run_id +
                                         "' AND named_session IS NOT NULL AND session IS NOT NULL",
                                     2));
  if (named.rows.size() != 1) return {};
  const auto id = SessionId::from_hex(named.rows[0][0].value_or(""));
  if (!id) return {};
  const store::Store::SessionRow row = TRY(store.session(*id));
  record.session_key = row.summary.key;
  record.session_namespace = row.summary.session_namespace;
  return {};
}

Result<std::vector<SessionId>> sessions_of_run(store::Store& store, const std::string& run_id) {
  constexpr size_t k_sessions_max = 100;
  const auto result = TRY(store.query("SELECT session FROM spans WHERE run_id = '" + run_id +
                                          "' GROUP BY session ORDER BY sum(kind = 'llm') DESC, min(start_unix_ns)",
                                      k_sessions_max));
  std::vector<SessionId> sessions;
  for (const auto& row : result.rows) {
    const auto id = SessionId::from_hex(row[0].value_or(""));
    if (id) sessions.push_back(*id);
  }
  return sessions;
}

}  // namespace strobe::cli
