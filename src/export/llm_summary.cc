#include "export/llm_summary.h"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>

#include "analyze/metrics.h"
#include "analyze/money.h"
#include "analyze/shape.h"
#include "base/saturated.h"
#include "export/llm_steps.h"
#include "export/report_texts.h"
#include "json/write.h"

namespace strobe::exporter {

namespace {

// How much of everything is told. Tried in this order until it fits.
struct Room {
  size_t steps, findings, decisions, tools, text_percent;
};
constexpr std::array<Room, 12> k_rooms = {{{120, 20, 10, 20, 100},
                                           {90, 15, 10, 20, 100},
                                           {70, 15, 10, 20, 100},
                                           {55, 12, 10, 15, 100},
                                           {45, 10, 10, 15, 100},
                                           {35, 10, 8, 12, 100},
                                           {28, 8, 8, 10, 80},
                                           {20, 6, 6, 8, 60},
                                           {14, 5, 5, 6, 50},
                                           {8, 4, 3, 5, 30},
                                           {6, 3, 2, 3, 20},
                                           {4, 2, 2, 2, 10}}};
// Texts in characters, as the guide's summary has them; ours for what it does not have.
constexpr size_t k_task_max = 200, k_decision_max = 100, k_brief_max = 80, k_action_max = 60;
constexpr size_t k_title_max = 160, k_fix_max = 160, k_name_max = 64, k_redundant_steps_max = 8;

struct Call {
  std::string_view tool, arguments;
  bool operator==(const Call&) const = default;
};
struct CallHash {
  size_t operator()(const Call& call) const {
    constexpr std::hash<std::string_view> k_hash;
    return k_hash(call.tool) * 31 + k_hash(call.arguments);
  }
};

// Calls of one tool with the same arguments.
struct Repetition {
  std::string_view tool;
  std::vector<int32_t> steps;
};

class SummaryWriter {
 public:
  SummaryWriter(const SessionView& session, std::span<const Finding> findings)
      : session_(session),
        findings_(findings),
        shape_(analyze::shape_of(session)),
        metrics_(analyze::metrics_of(session)) {
    find_repetitions();
    find_savings();
  }
  std::string write(const Room& room);
  // Of what was written last: texts by tokens_at_most(), and what stands around them.
  int64_t tokens() const { return text_tokens_ + around_tokens_; }

 private:
  void find_repetitions();
  void find_savings();
  void text(std::string_view key, std::string_view value, size_t characters_max);
  void count_text(std::string_view text);
  void write_meta();
  void write_metrics();
  void write_decisions();
  void write_anomalies();
  void write_tools();
  void write_repetitions();
  void write_steps();
  void write_omitted();

