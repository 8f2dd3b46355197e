// Receives messages, processes several at one time, sends results in order, and settles each
// message last.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "os/thread.hpp"
#include "runtime/attempts.hpp"
#include "runtime/attempts_in_progress.hpp"
#include "runtime/enricher.hpp"
#include "runtime/finished_messages.hpp"
#include "runtime/hand_over.hpp"
#include "runtime/job.hpp"
#include "runtime/observer.hpp"
#include "runtime/playbook_answer.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/step_metrics.hpp"
#include "runtime/task.hpp"

namespace runtime {

struct PipelineOptions {
  int workers = 8;
  /// For reading the object plus the lookup, in one attempt.
  std::chrono::milliseconds find_timeout{180'000};
  /// For a message as a whole; see Job::give_up_at.
  std::chrono::milliseconds message_timeout{20 * 60'000};
  /// Must outlive the pipeline.
  std::vector<Observer*> observers;
  /// Whether messages in progress cannot be finished now: then stopping does not wait for them.
  std::function<bool()> cannot_finish = [] { return false; };
  /// The memory for results, which EnricherOptions has too; nullptr: not limited.
  ResultMemory* memory = nullptr;
  StepMetrics steps = {};
  /// Messages that were dropped.
  telemetry::Counter unreadable = {};
};

/// Guarantee: a message is acknowledged only after its bundle is confirmed by the broker and its
/// work is reported on, or after its playbook is answered. A crash at any point means that the
/// message is delivered again; ids are deterministic, so that a repeat changes nothing.
///
/// take() may be called from one thread at a time, finish() from another thread, load() from any.
class Pipeline final {
 public:
  /// All references must outlive this object.
  Pipeline(PipelineOptions options, const Enricher& enricher, const HandOver& hand_over,
           const PlaybookAnswer& playbooks, Settler& settler, Attempts& attempts,
           telemetry::Log log);
  /// Abandons messages in progress, and joins.
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// Does not wait. The consumer's prefetch limits the number of messages.
  void take(net::Delivery delivery);

  /// Gives back messages that were not begun, waits up to `grace` for messages in progress and for
  /// those that are `gone` (unless PipelineOptions::cannot_finish, or all wait for a right of the
  /// token's user), abandons the rest (not acknowledged, so delivered again), and joins all
  /// workers. Messages that were deferred before a lookup are given back too.
  /// @returns whether all other messages were finished and acknowledged
  bool finish(std::chrono::milliseconds grace);
  /// The number of messages that finish() abandoned, and that are not delivered again.
  [[nodiscard]] int lost() const { return lost_; }

  /// From now on results wait for older works of other replicas; a default-constructed value ends
  /// that.
  void share_order(OtherReplicas others) { scheduler_.publish_order().share(std::move(others)); }
  /// Other replicas may have let a result pass.
  void others_moved() { scheduler_.publish_order().recheck(); }

  [[nodiscard]] Load load() const { return scheduler_.load(); }

 private:
  /// The result of one part of the work on a task.
  enum class Step { waits_for_turn, done, not_done };

  void work(const std::stop_token& closing);
  [[nodiscard]] bool wait_for_end(std::chrono::milliseconds grace);
  [[nodiscard]] bool all_denied() const;
  [[nodiscard]] bool gone(const Job& job) const;
  [[nodiscard]] Step advance(Task& task);
  [[nodiscard]] Step begin(Task& task);
  [[nodiscard]] Step look_up(Task& task);
  [[nodiscard]] Step prepare(Task& task);
  [[nodiscard]] Step hand_back(Task& task);
  [[nodiscard]] Step fail(Task& task, const std::exception& bug);
  void ended(const Job& job, const EnrichmentResult& result) const;
  [[nodiscard]] bool renew(const net::Delivery& delivery, const std::string& key);
  void settle(const Task& task, bool done);
  void settle_done(const Job& job);
  void give_back(const Task& task, const std::exception& trouble) noexcept;
  [[nodiscard]] Step find_patiently(Task& task);
  [[nodiscard]] bool may_park(const Task& task) const;
  void drop(Task& task, std::string answer) const;
  static void note_stuck(Task& task, HandOverResult why);
  void wait_for_quota(const Task& task);
  /// Whether automatic requests wait for the quota now.
  [[nodiscard]] bool waits_for_quota() const;

  PipelineOptions options_;
  const Enricher& enricher_;
  const HandOver& hand_over_;
  const PlaybookAnswer& playbooks_;
  Settler& settler_;
  telemetry::Log log_;
  Attempts& attempts_;
  AttemptsInProgress in_progress_;
  FinishedMessages finished_;
  Scheduler scheduler_;
  std::atomic<std::chrono::steady_clock::time_point> quota_again_ =
      std::chrono::steady_clock::time_point();
  std::atomic<bool> closing_ = false;
  /// Since closing.
  std::atomic<int> unfinished_ = 0;
  std::atomic<int> lost_ = 0;
  /// Ends every wait of jobs in progress.
  std::stop_source abandon_;
  std::vector<os::Thread> workers_;
};

}  // namespace runtime
