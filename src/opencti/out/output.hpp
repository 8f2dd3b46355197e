// The port of outputs. An output packs what an enrichment found, and sends it to where it is
// wanted: the platform's workers, a workbench, a folder. How to write one: CONTRIBUTING.md, "An
// output".
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

/// Now, to the microsecond, or a little later: no two calls of a process return the same.
[[nodiscard]] std::chrono::system_clock::time_point unique_time();

/// What an enrichment found, with what outputs must know about it.
struct Parcel {
  /// Each id once; references before what refers to them is not required.
  std::vector<nlohmann::json> objects;
  /// Empty: the platform imports it without reporting on a work, and never drops it.
  WorkId work_id;
  DraftId draft_id;
  /// Empty: the connector's own user.
  std::string applicant_id;
  /// The object that was enriched.
  EntityId entity_id = {};
  /// A person is to decide what of it is imported, whatever the settings say.
  bool validate = false;
  /// Names the parcel's copies: all copies of one parcel have the same, no two parcels have.
  std::chrono::system_clock::time_point made = unique_time();
};

/// What an output answers to one attempt to send.
struct SendAnswer {
  enum class Kind {
    /// Everything is where it is to go: in a queue of the broker, on the platform, on the disk.
    done,
    /// It is not there yet, and waiting helps: an outage, a full disk.
    again,
    /// The same, but the registration has to be renewed first: it provides queues and credentials.
    register_again,
    /// This result was rejected; others may be taken. Some reject what they take a moment later (a
    /// queue that is full), so the caller may repeat the attempt a few times.
    never,
  };

  [[nodiscard]] static SendAnswer done() { return {Kind::done}; }
  [[nodiscard]] static SendAnswer again(std::string reason) {
    return {Kind::again, std::move(reason)};
  }
  [[nodiscard]] static SendAnswer register_again(std::string reason) {
    return {Kind::register_again, std::move(reason)};
  }
  [[nodiscard]] static SendAnswer never(std::string reason) {
    return {Kind::never, std::move(reason)};
  }
  /// Something between us and the receiver answered in its place. Where that happens to one result
  /// again and again, while others pass, the result is stuck.
  [[nodiscard]] static SendAnswer intercepted(std::string reason) {
    return {Kind::again, std::move(reason), true};
  }

  Kind kind = Kind::done;
  /// One line for the log and for the work, in the words of the one that did not take it. Holds no
  /// secret.
  std::string reason = {};
  /// See intercepted().
  bool by_intermediary = false;

  [[nodiscard]] explicit operator bool() const { return kind == Kind::done; }
};

/// Which side announces on a work how many objects to expect.
enum class Counting {
  /// The connector, before it sends.
  ours,
  /// The connector, before it sends; a platform that does it as well is seen by the figures.
  ours_or_theirs,
  /// The platform, or a worker of it, once it takes the bundle apart.
  theirs,
};

/// A result, packed by an output: made once, sent as often as it takes, by one thread at a time. It
/// must not outlive its output. A default one has nothing to send, and succeeds.
struct Packed {
  /// How many objects it holds.
  std::size_t objects = 0;
  /// How many objects the connector announces on the work, and whether others do.
  std::int64_t expectations = 0;
  Counting counting = Counting::ours;
  /// Ids of objects that cannot be sent, each with the reason.
  std::vector<std::string> dropped = {};
  /// What people should read on the work besides the result; mostly empty.
  std::string remark = {};
  /// Texts of the bundles that the platform's workers import; empty where they import nothing of
  /// it. May be moved away once it is sent.
  std::vector<std::string> bundles = {};

  /// One attempt. What is sent, and how often it was, is the output's own affair.
  using Delivery = std::function<SendAnswer(const Packed& itself, const net::Deadline& deadline)>;
  Delivery delivery = {};

  /// At least once: after an answer other than `done` some of it may be there too.
  [[nodiscard]] SendAnswer send(const net::Deadline& deadline) const {
    return delivery ? delivery(*this, deadline) : SendAnswer::done();
  }
};

/// A port: the pipeline knows nothing else of how results are sent. Thread-safe.
class Output {
 public:
  virtual ~Output() = default;

  /// Called before the first parcel, and after each registration.
  virtual void use(const Registration& /*registration*/) {}
  /// Sends nothing, and waits for nothing.
  [[nodiscard]] virtual Packed pack(const Parcel& parcel) = 0;
};

}  // namespace opencti
