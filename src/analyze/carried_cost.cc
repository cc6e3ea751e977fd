#include "analyze/carried_cost.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "analyze/carriers.h"
#include "analyze/estimate.h"
#include "analyze/path_weights.h"
#include "analyze/tool_names.h"

namespace strobe::analyze {

namespace {

constexpr double k_tokens_per_price = 1e6;

int64_t rounded(double number) {
  constexpr auto k_max = std::numeric_limits<int64_t>::max();
  if (!(number < static_cast<double>(k_max))) return k_max;
  return std::llround(std::max(number, 0.0));
}

CarriedSum carried_sum(const PathWeight& sum) {
  CarriedSum carried{.tokens = rounded(sum.tokens), .cost_pico_usd = rounded(sum.pico_usd)};
  if (sum.calls > sum.unpriced) {
    carried.cost_kind = sum.partial > 0 || sum.unpriced > 0 ? CostKind::partial : CostKind::computed;
  }
  return carried;
}

// What one token of each part of a call's input costs.
class Prices {
 public:
  explicit Prices(const Money& money) : money_(money) {}

  void set(const SpanFacts& call, PricedInput& input) {
    const auto [known, is_new] = models_.try_emplace({call.provider, call.model}, nullptr);
    if (is_new) known->second = money_.model_of(call);
    input.is_unpriced = true;
    if (known->second == nullptr) return;
    const prices::Price& price = known->second->price_at(call.start);
    const int64_t tokens[] = {call.usage.cache_read, call.usage.cache_write, call.usage.input};
    const std::optional<prices::Rate>* rates[] = {&price.cache_read, &price.cache_write, &price.input};
    for (size_t i = 0; i < std::size(rates); ++i) {
      // What has no price of its own is plain input.
      const std::optional<prices::Rate>& rate = *rates[i] ? *rates[i] : price.input;
      if (tokens[i] <= 0) continue;
      if (rate) input.is_unpriced = false;
      if (!rate) input.is_partial = true;
      if (!rate) continue;
      input.pico_usd[i] = static_cast<double>(rate->at(call.usage.total_input())) / k_tokens_per_price;
    }
  }

 private:
  const Money& money_;
  std::map<std::pair<std::string, std::string>, const prices::Model*> models_;
};

// Adds up what the calls carried.
class Carrying {
 public:
  Carrying(const SessionView& session, const Money& money, CarriedCost& result)
      : session_(session),
        contexts_(session.contexts),
        estimates_(estimated_tokens(session.contexts)),
        head_nodes_(insert_heads(session.contexts, heads_)),
        of_heads_(heads_, estimates_),
        of_bodies_(session.contexts.bodies, estimates_),
        prices_(money),
        result_(result) {}

  // For each message.
  std::vector<PathWeight> sums() {
    for (size_t i = 0; i < session_.spans.size(); ++i) {
      if (session_.spans[i].is_llm_call) add(static_cast<int32_t>(i));
    }
    std::vector<PathWeight> of_messages(contexts_.messages.size());
    const auto collect = [&](const ContextTree& tree, const PathWeights& weights) {
      const std::vector<PathWeight> of_nodes = weights.sums();
      for (size_t node = 1; node < of_nodes.size(); ++node) {
        of_messages[tree.message(static_cast<ContextTree::Node>(node))] += of_nodes[node];
      }
    };
    collect(heads_, of_heads_);
    collect(contexts_.bodies, of_bodies_);
    return of_messages;
  }

 private:
  static std::vector<ContextTree::Node> insert_heads(const SessionContexts& contexts, ContextTree& heads) {
    std::vector<ContextTree::Node> nodes;
    for (const SessionContexts::Head& head : contexts.heads) {
      std::vector<int32_t> messages = head.tools;
      messages.insert(messages.end(), head.system.begin(), head.system.end());
      nodes.push_back(heads.insert(messages));
    }
    return nodes;
  }
  void add(int32_t span) {
    const SpanFacts& facts = session_.spans[span].span.facts;
    const int32_t number = contexts_.of_span[span];
    if (number < 0 || !is_whole(facts.basis)) {
      ++result_.calls_without_context;
      return;
    }
    const SessionContexts::Context& context = contexts_.contexts[number];
    const int64_t in_head = of_heads_.tokens_of(head_nodes_[context.head]);
    const int64_t all = in_head + of_bodies_.tokens_of(context.body);
    const int64_t reported = facts.has_usage ? facts.usage.total_input() : 0;
    if (all == 0 || reported == 0) {
      ++(all == 0 ? result_.calls_without_context : result_.calls_without_usage);
      return;
    }
    ++result_.calls;
    PricedInput input{.factor = static_cast<double>(reported) / static_cast<double>(all)};
    input.read_end = static_cast<double>(facts.usage.cache_read) / input.factor;
    input.write_end = input.read_end + static_cast<double>(facts.usage.cache_write) / input.factor;
    prices_.set(facts, input);
    of_heads_.add(head_nodes_[context.head], 0, input);
    of_bodies_.add(context.body, in_head, input);
  }

