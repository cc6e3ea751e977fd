#include <algorithm>

#include "json/write.h"
#include "view/answers/blame.h"
#include "view/answers/headings.h"
#include "view/answers/rnix_spans.h"

namespace strobe::view {

namespace {

constexpr size_t k_rnix_hotspots = 3;

class RnixBlame {
 public:
  RnixBlame(const SessionView& session, const analyze::Blame& blame) : session_(session), blame_(blame) {}

  std::string take() {
    const int32_t root = analyze::root_of(blame_.tree);
    const int64_t wall = blame_.path.wall_ns;
    const int64_t tokens = session_.summary.usage.total();
    const auto& hotspots = blame_.hotspots;
    writer_.begin_object();
    writer_.key("trace_id").string(root >= 0 ? facts(root).trace_id.hex() : "");
    spans("critical_path", blame_.path_sum.path);
    writer_.key("critical_duration_ms").int64(whole_ms(blame_.path_sum.sum_ns));
    entries("duration_hotspots", hotspots.by_duration,
            [&](int32_t span) { return percentage(facts(span).duration().ns, wall); });
    entries("token_hotspots", hotspots.by_tokens,
            [&](int32_t span) { return percentage(facts(span).usage.total(), tokens); });
    chains();
    writer_.key("summary").begin_object();
    writer_.key("total_spans").int64(static_cast<int64_t>(session_.spans.size()));
    writer_.key("error_spans").int64(blame_.errors.error_spans);
    writer_.key("total_duration_ms").int64(whole_ms(wall));
    writer_.key("total_tokens").int64(tokens);
    writer_.key("critical_path_pct").float64(percentage(blame_.path_sum.sum_ns, wall));
    writer_.end_object().end_object();
    return writer_.take() + "\n";
  }

 private:
  const SpanFacts& facts(int32_t span) const { return session_.spans[span].span.facts; }
  void span_object(int32_t span) {
    writer_.begin_object();
    write_rnix_span(writer_, session_.spans[span]);
    writer_.end_object();
  }
  // A list that is empty is null there.
  template <typename List, typename Write>
  void list(const List& items, Write write) {
    if (items.empty()) {
      writer_.null();
      return;
    }
    writer_.begin_array();
    for (const auto& item : items) write(item);
    writer_.end_array();
  }
  void spans(std::string_view key, const std::vector<int32_t>& path) {
    writer_.key(key);
    list(path, [&](int32_t span) { span_object(span); });
  }
  template <typename Percentage>
  void entries(std::string_view key, const std::vector<int32_t>& all, Percentage percentage_of) {
    std::vector<int32_t> top(all.begin(),
                             all.begin() + static_cast<std::ptrdiff_t>(std::min(k_rnix_hotspots, all.size())));
    writer_.key(key);
    int rank = 0;
    list(top, [&](int32_t span) {
      writer_.begin_object();
      write_rnix_span(writer_, session_.spans[span]);
      writer_.key("percentage").float64(percentage_of(span)).key("rank").int64(++rank);
      writer_.end_object();
    });
  }
  // Leaves first, then spans whose children did well.
  void chains() {
    std::vector<analyze::ErrorChain> ordered = blame_.errors.chains;
    std::ranges::stable_partition(ordered,
                                  [&](const auto& chain) { return session_.spans[chain.deepest].children.empty(); });
    writer_.key("error_chains");
    list(ordered, [&](const analyze::ErrorChain& chain) {
      writer_.begin_object();
      spans("path", chain.path);
      writer_.key("root_cause");
      span_object(chain.topmost);
      writer_.end_object();
    });
  }

  const SessionView& session_;
  const analyze::Blame& blame_;
  json::Writer writer_{json::Layout::pretty};
};

}  // namespace

std::string rnix_blame_json(const SessionView& session, const analyze::Blame& blame) {
  return RnixBlame(session, blame).take();
}

}  // namespace strobe::view
