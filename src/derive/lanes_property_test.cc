#include <gtest/gtest.h>

#include <map>
#include <random>
#include <tuple>

#include "derive/lanes_test_util.h"
#include "derive/sameness.h"

namespace strobe::derive {

namespace {

// The rule in the words of docs/reference/lanes.md, on plain lists, looking at all tips.
class Slow {
 public:
  explicit Slow(const SessionView& view) : view_(view), lane_of_(view.spans.size(), 0) {
    for (size_t i = 0; i < view.spans.size(); ++i) {
      if (view.spans[i].is_llm_call) place(static_cast<int32_t>(i));
    }
  }
  std::string text() const {
    SessionView copy;
    copy.spans = view_.spans;
    copy.lanes = lanes_;
    return text_of(copy);
  }

 private:
  int32_t above(int32_t span, Kind kind) const {
    for (int32_t at = view_.spans[span].parent; at >= 0; at = view_.spans[at].parent) {
      if (view_.spans[at].span.facts.kind == kind) return at;
      if (view_.spans[at].span.facts.kind == Kind::agent) return -1;
    }
    return -1;
  }
  int32_t agent(int32_t span) const { return above(span, Kind::agent); }
  bool is_sub_agent(int32_t call) const { return agent(call) >= 0 && agent(agent(call)) >= 0; }
  int32_t context(int32_t call) const {
    return view_.spans[call].span.facts.basis == ContextBasis::delta ? -1 : view_.contexts.of_span[call];
  }
  int32_t head(int32_t call) const { return view_.contexts.contexts[context(call)].head; }
  std::vector<int32_t> body(int32_t call) const {
    return view_.contexts.bodies.messages(view_.contexts.contexts[context(call)].body);
  }
  TimeNs start(int32_t call) const { return view_.spans[call].span.facts.start; }
  TimeNs end(int32_t call) const { return std::max(start(call), view_.spans[call].span.facts.end); }
  int32_t tip(const Lane& lane) const { return lane.calls.back().span; }
  bool is_kin(int32_t a, int32_t b) const {
    const auto family = [&](int32_t call) {
      return std::pair(plain_model(view_.spans[call].span.facts.model), view_.spans[call].step == 0);
    };
    return family(a) == family(b);
  }
  bool waits_for(const Lane& lane, int32_t call) const {
    const int32_t tool = agent(call) < 0 ? -1 : above(agent(call), Kind::tool);
    if (tool < 0 || agent(tip(lane)) == agent(call)) return false;
    for (size_t i = 0; i < view_.spans.size(); ++i) {
      const SpanView& span = view_.spans[i];
      if (span.is_llm_call && span.step > 0 && span.step == view_.spans[tool].step) return lane_of_[i] == lane.number;
    }
    return false;
  }
  int32_t shared(int32_t a, int32_t b) const {
    const std::vector<int32_t> one = body(a), other = body(b);
    return static_cast<int32_t>(std::ranges::mismatch(one, other).in1 - one.begin());
  }
  bool may_go_on(int32_t tip, int32_t call, size_t same) const {
    if (same == 0) return false;
    if (agent(tip) == agent(call)) return true;
    if (same == body(tip).size() && same < body(call).size()) return true;
    if (is_sub_agent(tip) || is_sub_agent(call)) return false;
    return same > 1 || head(tip) == head(call);
  }

  void place(int32_t call) {
    using Rank = std::tuple<int32_t, bool, bool, int64_t, int32_t>;
    Rank best{0, false, false, 0, 0};
    int32_t restarted = 0, assumed = 0;
    for (const Lane& lane : lanes_) {
      const int32_t last = tip(lane);
      if (!is_kin(last, call)) continue;
      const bool is_over = end(last) <= start(call);
      const bool is_own = agent(last) == agent(call);
      const auto is_later = [&](int32_t other) { return other == 0 || end(last) > end(tip(lanes_[other - 1])); };
      const bool are_known = context(last) >= 0 && context(call) >= 0;
      if (!are_known && is_own && is_over && (context(last) < 0 || context(call) < 0) && is_later(assumed)) {
        assumed = lane.number;
      }
      if (!are_known) continue;
      if (is_own && is_over && head(last) == head(call) && is_later(restarted)) restarted = lane.number;
      const int32_t same = shared(last, call);
      if (!may_go_on(last, call, same)) continue;
      best = std::max(best, {same, is_over && !waits_for(lane, call), is_own, end(last).ns, -lane.number});
    }
    const auto [same, is_open, is_own, ended, number] = best;
    if (number != 0 && is_open) return join(call, -number, LaneLink::continues, same);
    if (number != 0) return begin(call, -number);
    if (restarted != 0) return join(call, restarted, LaneLink::restarts, 0);
    if (assumed != 0) return join(call, assumed, LaneLink::assumed, 0);
    begin(call, 0);
  }
  void begin(int32_t call, int32_t forked_from) {
    Lane lane;
    lane.number = static_cast<int32_t>(lanes_.size()) + 1;
    lane.is_side = view_.spans[call].step == 0;
    lane.forked_from = forked_from;
    lanes_.push_back(lane);
    add(call, lane.number, LaneLink::first, 0);
  }
  void join(int32_t call, int32_t number, LaneLink link, int32_t same) {
    if (link != LaneLink::assumed && context(tip(lanes_[number - 1])) == context(call)) link = LaneLink::retry;
    add(call, number, link, same);
  }
  void add(int32_t call, int32_t number, LaneLink link, int32_t same) {
    lanes_[number - 1].calls.push_back({.span = call, .link = link, .shared = same});
    lane_of_[call] = number;
  }

