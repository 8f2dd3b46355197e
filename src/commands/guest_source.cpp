#include "commands/guest_source.hpp"

#include <utility>

#include "app/options.hpp"
#include "tip/lookup_chain.hpp"
#include "tip/tip_source.hpp"

namespace commands {
namespace {

std::unique_ptr<source::Source> source_of(const source::Product& product,
                                          const settings::Settings& settings,
                                          storage::Database& store, const telemetry::Log& log) {
  return std::make_unique<tip::TipSource>(
      tip::TipSourceOptions{.enrichment = app::enrichment_options(settings.kaspersky)},
      app::lookup_chain_options(product, settings), store, log);
}

}  // namespace

GuestSource::GuestSource(const source::Product& product, const settings::Settings& settings,
                         GuestStore store, const telemetry::Log& log)
    : store_(std::move(store)), source_(source_of(product, settings, *store_.database, log)) {}

std::optional<source::RequestsToday> GuestSource::requests_today() const {
  return source_->requests_today(store_.counted == GuestStore::Counted::here
                                     ? source::Counted::here
                                     : source::Counted::elsewhere);
}

std::string GuestSource::requests_left() const {
  return requests_left_text(requests_today(), store_.counted);
}

}  // namespace commands