  const SessionView& session_;
  const SessionContexts& contexts_;
  const std::vector<int64_t> estimates_;
  ContextTree heads_;
  const std::vector<ContextTree::Node> head_nodes_;
  PathWeights of_heads_, of_bodies_;
  Prices prices_;
  CarriedCost& result_;
};

// Who made a message, part by part.
class Producers {
 public:
  struct Share {
    int32_t producer = 0;  // a number
    double share = 0;      // those of a message add up to one
  };

  Producers(const SessionView& session, const std::vector<Origin>& origins) : session_(session), origins_(origins) {}

  // Each producer once. Lives until the next question.
  const std::vector<Share>& of(int32_t number) {
    const Message& message = session_.contexts.messages[number].message;
    shares_.clear();
    // Most messages have one part, whose length does not matter then.
    if (message.parts.empty()) shares_.push_back({number_of("", role_of(message)), 1});
    if (message.parts.size() == 1) shares_.push_back({producer_of(message, message.parts[0], number), 1});
    if (!shares_.empty()) return shares_;
    double all = 0;
    for (const Part& part : message.parts) {
      const auto bytes = static_cast<double>(text_bytes(part));
      add(producer_of(message, part, number), bytes);
      all += bytes;
    }
    const auto count = static_cast<double>(shares_.size());
    for (Share& share : shares_) share.share = all > 0 ? share.share / all : 1 / count;
    return shares_;
  }
  // Which of the shares the message is named after.
  int32_t main_of(int32_t number, const std::vector<Share>& shares) {
    const Origin& origin = origins_[number];
    if (origin.how == OriginHow::tool_call_id) return producer_of_tool(origin.span);
    return std::ranges::max_element(shares, {}, &Share::share)->producer;
  }
  const std::string& name_of(int32_t producer) const { return names_[producer]; }
  size_t size() const { return names_.size(); }

 private:
  static std::string_view role_of(const Message& message) {
    if (message.role == k_role_tool_definition) return "tool_definitions";
    if (message.role == "system" || message.role == "developer") return "system_prompt";
    return message.role.empty() ? "other" : message.role;
  }
  int32_t producer_of(const Message& message, const Part& part, int32_t number) {
    if (part.type != PartType::tool_result) return number_of("", role_of(message));
    const Origin& origin = origins_[number];
    if (origin.how == OriginHow::tool_call_id && message.parts.size() == 1) return producer_of_tool(origin.span);
    if (!tools_) {
      tools_.emplace(session_);
      first_ = first_carriers_of(session_);
    }
    return number_of("tool:", tools_->name_of(part, first_[number].node));
  }
  int32_t producer_of_tool(int32_t span) { return number_of("tool:", tool_name_of(session_.spans[span].span.facts)); }
  int32_t number_of(std::string_view prefix, std::string_view name) {
    auto& numbers = prefix.empty() ? role_numbers_ : tool_numbers_;
    const auto [at, is_new] = numbers.try_emplace(name, static_cast<int32_t>(names_.size()));
    if (is_new) names_.push_back(std::string(prefix) + std::string(name));
    return at->second;
  }
  void add(int32_t producer, double bytes) {
    // A message with results of thousands of tools is no honest one; it is still not to take time with their square,
    // nor every message after it as long as it did (as clear() would).
    if (shares_.empty()) last_added_ = std::unordered_map<int32_t, size_t>();
    const auto [at, is_new] = last_added_.try_emplace(producer, shares_.size());
    if (is_new) shares_.push_back({.producer = producer});
    shares_[at->second].share += bytes;
  }

