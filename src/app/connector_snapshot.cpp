#include "app/connector.hpp"
#include "monitoring/health.hpp"
#include "monitoring/snapshot.hpp"

namespace app {
namespace {

/// Limits texts of the platform, the broker and the store's library, which every client of the port
/// can read.
constexpr std::size_t longest_detail = 600;

}  // namespace

monitoring::Snapshot Connector::snapshot() {
  monitoring::Snapshot out{.at = std::chrono::system_clock::now(), .started = started_};
  if (log_lines_dropped_) out.log_lines_dropped = log_lines_dropped_();
  out.links.push_back(monitoring::platform_link(presence_.state(), graphql_.token_rejected()));
  {
    const std::lock_guard lock(consumer_mutex_);
    out.stopping = stopping_;
    if (consumer_) {
      out.queued = consumer_->queued();
      out.deferred = consumer_->deferred();
    }
    out.links.push_back(listener_
                            ? monitoring::unused_link("broker_in")
                            : monitoring::broker_link(
                                  "broker_in", consumer_ ? consumer_->state() : net::AmqpState{}));
  }
  const auto publisher = sending_.publisher();
  out.links.push_back(publisher ? monitoring::broker_link("broker_out", *publisher)
                                : monitoring::unused_link("broker_out"));
  out.source = source_->state();
  out.links.push_back(monitoring::source_link(word_of_source(product_), out.source));
  out.links.push_back(store_link(out.source.store_problem));
  if (auto* shared = stores_.shared()) {
    out.links.push_back(monitoring::shared_store_link(shared->redis.problem()));
    out.replicas.emplace().name = shared->replicas.name();
    for (const auto& other : shared->replicas.others()) {
      out.replicas->others.push_back({other.name, other.started});
    }
  }
  const auto load = pipeline_.load();
  out.waiting = load.waiting;
  out.under_way = load.under_way;
  out.not_seen_imported = static_cast<std::size_t>(sent_.size());
  if (listener_) {
    const auto accepted = listener_->waiting();
    out.waiting += accepted.next;
    out.deferred = accepted.held_back;
  }
  for (auto& link : out.links) {
    link.detail = monitoring::presentable(log_.redacted(link.detail), longest_detail);
  }
  return out;
}

monitoring::Link Connector::store_link(const std::string& problem) const {
  const auto inbox_problem = listener_ ? listener_->problem() : std::string();
  const auto setting = source::setting(product_, "CACHE_PATH");
  if (!inbox_problem.empty()) {
    return monitoring::store_link(inbox_problem + "; messages stay with the platform", setting,
                                  true);
  }
  if (settings_.policies.cache_path.empty()) return monitoring::unused_link("store");
  return monitoring::store_link(problem, setting);
}

}  // namespace app