  const SessionView& session_;
  std::span<const Finding> findings_;
  const analyze::Shape shape_;
  const analyze::SessionMetrics metrics_;
  std::vector<Repetition> repetitions_;  // most calls first
  int64_t saved_pico_usd_ = 0;
  bool is_saving_known_ = false;
  json::Writer writer_;
  Room room_ = k_rooms.front();
  int64_t texts_cut_ = 0;
  int64_t text_tokens_ = 0, around_tokens_ = 0;
  size_t text_bytes_ = 0;
};

void SummaryWriter::find_repetitions() {
  std::unordered_map<Call, size_t, CallHash> number_of;
  for (const int32_t tool : shape_.tools) {
    const SpanView& span = session_.spans[tool];
    if (!span.span.tool || !span.span.tool->arguments) continue;
    const Call call{span.span.facts.tool_name, span.span.tool->arguments->text};
    const size_t number = number_of.try_emplace(call, repetitions_.size()).first->second;
    if (number == repetitions_.size()) repetitions_.push_back({call.tool, {}});
    repetitions_[number].steps.push_back(span.step);
  }
  std::erase_if(repetitions_, [](const Repetition& repetition) { return repetition.steps.size() < 2; });
  std::ranges::stable_sort(repetitions_,
                           [](const Repetition& a, const Repetition& b) { return a.steps.size() > b.steps.size(); });
}

// What the cached input would have cost more, had it not been cached; of calls whose prices are known.
void SummaryWriter::find_savings() {
  analyze::Money money;
  for (const SpanView& span : session_.spans) {
    if (!span.counted || span.span.facts.usage.cache_read <= 0) continue;
    Usage uncached;
    uncached.input = span.span.facts.usage.cache_read;
    Usage cached;
    cached.cache_read = uncached.input;
    const prices::Cost full = money.cost_of(span.span.facts, uncached);
    const prices::Cost less = money.cost_of(span.span.facts, cached);
    if (full.kind != CostKind::computed || less.kind != CostKind::computed) continue;
    is_saving_known_ = true;
    add_to(saved_pico_usd_, full.pico_usd - less.pico_usd);
  }
}

void SummaryWriter::text(std::string_view key, std::string_view value, size_t characters_max) {
  characters_max = std::max<size_t>(characters_max * room_.text_percent / 100, 12);
  size_t end = 0;
  for (size_t characters = 0; end < value.size() && characters < characters_max; ++characters) {
    // Four bytes at most: a row of continuation bytes is no character.
    const size_t begin = end++;
    while (end < std::min(value.size(), begin + 4) && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) ++end;
  }
  writer_.key(key).string(value.substr(0, end));
  count_text(value.substr(0, end));
  if (end < value.size()) ++texts_cut_;
}

void SummaryWriter::count_text(std::string_view text) {
  text_tokens_ += tokens_at_most(text);
  text_bytes_ += text.size();
}

void SummaryWriter::write_meta() {
  const SessionSummary& summary = session_.summary;
  writer_.key("meta").begin_object();
  text("sessionId", summary.key.empty() ? summary.id.hex() : summary.key, k_name_max);
  text("task", summary.task, k_task_max);
  text("model", summary.models.empty() ? "" : summary.models.front(), k_name_max);
  writer_.key("duration").int64((summary.end - summary.start).ns / 1'000'000);
  writer_.key("status").string(summary.status == SessionStatus::ok ? "completed" : name_of(summary.status));
  writer_.key("timestamp").int64(summary.start.ns / 1'000'000);
  writer_.end_object();
}

void SummaryWriter::write_metrics() {
  const Usage& usage = metrics_.usage;
  writer_.key("metrics").begin_object();
  writer_.key("iterations").int64(metrics_.iterations);
  writer_.key("steps").int64(metrics_.steps);  // those of sub-agents, too: what iterationSummaries tell
  writer_.key("totalTokens").int64(usage.total());
  writer_.key("inputTokens").int64(usage.total_input());
  writer_.key("outputTokens").int64(usage.output);
  writer_.key("thinkingTokens").int64(usage.reasoning);
  writer_.key("cacheHitRate");
  if (usage.total_input() > 0 && !metrics_.tells_of_cache) {
    writer_.null();
  } else {
    writer_.float64(static_cast<double>(static_cast<int64_t>(metrics_.cache_hit_percent() * 10)) / 1000);
  }
  writer_.key("cost");
  if (metrics_.cost_kind == CostKind::unpriced) {
    writer_.null();
  } else {
    writer_.float64(static_cast<double>(metrics_.cost_pico_usd / 1'000'000) / 1e6);
  }
  writer_.key("costKind").string(name_of(metrics_.cost_kind));
  writer_.key("costSaved");
  if (is_saving_known_) {
    writer_.float64(static_cast<double>(saved_pico_usd_ / 1'000'000) / 1e6);
  } else {
    writer_.null();
  }
  writer_.key("toolCalls").int64(metrics_.tool_calls);
  writer_.key("uniqueTools").int64(static_cast<int64_t>(metrics_.tools.size()));
  writer_.key("errors").int64(metrics_.errors);
  writer_.end_object();
}

void SummaryWriter::write_decisions() {
  writer_.key("decisionPoints").begin_array();
  for (const Decision& decision : decisions_of(session_, shape_, room_.decisions)) {
    const analyze::Step& step = shape_.steps[decision.step];
    writer_.begin_object();
    writer_.key("iteration").int64(step.number);
    writer_.key("type").string(decision.type);
    text("decision", action_of(session_, step), k_decision_max);
    writer_.key("outcome").string(outcome_of(session_, step));
    text("brief", step.tools.empty() ? "" : answer_of(session_, step), k_brief_max);
    writer_.end_object();
  }
  writer_.end_array();
}

void SummaryWriter::write_anomalies() {
  writer_.key("anomalies").begin_array();
  for (const Finding& finding : findings_.first(std::min(findings_.size(), room_.findings))) {
    writer_.begin_object();
    writer_.key("type").string(finding.rule);
    writer_.key("severity").string(name_of(finding.severity));
    text("description", finding.title, k_title_max);
    text("evidence", finding.evidence_text, k_title_max);
    if (finding.step > 0) writer_.key("iteration").int64(finding.step);
    if (!finding.fixes.empty()) text("fix", finding.fixes.front(), k_fix_max);
    writer_.end_object();
  }
  writer_.end_array();
}

void SummaryWriter::write_repetitions() {
  writer_.key("redundantCalls").begin_array();
  for (size_t i = 0; i < std::min(repetitions_.size(), room_.tools / 2); ++i) {
    const Repetition& repetition = repetitions_[i];
    writer_.begin_object();
    text("tool", repetition.tool, k_name_max);
    writer_.key("count").int64(static_cast<int64_t>(repetition.steps.size()));
    writer_.key("iterations").begin_array();
    for (size_t s = 0; s < std::min(repetition.steps.size(), k_redundant_steps_max); ++s) {
      writer_.int64(repetition.steps[s]);
    }
    writer_.end_array();
    writer_.end_object();
  }
  writer_.end_array();
}

void SummaryWriter::write_tools() {
  const auto count = static_cast<int64_t>(std::min(metrics_.tools.size(), room_.tools));
  writer_.key("toolPatterns").begin_object();
  writer_.key("frequency").begin_object();
  for (int64_t i = 0; i < count; ++i) {
    const std::string_view name =
        beginning_of(metrics_.tools[i].name, std::max<size_t>(k_name_max * room_.text_percent / 100, 12));
    writer_.key(name).int64(metrics_.tools[i].calls);
    count_text(name);
  }
  writer_.end_object();
  write_repetitions();
  std::vector<const analyze::ToolMetrics*> slow;
  for (const analyze::ToolMetrics& tool : metrics_.tools) slow.push_back(&tool);
  std::ranges::stable_sort(slow, [](const auto* a, const auto* b) { return a->longest > b->longest; });
  slow.resize(std::min(slow.size(), std::min<size_t>(room_.tools, 5)));
  writer_.key("slowTools").begin_array();
  for (const analyze::ToolMetrics* tool : slow) {
    writer_.begin_object();
    text("tool", tool->name, k_name_max);
    writer_.key("avgDuration").int64(tool->average().ns / 1'000'000);
    writer_.key("maxDuration").int64(tool->longest.ns / 1'000'000);
    writer_.end_object();
  }
  writer_.end_array().end_object();
}

void SummaryWriter::write_steps() {
  writer_.key("iterationSummaries").begin_array();
  for (const int32_t at : telling_steps(session_, shape_, room_.steps)) {
    const analyze::Step& step = shape_.steps[at];
    writer_.begin_object();
    writer_.key("number").int64(step.number);
    text("action", action_of(session_, step), k_action_max);
    writer_.key("outcome").string(outcome_of(session_, step));
    writer_.key("tokensUsed").int64(step.call >= 0 ? session_.spans[step.call].span.facts.usage.total() : 0);
    writer_.key("flags").begin_array();
    for (const std::string_view flag : flags_of(session_, step)) writer_.string(flag);
    writer_.end_array().end_object();
  }
  writer_.end_array();
}

// What did not fit: without it a reader would take a part for the whole.
void SummaryWriter::write_omitted() {
  const auto beyond = [](size_t all, size_t shown) { return static_cast<int64_t>(all - std::min(all, shown)); };
  writer_.key("omitted").begin_object();
  writer_.key("iterationSummaries").int64(beyond(shape_.steps.size(), room_.steps));
  writer_.key("anomalies").int64(beyond(findings_.size(), room_.findings));
  writer_.key("tools").int64(beyond(metrics_.tools.size(), room_.tools));
  writer_.key("redundantCalls").int64(beyond(repetitions_.size(), room_.tools / 2));
  writer_.key("textsCut").int64(texts_cut_);
  writer_.end_object();
}

std::string SummaryWriter::write(const Room& room) {
  room_ = room;
  texts_cut_ = text_tokens_ = 0;
  text_bytes_ = 0;
  writer_.begin_object();
  write_meta();
  write_metrics();
  write_decisions();
  write_anomalies();
  write_tools();
  write_steps();
  write_omitted();
  writer_.end_object();
  std::string summary = writer_.take() + "\n";
  // Names, signs and numbers of ours take a token for every three bytes or so.
  around_tokens_ = static_cast<int64_t>((summary.size() - std::min(summary.size(), text_bytes_)) * 2 / 5);
  return summary;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_small(c) || is_capital(c); }

// Letters of a word, as far as letters tell: small ones behind the first, vowels among them.
bool is_like_a_word(std::string_view letters) {
  constexpr size_t k_consonants_max = 4;
  size_t consonants = 0;
  bool has_vowel = false;
  for (const char c : letters) {
    const bool is_vowel = std::string_view("aeiouyAEIOUY").find(c) != std::string_view::npos;
    has_vowel = has_vowel || is_vowel;
    consonants = is_vowel ? 0 : consonants + 1;
    if (consonants > k_consonants_max) return false;
  }
  return has_vowel && std::ranges::all_of(letters.substr(1), is_small);
}

int64_t tokens_of_letters(std::string_view letters) {
  const auto size = static_cast<int64_t>(letters.size());
  return is_like_a_word(letters) ? (size + 2) / 3 : (size + 1) / 2;
}

}  // namespace

int64_t tokens_at_most(std::string_view text) {
  int64_t tokens = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i++;
    const char c = text[begin];
    if (is_digit(c)) {
      while (i < text.size() && is_digit(text[i])) ++i;
      tokens += static_cast<int64_t>(i - begin + 2) / 3;
    } else if (is_letter(c)) {
      // A capital begins a word, unless it follows one.
      while (i < text.size() && (is_small(text[i]) || (is_capital(text[i]) && is_capital(text[i - 1])))) ++i;
      tokens += tokens_of_letters(text.substr(begin, i - begin));
    } else if (c == '"' || c == '\\') {
      tokens += 2;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      tokens += 4;
    } else {
      // A space before a word is part of its token.
      tokens += c == ' ' && i < text.size() && is_letter(text[i]) ? 0 : 1;
    }
  }
  return tokens;
}

std::string to_llm_summary(const SessionView& session, std::span<const Finding> findings) {
  SummaryWriter writer(session, findings);
  std::string summary;
  for (const Room& room : k_rooms) {
    summary = writer.write(room);
    if (writer.tokens() <= k_summary_tokens_max) break;
  }
  return summary;
}

}  // namespace strobe::exporter
