// A job with what has been made of it so far.
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
  /// Draws its number last, so that none is lost where memory is short.
  /// @param made when its work was made, by which replicas order theirs
  Task(Job its_job, PublishOrder& order, std::optional<std::int64_t> made = std::nullopt)
      : job(std::move(its_job)), turn(order, made) {
    job.number = turn.number();
  }

  Job job;
  Turn turn;
  /// Set together, once there is something to be published and nothing left to do but that.
  std::optional<Finding> finding;
  std::optional<Outgoing> outgoing;
  /// When that was.
  std::chrono::steady_clock::time_point ready;
  /// What could end the process has been begun.
  bool begun = false;
  /// It was begun, but sent back before anything was asked, because we are stopping.
  bool put_off = false;
  /// Why it is not done, where that is its own fault.
  std::string failure;
  /// Something else answers in the platform's place, to this message alone.
  bool stuck = false;
};

using TaskPtr = std::unique_ptr<Task>;

}  // namespace runtime
