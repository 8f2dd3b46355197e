#include "monitoring/snapshot.hpp"

#include "app/connector.hpp"
#include "monitoring/health.hpp"

namespace app {

monitoring::Snapshot Connector::snapshot() {
  monitoring::Snapshot out{.at = std::chrono::system_clock::now(), .started = started_};
  const auto* presence = registered_by_.load();
  out.links.push_back(
      monitoring::platform_link(presence ? presence->state() : opencti::PresenceState{}));
  {
    const std::lock_guard lock(consumer_mutex_);
    out.stopping = stopping_;
    if (consumer_) out.queued = consumer_->queued();
    out.links.push_back(listener_
                            ? monitoring::unused_link("broker_in")
                            : monitoring::broker_link(
                                  "broker_in", consumer_ ? consumer_->state() : net::AmqpState{}));
  }
  const auto publisher = sending_.publisher();
  out.links.push_back(publisher ? monitoring::broker_link("broker_out", *publisher)
                                : monitoring::unused_link("broker_out"));
  const auto breaker = lookup_.breaker();
  out.links.push_back(monitoring::kaspersky_link(breaker));
  out.links.push_back(settings_.lookups.cache_path.empty()
                          ? monitoring::unused_link("store")
                          : monitoring::store_link(lookup_.store_problem()));
  const auto load = pipeline_.load();
  out.waiting = load.waiting;
  out.under_way = load.under_way;
  out.breaker = monitoring::name_of(breaker.state);
  out.quota = monitoring::quota_state(lookup_.allowance(), lookup_.token_expires());
  return out;
}

}  // namespace app
