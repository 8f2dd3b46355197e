#include "app/snapshot.hpp"

#include "app/connector.hpp"

namespace app {
namespace {

std::string name_of(kaspersky::BreakerState state) {
  switch (state) {
    case kaspersky::BreakerState::closed:
      return "closed";
    case kaspersky::BreakerState::open:
      return "open";
    case kaspersky::BreakerState::probing:
      break;
  }
  return "probing";
}

}  // namespace

Snapshot Connector::snapshot() {
  Snapshot out{.at = std::chrono::system_clock::now(),
               .started = started_,
               .breaker = name_of(lookup_.breaker_state())};
  const std::lock_guard lock(consumer_mutex_);
  out.stopping = stopping_;
  if (consumer_) out.queued = consumer_->queued();
  const auto figures = lookup_.used_today();
  out.quota.used_here = figures.ours;
  out.quota.used_by_all = figures.all;
  out.quota.limit = figures.quota;
  return out;
}

}  // namespace app
