// The interface of outputs. An output packs the result of an enrichment, and sends it to its
// destination: the platform's workers, a workbench, a folder. How to write one: CONTRIBUTING.md,
// "An output".
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "net/deadline.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/ids.hpp"

namespace opencti {

/// The current time in microseconds, or slightly later, so that all calls in a process return
/// different times.
[[nodiscard]] std::chrono::system_clock::time_point unique_time();

/// The result of an enrichment, with the data that outputs need.
struct Parcel {
  /// Each id once, in any order.
  std::vector<nlohmann::json> objects;
  /// Empty: the platform imports it without reporting on a work, and never drops it.
  WorkId work_id;
  DraftId draft_id;
  /// Empty: the connector's own user.
  std::string applicant_id;
  /// The object that was enriched.
  EntityId entity_id = {};
  /// A person must validate it, independent of the settings.
  bool validate = false;
  /// Names the parcel's copies: equal for all copies of one parcel, different for each parcel.
  std::chrono::system_clock::time_point made = unique_time();
};

/// The result of one attempt to send.
struct SendAnswer {
  enum class Kind {
    /// Everything is at its destination: in a queue of the broker, on the platform, on the disk.
    done,
    /// It is not there yet, and a retry helps: an outage, a full disk.
    retry,
    /// The same, but the registration has to be renewed first: it provides queues and credentials.
    register_again,
    /// This result was rejected; others may be accepted. Some receivers accept later what they
    /// reject now (a full queue), so the caller may retry a few times.
    rejected,
  };

  [[nodiscard]] static SendAnswer done() { return {Kind::done}; }
  [[nodiscard]] static SendAnswer retry(std::string reason) {
    return {Kind::retry, std::move(reason)};
  }
  [[nodiscard]] static SendAnswer register_again(std::string reason) {
    return {Kind::register_again, std::move(reason)};
  }
  [[nodiscard]] static SendAnswer rejected(std::string reason) {
    return {Kind::rejected, std::move(reason)};
  }
  /// An intermediary answered in the receiver's place. If that happens repeatedly to one result,
  /// while others pass, that result is stuck.
  [[nodiscard]] static SendAnswer intercepted(std::string reason) {
    return {Kind::retry, std::move(reason), true};
  }

  Kind kind = Kind::done;
  /// One line for the log and for the work, in the receiver's words. Without secrets.
  std::string reason = {};
  /// See intercepted().
  bool by_intermediary = false;

  [[nodiscard]] explicit operator bool() const { return kind == Kind::done; }
};

/// Which side announces on a work how many objects to expect.
enum class AnnouncedBy {
  /// The connector, before it sends.
  connector,
  /// The connector, before it sends; the counts show whether the platform announces them too.
  connector_or_platform,
  /// The platform, or its worker, when it splits the bundle.
  platform,
};

/// A result, packed by an output once, and sent until it succeeds, by one thread at a time. It must
/// not outlive its output. A default-constructed one has nothing to send, and succeeds.
struct Packed {
  /// The number of its objects.
  std::size_t objects = 0;
  /// The number of objects that the connector announces on the work, and whether the platform
  /// announces them.
  std::int64_t expectations = 0;
  AnnouncedBy announced_by = AnnouncedBy::connector;
  /// Ids of objects that cannot be sent, each with the reason.
  std::vector<std::string> dropped = {};
  /// Additional text for people on the work; usually empty.
  std::string remark = {};
  /// Texts of the bundles that the platform's workers import; empty if they import nothing of it.
  /// May be moved away after sending.
  std::vector<std::string> bundles = {};

  /// Makes one attempt. The output itself knows what was sent already.
  using Delivery = std::function<SendAnswer(const Packed& itself, const net::Deadline& deadline)>;
  Delivery delivery = {};

  /// At least once: after an answer other than `done` a part may have arrived too.
  [[nodiscard]] SendAnswer send(const net::Deadline& deadline) const {
    return delivery ? delivery(*this, deadline) : SendAnswer::done();
  }
};

/// The only interface by which the pipeline sends results. Thread-safe.
class Output {
 public:
  virtual ~Output() = default;

  /// Called before the first parcel, and after each registration.
  virtual void use(const Registration& /*registration*/) {}
  /// Neither sends nor waits.
  [[nodiscard]] virtual Packed pack(const Parcel& parcel) = 0;
};

}  // namespace opencti
