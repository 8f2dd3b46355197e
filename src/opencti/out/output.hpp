// Sends what an enrichment found to where it is wanted; here to the platform's workers, through
// their queue. The other ways: push_output.hpp, workbench_output.hpp, copying_output.hpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "net/amqp_publisher.hpp"
#include "opencti/registration.hpp"
#include "telemetry/metrics.hpp"

namespace opencti {

/// The objects of one bundle, with what the workers must know about it.
struct Parcel {
  /// Each id once; references before what refers to them is not required.
  std::vector<nlohmann::json> objects;
  /// Empty: the platform imports it without reporting on a work, and never drops it.
  std::string work_id;
  std::string draft_id;
  /// Empty: the connector's own user.
  std::string applicant_id;
  /// The object that was enriched.
  std::string entity_id = {};
  /// A person is to decide what of it is imported, whatever the settings say.
  bool validate = false;
};

enum class BundleMode {
  /// Whole where the platform's workers can import it so, split elsewhere.
  automatic,
  /// The bundle in one message; the worker orders the objects by itself. For a draft it is split
  /// all the same.
  whole,
  /// One message for each object, dependencies first, as pycti sends them.
  split,
};

/// A file for a workbench, where a person decides what is imported.
struct WorkbenchFile {
  std::string name;
  std::string content;
  /// The object that it is about.
  std::string entity_id;
  /// Who may see it.
  std::vector<std::string> marking_ids;
};

/// A result as a file elsewhere.
struct BundleCopy {
  std::string name;
  /// A JSON object that lacks only its `bundle_type`.
  nlohmann::json document;
  /// Set once it is everywhere, so that trying the rest again does not write it anew.
  std::shared_ptr<std::atomic<bool>> done = std::make_shared<std::atomic<bool>>(false);
};

/// A result for a draft that is made when it is sent.
struct DraftDelivery {
  explicit DraftDelivery(Parcel its_parcel) : parcel(std::move(its_parcel)) {}

  std::mutex mutex;
  /// With the draft's id, once there is one.
  Parcel parcel;
};

/// Who tells a work how many objects to expect.
enum class Counting {
  /// The connector, before it sends.
  ours,
  /// The connector, before it sends; a platform that does it as well is seen by the figures.
  ours_or_theirs,
  /// The platform, or a worker of it, once it takes the bundle apart.
  theirs,
};

/// Ready to be sent: made once, sent as often as it takes. Each way out fills in what it sends.
struct Shipment {
  std::vector<net::AmqpMessage> messages;
  /// How many objects we announce on the work.
  std::int64_t expectations = 0;
  /// How many objects it holds.
  std::size_t objects = 0;
  /// Ids of objects that cannot be sent, each with the reason.
  std::vector<std::string> dropped;
  /// What people should read on the work besides the result; mostly empty.
  std::string remark = {};
  /// Texts of the bundles that the workers import; empty where it is not for them. And the work
  /// that it names.
  std::vector<std::string> bundles = {};
  std::string work_id = {};
  std::optional<WorkbenchFile> file = {};
  std::optional<BundleCopy> copy = {};
  std::shared_ptr<DraftDelivery> draft = {};
  Counting counting = Counting::ours;
};

/// Makes the messages (opencti-graphql and worker: push_handler.py; one JSON envelope each, with
/// the bundle in base64). Where, for whom, and whole or split, the registration tells.
[[nodiscard]] Shipment pack(const Parcel& parcel, BundleMode mode,
                            const Registration& registration);

/// What arrived in the workers' queue.
struct SentMetrics {
  /// Messages, each of which holds a bundle.
  telemetry::Counter bundles;
  telemetry::Counter objects;
};

/// A port: the pipeline's tests put a stand-in behind it. Thread-safe.
class Output {
 public:
  virtual ~Output() = default;

  [[nodiscard]] virtual Shipment pack(const Parcel& parcel) = 0;
  /// At least once: on success everything is where it is to go (in a queue of the broker, with the
  /// platform, on the disk); after an error some of it may be there too.
  [[nodiscard]] virtual net::Result<void> send(const Shipment& shipment,
                                               const net::Deadline& deadline) = 0;
};

class QueueOutput final : public Output {
 public:
  /// @param publisher must outlive this object.
  QueueOutput(net::AmqpPublisher& publisher, BundleMode mode, SentMetrics sent = {})
      : publisher_(publisher), mode_(mode), sent_(sent) {}

  /// To be called before the first parcel, and after each registration.
  void use(const Registration& registration);

  [[nodiscard]] Shipment pack(const Parcel& parcel) override;
  [[nodiscard]] net::Result<void> send(const Shipment& shipment,
                                       const net::Deadline& deadline) override;

 private:
  [[nodiscard]] Registration registration();

  net::AmqpPublisher& publisher_;
  BundleMode mode_;
  const SentMetrics sent_;
  std::mutex mutex_;
  Registration registration_;
};

}  // namespace opencti
