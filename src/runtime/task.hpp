// A job with its progress so far.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "runtime/hand_over.hpp"
#include "runtime/job.hpp"
#include "runtime/publish_order.hpp"

namespace runtime {

struct Task {
  /// Draws its number last, so that no number is lost if memory is short.
  /// @param made creation time of its work, by which replicas order works
  Task(Job its_job, PublishOrder& order, std::optional<std::int64_t> made = std::nullopt)
      : job(std::move(its_job)), turn(order, made) {
    job.number = turn.number();
  }

  Job job;
  Turn turn;
  /// The lookup was made, but there was no memory for its result until the turn comes: it is made
  /// again then. From the answer if that was kept, otherwise from the cache, or with a second
  /// request if that does not have it.
  bool dropped = false;
  std::string answer = {};
  ResultMemory::Lease answer_memory = {};
  /// Set together when the result is ready to be published.
  std::optional<EnrichmentResult> result;
  std::optional<Outgoing> outgoing;
  /// When it became ready.
  std::chrono::steady_clock::time_point ready;
  /// An attempt was begun that could crash the process.
  bool begun = false;
  /// It was begun, but given back before a lookup because of a stop.
  bool deferred = false;
  /// Why it failed, if the message is the cause.
  std::string failure;
  /// It is postponed: an intermediary answers in the platform's place for this message only, or a
  /// store or memory was not available for a while.
  bool stuck = false;
};

using TaskPtr = std::unique_ptr<Task>;

}  // namespace runtime
