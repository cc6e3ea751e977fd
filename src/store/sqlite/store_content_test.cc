#include <random>

#include "sqlite/database.h"
#include "store/sqlite/test_support.h"

namespace strobe::store {
namespace {

using StoreContent = StoreTest;

std::string prose(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  while (text.size() < size) text += "word" + std::to_string(random() % 5000) + (random() % 9 == 0 ? "\n" : " ");
  text.resize(size);
  return text;
}

// Commits pieces together with a span that refers to all of them; gives the numbers.
std::vector<uint64_t> numbers_of(Store& store, const std::vector<context::Piece>& pieces) {
  static uint64_t next_span = 1;
  Batch batch;
  auto record = span(1, next_span++);
  for (const auto& piece : pieces) {
    batch.content.pieces.push_back(piece);
    record.packed.refs.emplace_back(piece.id);
  }
  batch.spans.push_back(record);
  const auto done = store.commit(batch);
  EXPECT_TRUE(done) << done.error().message;
  const TraceId trace = record.facts.trace_id;
  const auto facts = store.facts_of_trace(trace).value();
  SessionPart all = part(1, 1);
  // Only spans with a session are listed.
  std::vector<Store::DerivedSpan> places;
  for (const auto& fact : facts) places.push_back({fact.span_id, session_id(1), 0, false});
  EXPECT_TRUE(store.save_derived({{.trace_id = trace, .span_count = facts.size(), .parts = {all}, .spans = places}}));
  const auto spans = store.spans_of_session(session_id(1)).value();
  for (const auto& stored : spans) {
    if (stored.facts.span_id == record.facts.span_id) return stored.refs;
  }
  ADD_FAILURE() << "span not found";
  return std::vector<uint64_t>(pieces.size());
}

context::Piece recipe(const std::string& literal, std::vector<std::pair<uint32_t, std::string>> parts,
                      const std::string& content, context::EscapeStyle style) {
  context::Piece piece = plain(content);
  piece.literal = literal;
  for (const auto& [offset, part_content] : parts) piece.refs.push_back({offset, blob_id(part_content), style});
  return piece;
}

TEST_F(StoreContent, PiecesComeBackByteForByte) {
  auto store = open();
  const std::string text = prose(3000, 1) + "\"quoted\"\n";
  const std::string quoted = [&] {
    std::string escaped;
    for (const char c : text) {
      if (c == '"') escaped += '\\';
      escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return escaped;
  }();
  const std::string element = "{\"text\":\"" + quoted + "\"}";
  const std::string both = element + text + element;
  const std::string later = prose(20000, 2) + "now: 12:00";
  const std::string latest = prose(20000, 2) + "now: 12:01";
  const std::string third = prose(20000, 2) + "now: 12:02";
  auto similar = plain(latest);
  similar.similar_to = blob_id(later);
  auto similar_to_similar = plain(third);
  similar_to_similar.similar_to = blob_id(latest);
  const std::vector<context::Piece> pieces = {
      plain(""),
      plain(std::string("\0\xff\x01", 3)),
      plain(text),
      recipe("{\"text\":\"\"}", {{9, text}}, element, context::EscapeStyle::json_minimal),
      recipe("", {{0, element}, {0, text}, {0, element}}, both, context::EscapeStyle::verbatim),
      plain(later),
      similar,
      similar_to_similar};
  const std::vector<std::string> contents = {"",   std::string("\0\xff\x01", 3), text, element, both, later, latest,
                                             third};
  const auto numbers = numbers_of(*store, pieces);
  ASSERT_EQ(numbers.size(), contents.size());
  store = open();
  for (size_t i = 0; i < contents.size(); ++i) EXPECT_EQ(store->fetch_blob(numbers[i]).value(), contents[i]) << i;
  EXPECT_EQ(store->fetch_blob(12345).error().code, ErrorCode::not_found);
  // Versions of one text cost next to nothing, and none hangs on another version that hangs on a third.
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM blob WHERE base IS NOT NULL AND length(data) < 200"), "2");
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM blob b JOIN blob c ON c.no = b.base WHERE c.base IS NOT NULL"), "0");
}

TEST_F(StoreContent, EachPieceIsStoredOnce) {
  auto store = open();
  numbers_of(*store, {plain("one"), plain("two")});
  numbers_of(*store, {plain("two"), plain("one"), plain("three")});
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM blob"), "3");
  EXPECT_EQ(ask(*open(), "SELECT count(*) FROM blob"), "3");
}

TEST_F(StoreContent, SequencesOfEveryDepthComeBack) {
  auto store = open();
  std::vector<std::string> history;
  std::shared_ptr<context::Sequence> last;
  std::vector<std::pair<std::shared_ptr<context::Sequence>, size_t>> all;
  for (int i = 0; i < 200; ++i) {
    Batch batch;
    history.push_back("message " + std::to_string(i));
    batch.content.pieces.push_back(plain(history.back()));
    auto record = span(1, static_cast<uint64_t>(i) + 1);
    auto sequence = sequence_of(history, last);
    record.packed.refs.emplace_back(sequence);
    record.packed.refs.emplace_back(blob_id(history.front()));
    batch.spans.push_back(record);
    ASSERT_TRUE(store->commit(batch));
    EXPECT_NE(sequence->number, 0u);
    EXPECT_NE(sequence->epoch, 0u);
    EXPECT_EQ(sequence->base, nullptr);
    all.emplace_back(sequence, history.size());
    last = sequence;
  }
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM sequence WHERE base IS NULL"), "4") << "every 64th in full";
  EXPECT_EQ(ask(*store, "SELECT max(depth) FROM sequence"), "63");
  store = open();
  for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
    const auto items = store->fetch_sequence(entry->first->number).value();
    ASSERT_EQ(items.size(), entry->second);
    EXPECT_EQ(store->fetch_blob(items.back()).value(), history[entry->second - 1]);
    EXPECT_EQ(store->fetch_blob(items.front()).value(), history[0]);
  }
  // As edits they are as long as what is new in them.
  const auto edit = store->fetch_sequence_edit(all[70].first->number).value();
  EXPECT_EQ(edit.base, all[69].first->number);
  ASSERT_EQ(edit.runs.size(), 2u);
  EXPECT_TRUE(edit.runs[0].is_of_base && edit.runs[0].from == 0 && edit.runs[0].count == 70);
  EXPECT_EQ(edit.own, std::vector{store->fetch_sequence(all[70].first->number)->back()});
  EXPECT_EQ(store->fetch_sequence_edit(all[64].first->number)->own, *store->fetch_sequence(all[64].first->number));
  EXPECT_EQ(store->fetch_sequence_edit(12345).error().code, ErrorCode::not_found);
}

context::ContextRecord context_of(uint8_t n, std::shared_ptr<context::Sequence> input,
                                  std::shared_ptr<context::Sequence> system) {
  context::ContextRecord record;
  record.id.bytes.fill(n);
  record.input = std::move(input);
  record.system = std::move(system);
  record.input_format = ElementFormat::otel_message;
  record.system_format = ElementFormat::otel_system;
  record.leading = 1;
  record.messages = 3;
  return record;
}

TEST_F(StoreContent, ContextsComeBackAndAreStoredOnce) {
  auto store = open();
  const auto write = [&](uint64_t id) {
    Batch batch;
    for (const char* content : {"system", "one", "two"}) {
      batch.content.pieces.push_back(plain(content));
      batch.content.messages.push_back(
          {*MessageId::from_bytes(codec::sha256(content).view()), blob_id(content), ElementFormat::otel_message});
    }
    auto record = span(1, id);
    // New objects each time, as after a restart.
    const auto input = sequence_of({"one", "two"});
    record.context = context_of(7, input, sequence_of({"system"}));
    record.facts.input_context = record.context->id;
    record.packed.refs.emplace_back(input);
    batch.spans.push_back(record);
    ASSERT_TRUE(store->commit(batch));
  };
  write(1);
  store = open();
  write(2);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM context"), "1");
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM sequence"), "2") << "the second span shares the first one's";
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM messages"), "3");
  ContextId id;
  id.bytes.fill(7);
  const auto context = store->context(id).value();
  ASSERT_TRUE(context);
  EXPECT_EQ(context->id, id);
  EXPECT_EQ(context->input_format, ElementFormat::otel_message);
  EXPECT_EQ(context->system_format, ElementFormat::otel_system);
  EXPECT_EQ(context->tools_format, ElementFormat::none);
  EXPECT_EQ(context->tools, 0u);
  EXPECT_EQ(context->leading, 1u);
  const auto input = store->fetch_sequence(context->input).value();
  ASSERT_EQ(input.size(), 2u);
  EXPECT_EQ(store->message_id(input[1], ElementFormat::otel_message).value(),
            MessageId::from_bytes(codec::sha256("two").view()));
  EXPECT_EQ(store->message_id(input[1], ElementFormat::otel_tool).value(), std::nullopt);
  EXPECT_EQ(store->fetch_sequence(context->system)->size(), 1u);
  const auto all_facts = store->facts_of_trace(trace_id(1)).value();
  EXPECT_EQ(all_facts.size(), 2u);
  for (const auto& facts : all_facts) EXPECT_EQ(facts.input_context, id);
  id.bytes.fill(8);
  EXPECT_EQ(store->context(id).value(), std::nullopt);
}

TEST_F(StoreContent, AMessageThatIsReadAnewHasItsNewId) {
  auto store = open();
  for (const char* meaning : {"one", "one", "another"}) {
    Batch batch;
    batch.content.pieces.push_back(plain("element"));
    const auto id = *MessageId::from_bytes(codec::sha256(meaning).view());
    batch.content.messages.push_back({.id = id, .element = blob_id("element"), .format = ElementFormat::otel_message});
    ASSERT_TRUE(store->commit(batch));
    EXPECT_EQ(ask(*store, "SELECT lower(hex(id)) FROM message"), id.hex());
  }
}

TEST_F(StoreContent, AMissingPieceIsAConflictThatLeavesNothingBehind) {
  auto store = open();
  const auto sequence = sequence_of({"one", "never sent"});
  Batch batch;
  batch.content.pieces.push_back(plain("one"));
  auto record = span(1, 1);
  record.packed.refs.emplace_back(sequence);
  batch.spans = {span(2, 5), record};
  const auto done = store->commit(batch);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::conflict);
  EXPECT_EQ(sequence->number, 0u);
  for (const char* table : {"blob", "span", "trace", "sequence", "resource", "counter"}) {
    EXPECT_EQ(ask(*store, "SELECT count(*) FROM " + std::string(table)), "0") << table;
  }
  // What was remembered during the failed transaction must not be believed: others have its numbers now.
  Batch other;
  other.content.pieces.push_back(plain("somebody else's"));
  auto stranger = span(3, 7);
  stranger.facts.name = "stranger";
  other.spans.push_back(stranger);
  ASSERT_TRUE(store->commit(other));
  batch.content.pieces.push_back(plain("never sent"));
  ASSERT_TRUE(store->commit(batch));
  const auto items = store->fetch_sequence(sequence->number);
  ASSERT_EQ(items->size(), 2u);
  EXPECT_EQ(store->fetch_blob(items->front()), "one");
  EXPECT_EQ(ask(*store, "SELECT name FROM spans WHERE span_id = '" + record.facts.span_id.hex() + "'"), "span");
}

TEST_F(StoreContent, NumbersOfAnotherStoreAreNotBelieved) {
  auto first = open();
  const auto sequence = sequence_of({"one"});
  Batch batch;
  batch.content.pieces.push_back(plain("one"));
  auto record = span(1, 1);
  record.packed.refs.emplace_back(sequence);
  batch.spans.push_back(record);
  ASSERT_TRUE(first->commit(batch));
  auto second = open_sqlite({.path = folder_ + "/second.db"}).value();
  Batch without_content;
  without_content.spans.push_back(record);
  EXPECT_EQ(second->commit(without_content).error().code, ErrorCode::conflict);
  ASSERT_TRUE(second->commit(batch));
  EXPECT_EQ(second->fetch_sequence(sequence->number)->size(), 1u);
}

// Bytes that rot must give an error or a wrong answer, never a crash or an endless loop.
TEST_F(StoreContent, DamagedRowsAreErrors) {
  const std::string text = prose(3000, 3);
  uint64_t sequence_number = 0;
  {
    auto store = open();
    Batch batch;
    auto similar = plain(text + "!");
    similar.similar_to = blob_id(text);
    batch.content.pieces = {plain(text), similar,
                            recipe("<>", {{1, text}}, "<" + text + ">", context::EscapeStyle::verbatim)};
    const auto first = sequence_of({text, text + "!"});
    const auto second = sequence_of({text, text + "!", "<" + text + ">"}, first);
    auto record = span(1, 1, prose(1000, 4));
    record.packed.refs = {first, second, blob_id(text)};
    batch.spans.push_back(record);
    ASSERT_TRUE(store->commit(batch));
    ASSERT_TRUE(store->save_derived({{.trace_id = trace_id(1),
                                      .span_count = 1,
                                      .parts = {part(1, 1)},
                                      .spans = {{span_id(1), session_id(1), 0, false}}}}));
    sequence_number = second->number;
  }
  std::mt19937_64 random(5);
  const std::vector<std::pair<std::string, std::string>> columns = {{"blob", "data"},    {"blob", "recipe"},
                                                                    {"sequence", "ops"}, {"span", "packed"},
                                                                    {"span", "refs"},    {"resource", "data"}};
  for (int round = 0; round < 60; ++round) {
    const std::string copy = folder_ + "/damaged.db";
    std::filesystem::copy_file(path(), copy, std::filesystem::copy_options::overwrite_existing);
    {
      auto database = sqlite::Database::open(copy, sqlite::OpenMode::read_write).value();
      const auto& [table, column] = columns[random() % columns.size()];
      const std::string damage = "UPDATE " + table + " SET " + column + " = CAST(substr(" + column + ", 1, " +
                                 std::to_string(random() % 4) + ") || x'" + to_hex(std::to_string(random())) +
                                 "' || substr(" + column + ", 9) AS BLOB)";
      ASSERT_TRUE(database.execute(damage.c_str())) << damage;
      if (round % 4 == 0) {
        ASSERT_TRUE(database.execute("UPDATE sequence SET base = 3 - no, depth = 1"));
      }
    }
    auto store = open_sqlite({.path = copy}).value();
    for (uint64_t number = 0; number < 5; ++number) (void)store->fetch_blob(number);
    (void)store->fetch_sequence(sequence_number);
    (void)store->fetch_sequence_edit(sequence_number);
    (void)store->fetch_resource(1);
    (void)store->facts_of_trace(trace_id(1));
    (void)store->spans_of_session(session_id(1));
    store.reset();
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(copy + suffix);
  }
}

TEST_F(StoreContent, LogsRepeatAndPointsReplace) {
  auto store = open();
  Batch batch;
  batch.content.pieces.push_back(plain("body"));
  LogRecord log;
  log.hash = codec::sha256("log");
  log.trace_id = trace_id(3);
  log.span_id = span_id(4);
  log.time = {77};
  log.event_name = "event";
  log.packed.bytes = "packed log";
  log.packed.refs.emplace_back(blob_id("body"));
  LogRecord other = log;
  other.hash = codec::sha256("other");
  batch.logs = {log, other, log};
  MetricPointRecord point;
  point.key = codec::sha256("point");
  point.name = "tokens";
  point.time = {5};
  point.metric = "first";
  batch.points = {point};
  point.metric = "a later value";
  batch.points.push_back(point);
  batch.counts = {{"spans.refused", 2}, {"spans.refused", 3}};
  ASSERT_TRUE(store->commit(batch));
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM log"), "2");
  EXPECT_EQ(ask(*store, "SELECT sum(repeats) FROM log"), "1");
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM metric_point"), "1");
  EXPECT_EQ(count_of(*store, "spans.refused"), 5);
  EXPECT_EQ(count_of(*store, "logs.repeated"), 1);
  EXPECT_EQ(count_of(*store, "metric_points.replaced"), 1);
  EXPECT_TRUE(store->dirty_traces(10)->empty()) << "a log alone changes no session";
}

}  // namespace
}  // namespace strobe::store
