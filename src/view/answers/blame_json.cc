#include "json/write.h"
#include "view/answers/blame.h"
#include "view/answers/headings.h"
#include "view/answers/span_reference.h"
#include "view/session_json.h"

namespace strobe::view {

namespace {

constexpr size_t k_carried_messages_max = 20;

class BlameJson {
 public:
  BlameJson(const SessionView& session, const analyze::Blame& blame, const analyze::CarriedCost& carried)
      : session_(session), blame_(blame), carried_(carried) {}

  std::string take() {
    writer_.begin_object();
    writer_.key("session");
    write_session(writer_, session_.summary);
    write_ns(writer_, "wall_ns", blame_.path.wall_ns);
    write_ns(writer_, "outside_ns", blame_.path.outside_ns);
    write_path();
    write_path_spans("path_spans", blame_.path_spans);
    writer_.key("path_span_count").int64(blame_.path_span_count);
    write_path_spans("sub_agents", blame_.sub_agents);
    write_path_sum();
    write_hotspots();
    write_carried();
    write_waits();
    write_errors();
    write_notes();
    writer_.end_object();
    return writer_.take() + "\n";
  }

 private:
  void reference(std::string_view key, int32_t span) {
    writer_.key(key);
    write_span_reference(writer_, session_, span);
  }
  void write_path() {
    writer_.key("critical_path").begin_array();
    for (const auto& segment : blame_.path.segments) {
      writer_.begin_object().key("type").string(name_of(segment.type));
      write_ns(writer_, "from_ns", segment.from);
      write_ns(writer_, "to_ns", segment.to);
      reference("span", segment.span);
      reference("waiter", segment.waiter);
      writer_.end_object();
    }
    writer_.end_array();
  }
  void write_path_spans(std::string_view key, const std::vector<analyze::PathSpan>& spans) {
    writer_.key(key).begin_array();
    for (const auto& span : spans) {
      writer_.begin_object();
      reference("span", span.span);
      write_ns(writer_, "self_ns", span.self_ns);
      write_ns(writer_, "waiting_ns", span.waiting_ns);
      write_ns(writer_, "below_ns", span.below_ns);
      write_ns(writer_, "saved_ns", span.saved_ns);
      writer_.end_object();
    }
    writer_.end_array();
  }
  void write_path_sum() {
    writer_.key("rnix_path_sum").begin_object();
    write_ns(writer_, "sum_ns", blame_.path_sum.sum_ns);
    writer_.key("percent_of_wall").float64(percentage(blame_.path_sum.sum_ns, blame_.path.wall_ns));
    writer_.key("path").begin_array();
    for (const int32_t span : blame_.path_sum.path) write_span_reference(writer_, session_, span);
    writer_.end_array().end_object();
  }
  void write_hotspots() {
    const auto& hotspots = blame_.hotspots;
    writer_.key("hotspots").begin_object();
    for (const auto& [key, list] : {std::pair("self", &hotspots.by_self), std::pair("duration", &hotspots.by_duration),
                                    std::pair("tokens", &hotspots.by_tokens), std::pair("cost", &hotspots.by_cost)}) {
      writer_.key(key).begin_array();
      for (const int32_t span : *list) {
        const SpanFacts& facts = session_.spans[span].span.facts;
        writer_.begin_object();
        reference("span", span);
        write_ns(writer_, "self_ns", hotspots.self_ns[span]);
        write_ns(writer_, "duration_ns", facts.duration().ns);
        writer_.key("tokens").int64(analyze::counted_tokens(session_.spans[span]));
        write_cost(writer_, facts.cost_kind, facts.cost_pico_usd);
        writer_.end_object();
      }
      writer_.end_array();
    }
    writer_.end_object();
  }
  void write_sum(const analyze::CarriedSum& sum) {
    writer_.key("tokens").int64(sum.tokens);
    write_cost(writer_, sum.cost_kind, sum.cost_pico_usd);
  }
  void write_carried() {
    writer_.key("carried_cost").begin_object();
    write_sum(carried_.total);
    writer_.key("calls").int64(carried_.calls);
    writer_.key("calls_without_context").int64(carried_.calls_without_context);
    writer_.key("calls_without_usage").int64(carried_.calls_without_usage);
    writer_.key("producers").begin_array();
    for (const auto& group : carried_.groups) {
      writer_.begin_object().key("producer").string(group.producer).key("messages").int64(group.messages);
      write_sum(group);
      writer_.end_object();
    }
    writer_.end_array();
    writer_.key("messages").begin_array();
    for (const int32_t number : carried_.top(k_carried_messages_max)) {
      const auto& message = carried_.messages[number];
      writer_.begin_object().key("message").string(session_.contexts.messages[number].id.hex());
      writer_.key("producer").string(message.producer).key("others").int64(message.others);
      writer_.key("times").int64(message.times);
      write_sum(message);
      reference("origin", message.origin.span);
      writer_.key("origin_how").string(name_of(message.origin.how));
      writer_.end_object();
    }
    writer_.end_array().end_object();
  }
  void write_waits() {
    writer_.key("waits").begin_array();
    for (const auto& wait : blame_.waits) {
      writer_.begin_object();
      reference("waiter", wait.waiter);
      reference("waited_for", wait.waited_for);
      write_ns(writer_, "wait_ns", wait.wait_ns);
      writer_.end_object();
    }
    writer_.end_array();
    writer_.key("wait_count").int64(blame_.wait_count);
  }
  void write_errors() {
    writer_.key("error_spans").int64(blame_.errors.error_spans);
    writer_.key("error_chain_count").int64(blame_.errors.total);
    writer_.key("error_chains").begin_array();
    for (const auto& chain : blame_.errors.chains) {
      writer_.begin_object().key("path").begin_array();
      for (const int32_t span : chain.path) write_span_reference(writer_, session_, span);
      writer_.end_array();
      reference("topmost", chain.topmost);
      reference("deepest", chain.deepest);
      writer_.end_object();
    }
    writer_.end_array();
  }
  void write_notes() {
    writer_.key("never_ended").int64(blame_.tree.never_ended);
    writer_.key("ended_before_start").int64(blame_.tree.ran_backwards);
    writer_.key("without_parent").int64(blame_.tree.without_parent);
    writer_.key("links_leading_away").int64(blame_.links_leading_away);
  }

  const SessionView& session_;
  const analyze::Blame& blame_;
  const analyze::CarriedCost& carried_;
  json::Writer writer_{json::Layout::pretty};
};

}  // namespace

std::string blame_json(const SessionView& session, const analyze::Blame& blame, const analyze::CarriedCost& carried) {
  return BlameJson(session, blame, carried).take();
}

}  // namespace strobe::view
