// Hands results to the platform's API, which puts them into the workers' queue: no connection to
// RabbitMQ is needed.
#pragma once

#include <string>
#include <utility>

#include "opencti/client/graphql.hpp"
#include "opencti/out/output.hpp"
#include "opencti/out/worker_bundles.hpp"

namespace opencti {

/// What the platform makes of a bundle (opencti-graphql: domain/stix.js) cannot be chosen:
/// applicant is the connector's own user, objects that match several existing ones merge them, and
/// drafts are not known: a parcel with one must not come here.
///
/// A whole bundle is split by the workers, which then announce its objects themselves; newer
/// platforms do both at once, and for single objects too.
class PushOutput final : public Output {
 public:
  /// @param client must outlive this object.
  PushOutput(const GraphqlClient& client, std::string connector_id, BundleMode mode,
             SentMetrics sent = {})
      : client_(client), connector_id_(std::move(connector_id)), mode_(mode), sent_(sent) {}

  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  [[nodiscard]] SendAnswer push(const Packed& packed, const WorkId& work_id,
                                const net::Deadline& deadline) const;

  const GraphqlClient& client_;
  std::string connector_id_;
  BundleMode mode_;
  SentMetrics sent_;
};

}  // namespace opencti
