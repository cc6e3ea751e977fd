#include "sim/server.h"

#include <algorithm>

#include "otlp/otlp.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::sim {

namespace {
constexpr Time k_wake_time = 20us;
constexpr Time k_open_again = 300ms;
constexpr Time k_restart_pause = 200ms;
constexpr std::chrono::milliseconds k_idle_patience{60'000};
}  // namespace

Server::Server(Place place) : place_(std::move(place)) {
  Random random = place_.world.random().fork();
  options_.queue_bytes_max = random.between(100, 4000) * 1024;
  options_.commit_bytes_max = random.between(30, 1000) * 1024;
  options_.commit_submissions_max = random.between(1, 40);
  options_.derive_delay_ms = static_cast<int>(random.between(1, 400));
  options_.verify = random.chance(20);
  options_.steady_now = [this] { return place_.world.steady_now(); };
}

void Server::start() {
  const uint64_t damages = place_.weather.damages();
  auto store = store::open_sqlite({.path = place_.path, .clock = &place_.world});
  if (place_.weather.is_dead()) {
    if (store) store->reset();
    return place_.on_death();
  }
  if (!store) {
    ++place_.counts.failed_starts;
    place_.world.note("server cannot open the store: " +
                      store.error().message.substr(store.error().message.rfind('/') + 1));
    if (place_.weather.damages() == damages) return place_.world.broken("the store cannot be opened for no reason");
    return place_.world.after(k_open_again, [this, life = life_] {
      if (life == life_) start();
    });
  }
  store_ = *std::move(store);
  has_started_ = true;
  ++life_;
  queue_ = std::make_unique<RefusingQueue<ingest::Submission>>(options_.queue_bytes_max);
  worker_ = std::make_unique<ingest::Worker>(*store_, options_);
  place_.world.note("server started");
  is_turn_soon_ = false;
  schedule_turn(0us);
  place_.on_start();
}

void Server::stop() {
  if (!is_running()) return;
  ++place_.counts.stops;
  place_.world.note("server asked to stop");
  queue_->close();
  schedule_turn(0us);
}

void Server::crash() {
  ++life_;
  // Answers of what is still queued are never given: those who wait hold on to nothing but the world.
  queue_.reset();
  worker_.reset();
  store_.reset();
}

void Server::stopped() {
  ++life_;
  worker_.reset();
  queue_.reset();
  store_.reset();
  if (place_.weather.is_dead()) return place_.on_death();
  place_.world.note("server stopped");
  place_.world.after(k_restart_pause, [this, life = life_] {
    if (life == life_) start();
  });
}

bool Server::is_idle() const {
  return worker_ && !queue_->closed() && queue_->empty() && worker_->patience() > k_idle_patience;
}

void Server::receive(const Request& request, uint64_t source, std::function<void(const ingest::OtlpAnswer&)> reply) {
  was_refused_ = false;
  damages_at_turn_ = place_.weather.damages();
  ingest::receive_otlp({.signal = request.signal, .encoding = request.encoding, .body = request.body, .source = source},
                       *this,
                       [this, life = life_, &request, reply = std::move(reply)](const ingest::OtlpAnswer& answer) {
                         if (life != life_ || place_.weather.is_dead()) return;
                         judge(request, answer);
                         reply(answer);
                       });
}

bool Server::submit(ingest::Submission& submission) {
  const size_t weight = ingest::weight_of(submission.batch);
  heaviest_ = std::max(heaviest_, weight);
  if (place_.plant == Plant::early_answer) answer_early(submission);
  if (!queue_->try_push(submission, weight, submission.source)) return false;
  // One may stand beside the queue.
  if (queue_->weight() > options_.queue_bytes_max + heaviest_) {
    place_.world.broken("the queue holds more than it may: " + std::to_string(queue_->weight()) + " bytes");
  }
  schedule_turn(k_wake_time);
  return true;
}

std::chrono::milliseconds Server::refuse() {
  was_refused_ = true;
  if (queue_->weight() == 0 && !queue_->closed()) place_.world.broken("refused though the queue is empty");
  return 1s;
}

void Server::answer_early(ingest::Submission& submission) {
  const bool all_fit = std::ranges::all_of(
      submission.batch.spans, [](const RawSpan& span) { return !SpanId::from_bytes(span.span_id)->is_zero(); });
  if (!all_fit) return;
  submission.done(ingest::Acknowledgement{});
  submission.done = [](const Result<ingest::Acknowledgement>&) {};
}

void Server::schedule_turn(Time delay) {
  if (is_turn_soon_ && delay >= k_wake_time) return;
  is_turn_soon_ = delay <= k_wake_time;
  place_.world.after(delay, [this, life = life_, number = ++next_turn_] {
    if (life == life_ && number == next_turn_) turn();
  });
}

void Server::turn() {
  is_turn_soon_ = false;
  was_refused_ = false;
  ++place_.counts.turns;
  auto submissions = queue_->take(options_.commit_submissions_max, options_.commit_bytes_max, 0ms);
  const size_t taken = submissions.size();
  damages_at_turn_ = place_.weather.damages();
  const Time begin = place_.world.elapsed();
  const bool goes_on = worker_->turn(std::move(submissions), queue_->closed() && queue_->empty());
  if (place_.weather.is_dead()) return place_.on_death();
  place_.world.note("turn: " + std::to_string(taken) + " submissions in " +
                    std::to_string((place_.world.elapsed() - begin).count() / 1000) + " us");
  if (taken > 0) {
    last_commit_ = place_.world.elapsed();
    // What follows a commit has to get over it: sessions, index.
    if (place_.world.random().chance(8)) place_.weather.fail_for(place_.world.random().wait(1ms, 800ms));
  }
  if (!goes_on) return stopped();
  schedule_turn(queue_->empty() && !queue_->closed() ? Time(worker_->patience()) : 1us);
}

void Server::judge(const Request& request, const ingest::OtlpAnswer& answer) {
  World& world = place_.world;
  const bool is_json = request.encoding == ingest::Encoding::json;
  switch (answer.outcome) {
    case ingest::OtlpOutcome::taken:
      if (request.is_unreadable) world.broken("a request that cannot be read was taken");
      if ((request.refused > 0) == (answer.body == otlp::success_body(is_json))) {
        world.broken("an answer hides what was refused, or makes it up");
      }
      for (const Record& record : request.records) place_.model.acknowledged(record);
      break;
    case ingest::OtlpOutcome::bad_data:
      ++place_.counts.unreadable;
      if (!request.is_unreadable) world.broken("a good request was called unreadable: " + answer.message);
      break;
    case ingest::OtlpOutcome::busy:
      ++(was_refused_ ? place_.counts.refused_full : place_.counts.refused_fault);
      if (was_refused_) break;
      if (place_.weather.damages() == damages_at_turn_) {
        world.broken("refused though the disk was well: " + answer.message);
      }
      break;
    case ingest::OtlpOutcome::failed: world.broken("a client was told to drop good data: " + answer.message); break;
  }
}

}  // namespace strobe::sim
