// Publishes results to the platform's workers, through their queue on RabbitMQ.
#pragma once

#include <mutex>
#include <vector>

#include "net/amqp/publisher.hpp"
#include "opencti/out/output.hpp"
#include "opencti/out/worker_bundles.hpp"

namespace opencti {

/// A result as messages for the workers' queue.
struct QueueMessages {
  /// Without a delivery.
  Packed packed;
  /// One message per bundle (opencti-worker: push_handler.py; a JSON envelope with the bundle in
  /// base64).
  std::vector<net::AmqpMessage> messages;
};

/// The registration provides exchange, routing key and user, and in automatic mode decides between
/// whole and split.
[[nodiscard]] QueueMessages pack_for_queue(const Parcel& parcel, BundleMode mode,
                                           const Registration& registration);

class QueueOutput final : public Output {
 public:
  /// @param publisher must outlive this object.
  QueueOutput(net::AmqpPublisher& publisher, BundleMode mode, SentMetrics sent = {})
      : publisher_(publisher), mode_(mode), sent_(sent) {}

  void use(const Registration& registration) override;
  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  [[nodiscard]] Registration registration();

  net::AmqpPublisher& publisher_;
  BundleMode mode_;
  const SentMetrics sent_;
  std::mutex mutex_;
  Registration registration_;
};

/// The meaning of the broker's error for a result.
[[nodiscard]] SendAnswer answer_of(const net::Error& error);

}  // namespace opencti
