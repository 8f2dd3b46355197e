// Sends results to the platform's API, which puts them into the workers' queue, without a
// connection to RabbitMQ.
#pragma once

#include <string>
#include <utility>

#include "opencti/client/graphql.hpp"
#include "opencti/out/output.hpp"
#include "opencti/out/worker_bundles.hpp"

namespace opencti {

/// The platform's import of such a bundle (opencti-graphql: domain/stix.js) has no options: the
/// applicant is the connector's own user, objects that match several existing ones merge them, and
/// drafts are not supported: parcels for a draft must not be packed here.
///
/// Workers split a whole bundle, and announce its objects themselves. Newer platforms do both when
/// they receive it, for single objects too.
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
