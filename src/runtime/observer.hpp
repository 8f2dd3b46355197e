// Observes the messages of the pipeline, for metrics and the status page.
#pragma once

#include <chrono>
#include <string>

#include "opencti/ids.hpp"
#include "opencti/in/message.hpp"
#include "source/outcome.hpp"

namespace runtime {

/// A message that is done, except for its acknowledgement.
struct Ended {
  /// The end time.
  std::chrono::system_clock::time_point at;
  /// Duration since the delivery.
  std::chrono::milliseconds took{0};
  opencti::Mode mode = opencti::Mode::automatic;
  /// OpenCTI's id of the object, and its type (`IPv4-Addr`); the type may be empty.
  opencti::EntityId entity_id;
  std::string entity_type;
  /// The value that the source was asked about, and its kind (`hash`, `ip`, `domain`, `url`); both
  /// empty without a lookup. The value is untrusted, as the observable.
  std::string value;
  std::string kind;
  /// The source's rating (`red`); empty if there is none.
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
