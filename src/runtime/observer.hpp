// What the pipeline tells of the messages that pass through it, for metrics and the status page.
#pragma once

#include <chrono>
#include <string>

#include "opencti/ids.hpp"
#include "opencti/in/message.hpp"
#include "source/outcome.hpp"

namespace runtime {

/// A message that has been handed back: done with, but for its acknowledgement.
struct Ended {
  /// When that was.
  std::chrono::system_clock::time_point at;
  /// Since it was delivered.
  std::chrono::milliseconds took{0};
  opencti::Mode mode = opencti::Mode::automatic;
  /// OpenCTI's id of the object, and its type (`IPv4-Addr`); the type may be empty.
  opencti::EntityId entity_id;
  std::string entity_type;
  /// What the source was asked about, and how (`hash`, `ip`, `domain`, `url`); both empty where
  /// nothing was. The value is as hostile as the observable.
  std::string value;
  std::string kind;
  /// As the source rates the object (`red`); empty where it does not.
  std::string rating;
  source::Outcome outcome = source::Outcome::internal_error;
  /// One or two sentences for people.
  std::string text;
};

/// Implementations are thread-safe, quick, and do not throw.
class Observer {
 public:
  Observer() = default;
  virtual ~Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  virtual void ended(const Ended& ended) = 0;
};

}  // namespace runtime
