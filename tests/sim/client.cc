#include "sim/client.h"

#include <algorithm>

namespace strobe::sim {

namespace {
constexpr Time k_first_backoff = 100ms;
constexpr Time k_backoff_max = 4s;
constexpr Time k_stubborn_backoff = 20ms;
constexpr Time k_retry_after = 1s;  // what the server asks for with 503
}  // namespace

Client::Client(Place place, int number) : place_(place), number_(number), random_(place.world.random().fork()) {
  story_ = tell_story(random_.fork(), number);
  for (size_t i = 0; i < story_.size(); ++i) waiting_.push_back(i);
  if (random_.chance(50)) at_once_ = random_.between(2, 8);
  is_stubborn_ = random_.chance(20);
  timeout_ = Time(static_cast<int64_t>(random_.between(500, 5000))) * 1'000'000;
  slowest_ = random_.wait(1ms, 800ms);
  pause_ = random_.wait(1ms, 8s);
  lost_percent_ = random_.chance(60) ? random_.below(15) : 0;
}

void Client::start() {
  place_.world.after(random_.wait(0ms, 6s), [this] { send_more(); });
}

void Client::send_more() {
  while (!waiting_.empty() && under_way_.size() < at_once_) {
    const size_t request = waiting_.front();
    waiting_.pop_front();
    under_way_[request].backoff = is_stubborn_ ? k_stubborn_backoff : k_first_backoff;
    ++place_.counts.requests;
    send(request);
  }
}

void Client::send(size_t request) {
  const uint64_t attempt = ++attempts_;
  under_way_.at(request).number = attempt;
  ++place_.counts.sends;
  for (const Record& record : story_[request].records) place_.model.sent(record);
  place_.world.after(timeout_, [this, request, attempt] { try_again(request, attempt, 0ms); });
  if (random_.chance(lost_percent_)) {
    ++place_.counts.lost_requests;
    return;
  }
  place_.world.after(network_time(), [this, request, attempt] { arrive(request, attempt); });
}

void Client::arrive(size_t request, uint64_t attempt) {
  if (!place_.server.is_running()) {
    place_.world.after(network_time(), [this, request, attempt] { try_again(request, attempt, 0ms); });
    return;
  }
  place_.world.note("client " + std::to_string(number_) + " request " + std::to_string(request) + " attempt " +
                    std::to_string(attempt) + " arrives, " + std::to_string(story_[request].body->size()) + " bytes");
  place_.server.receive(
      story_[request], static_cast<uint64_t>(number_), [this, request, attempt](const ingest::OtlpAnswer& answer) {
        place_.world.note("client " + std::to_string(number_) + " request " + std::to_string(request) +
                          " is answered " + std::to_string(static_cast<int>(answer.outcome)));
        if (random_.chance(lost_percent_)) {
          ++place_.counts.lost_answers;
          return;
        }
        place_.world.after(network_time(),
                           [this, request, attempt, outcome = answer.outcome] { hear(request, attempt, outcome); });
      });
}

bool Client::is_current(size_t request, uint64_t attempt) const {
  const auto found = under_way_.find(request);
  return found != under_way_.end() && found->second.number == attempt;
}

void Client::hear(size_t request, uint64_t attempt, ingest::OtlpOutcome outcome) {
  if (!is_current(request, attempt)) return;
  const bool is_refused = outcome == ingest::OtlpOutcome::busy;
  if (is_refused && place_.plant != Plant::no_retry) return try_again(request, attempt, k_retry_after);
  under_way_.erase(request);
  place_.world.after(random_.wait(0ms, pause_), [this] { send_more(); });
}

void Client::try_again(size_t request, uint64_t attempt, Time at_least) {
  if (!is_current(request, attempt)) return;
  ++place_.counts.retries;
  Attempt& tried = under_way_.at(request);
  const Time wait = is_stubborn_ ? k_stubborn_backoff : std::max(at_least, tried.backoff);
  if (!is_stubborn_) tried.backoff = std::min(2 * tried.backoff, k_backoff_max);
  const uint64_t pause = tried.number = ++attempts_;  // whatever is still on its way comes too late
  place_.world.after(wait, [this, request, pause] {
    if (is_current(request, pause)) send(request);
  });
}

void Client::disconnected() {
  for (const auto& [request, attempt] : under_way_) {
    if (random_.chance(20)) continue;  // it finds out by its timeout
    place_.world.after(network_time(), [this, request, number = attempt.number] { try_again(request, number, 0ms); });
  }
}

}  // namespace strobe::sim
