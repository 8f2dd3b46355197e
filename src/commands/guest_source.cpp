#include "commands/guest_source.hpp"

#include <utility>

#include "app/options.hpp"

namespace commands {
GuestSource::GuestSource(const source::Product& product, const settings::Settings& settings,
                         GuestStore store, const telemetry::Log& log)
    : store_(std::move(store)),
      source_(product.make({.log = log,
                            .store = *store_.database,
                            .http = app::http_options(product, settings),
                            .workers = settings.connector.workers})) {}

std::optional<source::RequestsToday> GuestSource::requests_today() const {
  return source_->requests_today(store_.counted == GuestStore::Counted::here
                                     ? source::Counted::here
                                     : source::Counted::elsewhere);
}

std::string GuestSource::requests_left() const {
  return requests_left_text(requests_today(), store_.counted);
}

}  // namespace commands
