#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/bounded_queue.h"
#include "ingest/otlp_door.h"
#include "ingest/pipeline.h"
#include "ingest/worker.h"
#include "sim/model.h"
#include "sim/story.h"
#include "sim/weather.h"
#include "sim/world.h"
#include "store/store.h"

namespace strobe::sim {

// What is wrong on purpose, to see whether it is found.
enum class Plant {
  none,
  early_answer,  // the server answers before the commit
  lost_row,      // somebody deletes a row of the store that was acknowledged
  no_retry,      // a client forgets what was refused
};

// The process under test: the product's door, queue, worker and store, with the turns of its thread as events.
class Server : public ingest::Intake {
 public:
  struct Place {
    World& world;
    Weather& weather;
    Model& model;
    Counts& counts;
    std::string path;
    std::function<void()> on_start;  // the store is open
    std::function<void()> on_death;  // the disk died under it
    Plant plant = Plant::none;
  };
  explicit Server(Place place);

  // Now, or as soon as the store can be opened.
  void start();
  // As a signal asks for: what is queued is answered, then it starts anew.
  void stop();
  // Nothing is answered any more, nothing is written.
  void crash();
  // The store was open at least once.
  bool has_started() const { return has_started_; }
  // When the last turn with submissions ended.
  Time last_commit() const { return last_commit_; }
  bool is_running() const { return worker_ != nullptr && !queue_->closed(); }
  // Nothing waits: no submission, no trace to derive, no text to index.
  bool is_idle() const;
  store::Store& store() { return *store_; }

  // As a transport hands it over. `reply` is called once, or never when the process ends before.
  void receive(const Request& request, uint64_t source, std::function<void(const ingest::OtlpAnswer&)> reply);
  bool submit(ingest::Submission& submission) override;
  size_t room(uint64_t source) const override { return queue_->room(source); }
  std::chrono::milliseconds refuse() override;

 private:
  // Plant::early_answer.
  static void answer_early(ingest::Submission& submission);
  void schedule_turn(Time delay);
  void turn();
  void stopped();
  // What an answer means for the promises.
  void judge(const Request& request, const ingest::OtlpAnswer& answer);

  const Place place_;
  ingest::PipelineOptions options_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<RefusingQueue<ingest::Submission>> queue_;
  std::unique_ptr<ingest::Worker> worker_;
  uint64_t life_ = 0;       // grows with every start and end
  uint64_t next_turn_ = 0;  // the turn that is scheduled; those scheduled before are off
  bool has_started_ = false;
  Time last_commit_{0};
  bool is_turn_soon_ = false;
  size_t heaviest_ = 0;           // of all submissions
  bool was_refused_ = false;      // by the queue, the request that is being received
  uint64_t damages_at_turn_ = 0;  // when the turn began that is under way
};

}  // namespace strobe::sim