  const SessionView& view_;
  std::vector<int32_t> lane_of_;
  std::vector<Lane> lanes_;
};

// Few messages, heads and moments, so that everything meets everything.
LaneSession random_session(std::mt19937& random) {
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  LaneSession session;
  std::vector<int32_t> parents{0};
  std::vector<std::vector<int32_t>> bodies{{}};
  const int spans = 1 + below(40);
  for (int i = 0; i < spans; ++i) {
    const int32_t parent = parents[below(static_cast<int>(parents.size()))];
    const int64_t start = below(60);
    const int64_t end = start + below(12) - 1;
    const int what = below(10);
    if (what == 0) parents.push_back(session.agent(parent, start, end));
    if (what == 1) parents.push_back(session.tool(parent, start, end));
    if (what <= 1) continue;
    std::vector<int32_t> body = bodies[below(static_cast<int>(bodies.size()))];
    if (!body.empty() && below(4) == 0) body.resize(below(static_cast<int>(body.size())) + 1);
    for (int more = below(3); more > 0; --more) body.push_back(1 + below(3));
    bodies.push_back(body);
    const int32_t call = session.call(parent, start, end, body, below(3));
    if (below(8) == 0) session.at(call).step = 0;
    if (below(8) == 0) session.at(call).model = "other";
    if (below(8) == 0) session.at(call).basis = below(2) == 0 ? ContextBasis::absent : ContextBasis::delta;
  }
  return session;
}

size_t spans_of(const LaneSession& session) { return session.view().spans.size(); }

}  // namespace

TEST(Lanes, AreThoseOfTheSlowObviousWay) {
  std::mt19937 random(20261121);
  std::map<std::string, int> links;
  for (int round = 0; round < 3000; ++round) {
    const SessionView view = random_session(random).view();
    ASSERT_EQ(text_of(view), Slow(view).text()) << "round " << round;
    for (const Lane& lane : view.lanes) {
      for (const LaneCall& call : lane.calls) ++links[std::string(name_of(call.link))];
      if (lane.forked_from != 0) ++links["fork"];
    }
  }
  // A test that sees only one kind of session proves little.
  for (const char* link : {"first", "continues", "retry", "restarts", "assumed", "fork"}) {
    EXPECT_GT(links[link], 100) << link;
  }
}

TEST(Lanes, DoNotDependOnTheOrderOfArrival) {
  std::mt19937 random(6);
  for (int round = 0; round < 200; ++round) {
    const LaneSession session = random_session(random);
    std::vector<int32_t> arrival(spans_of(session));
    std::iota(arrival.begin(), arrival.end(), 0);
    const std::string expected = text_of(session.view());
    for (int again = 0; again < 5; ++again) {
      std::ranges::shuffle(arrival, random);
      ASSERT_EQ(text_of(session.view(arrival)), expected);
    }
  }
}

// Each of many lanes could go on in each call: only so many are looked at, and the call is placed all the same.
TEST(Lanes, ManyOpenLanesStayQuick) {
  LaneSession session;
  const int lanes = 5'000;
  for (int i = 0; i < lanes; ++i) session.call(0, 0, 10, {1, i + 10});
  for (int i = 0; i < lanes; ++i) session.call(0, 20, 30, {1, i + 10, 5});
  const SessionView view = session.view();
  ASSERT_EQ(view.lanes.size(), static_cast<size_t>(lanes));
  for (const Lane& lane : view.lanes) {
    ASSERT_EQ(lane.calls.size(), 2u);
    ASSERT_EQ(lane.calls[1].shared, 2);
  }
}

}  // namespace strobe::derive
