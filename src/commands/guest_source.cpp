#include "commands/guest_source.hpp"

#include <utility>

#include "app/options.hpp"

namespace commands {
namespace {

std::optional<app::SharedStore> shared_store(const settings::Settings& settings,
                                             const telemetry::Log& log) {
  if (settings.shared.url.empty()) return std::nullopt;
  return std::optional<app::SharedStore>(std::in_place, settings, log, app::SharedStore::As::guest);
}

net::HttpClientOptions with_clock(net::HttpClientOptions options,
                                  std::shared_ptr<net::ClockWatch> clock) {
  options.clock = std::move(clock);
  return options;
}

}  // namespace

GuestSource::GuestSource(const source::Product& product, const settings::Settings& settings,
                         GuestStore store, const telemetry::Log& log,
                         std::shared_ptr<net::ClockWatch> clock)
    : store_(std::move(store)),
      shared_(shared_store(settings, log)),
      source_(
          product.make({.log = log,
                        .store = *store_.database,
                        .http = with_clock(app::http_options(product, settings), std::move(clock)),
                        .workers = settings.connector.workers,
                        .shared = shared_ ? &shared_->shared() : nullptr})) {}

std::string GuestSource::shared_problem() const { return shared_ ? shared_->problem() : ""; }

GuestStore::Counted GuestSource::counted() const {
  if (!shared_) return store_.counted;
  return shared_problem().empty() ? GuestStore::Counted::here : GuestStore::Counted::nowhere;
}

std::optional<source::RequestsToday> GuestSource::requests_today() const {
  return source_->requests_today(
      counted() == GuestStore::Counted::here ? source::Counted::here : source::Counted::elsewhere);
}

std::string GuestSource::requests_left() const {
  return requests_left_text(requests_today(), counted());
}

}  // namespace commands