  const SessionView& session_;
  const std::vector<Origin>& origins_;
  std::optional<ToolNames> tools_;  // only for those that no span of a tool brought
  std::vector<FirstCarrier> first_;
  std::vector<std::string> names_;
  std::unordered_map<std::string_view, int32_t> role_numbers_, tool_numbers_;
  std::vector<Share> shares_;
  std::unordered_map<int32_t, size_t> last_added_;
};

// Rounds tokens so that the groups add up to `total`: what is missing then goes where most was cut off, of equals to
// the first. `exact` is of the groups, one each.
void share_out(int64_t total, const std::vector<double>& exact, std::vector<CarriedGroup>& groups) {
  constexpr double k_exact_max = 1e15;  // more is said by hostile input alone, and doubles do not add it up
  if (static_cast<double>(total) > k_exact_max) return;
  std::vector<size_t> by_rest(groups.size());
  int64_t missing = total;
  for (size_t i = 0; i < groups.size(); ++i) {
    by_rest[i] = i;
    groups[i].tokens = static_cast<int64_t>(exact[i]);
    missing -= groups[i].tokens;
  }
  std::ranges::stable_sort(by_rest, std::greater(),
                           [&](size_t i) { return exact[i] - static_cast<double>(groups[i].tokens); });
  for (const size_t i : by_rest) {
    if (missing-- <= 0) return;
    ++groups[i].tokens;
  }
}

bool is_more(const CarriedSum& a, const CarriedSum& b) {
  return std::tie(a.cost_pico_usd, a.tokens) > std::tie(b.cost_pico_usd, b.tokens);
}

}  // namespace

CarriedCost carried_cost_of(const SessionView& session, Money& money) {
  CarriedCost result;
  const std::vector<PathWeight> sums = Carrying(session, money, result).sums();
  const std::vector<Origin> origins = origins_of(session, shape_of(session));
  Producers producers(session, origins);
  std::vector<std::pair<PathWeight, int64_t>> groups;  // by producer: sum and messages
  PathWeight total;
  result.messages.resize(sums.size());
  for (size_t i = 0; i < sums.size(); ++i) {
    CarriedMessage& message = result.messages[i];
    static_cast<CarriedSum&>(message) = carried_sum(sums[i]);
    message.times = sums[i].calls;
    message.origin = origins[i];
    const std::vector<Producers::Share>& shares = producers.of(static_cast<int32_t>(i));
    message.producer = producers.name_of(producers.main_of(static_cast<int32_t>(i), shares));
    message.others = static_cast<int64_t>(shares.size()) - 1;
    total += sums[i];
    if (sums[i].calls == 0) continue;
    groups.resize(producers.size());
    for (const Producers::Share& share : shares) {
      PathWeight part = sums[i];
      part.tokens *= share.share;
      part.pico_usd *= share.share;
      groups[share.producer].first += part;
      ++groups[share.producer].second;
    }
  }
  std::vector<double> tokens;
  for (size_t producer = 0; producer < groups.size(); ++producer) {
    if (groups[producer].second == 0) continue;
    CarriedGroup& made = result.groups.emplace_back();
    static_cast<CarriedSum&>(made) = carried_sum(groups[producer].first);
    made.producer = producers.name_of(static_cast<int32_t>(producer));
    made.messages = groups[producer].second;
    tokens.push_back(groups[producer].first.tokens);
  }
  result.total = carried_sum(total);
  share_out(result.total.tokens, tokens, result.groups);
  std::ranges::sort(result.groups, {}, &CarriedGroup::producer);
  std::ranges::stable_sort(result.groups, is_more);
  return result;
}

std::vector<int32_t> CarriedCost::top(size_t count) const {
  std::vector<int32_t> numbers;
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].times > 0) numbers.push_back(static_cast<int32_t>(i));
  }
  count = std::min(count, numbers.size());
  const auto comes_first = [&](int32_t a, int32_t b) {
    if (is_more(messages[a], messages[b])) return true;
    return !is_more(messages[b], messages[a]) && a < b;
  };
  std::ranges::partial_sort(numbers, numbers.begin() + static_cast<ptrdiff_t>(count), comes_first);
  numbers.resize(count);
  return numbers;
}

}  // namespace strobe::analyze
