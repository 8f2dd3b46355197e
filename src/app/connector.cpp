#include "app/connector.hpp"

#include <fmt/format.h>

#include "app/memory_limit.hpp"
#include "app/options.hpp"
#include "net/http/clock_watch.hpp"
#include "opencti/client/version.hpp"
#include "opencti/out/draft_output.hpp"
#include "settings/listening_rows.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;

/// So that each worker finds its next message waiting.
constexpr std::size_t messages_per_worker = 2;
constexpr auto flush_timeout = 2s;

bool by_http(const settings::Settings& settings) {
  return settings.listening.protocol == settings::ListenProtocol::api;
}

runtime::EnricherOptions enricher_options(const settings::Settings& settings,
                                          runtime::ResultMemory& memory,
                                          const runtime::StepMetrics& steps) {
  return {.scope = settings.connector.scope,
          .limits = {.tlp = settings.connector.max_tlp, .pap = settings.policies.max_pap},
          .score_policy = settings.policies.score_policy,
          .enrich_own_results = settings.connector.enrich_own_results,
          .wait_for_quota = settings.policies.quota_exhausted == settings::QuotaExhausted::wait,
          .drafts = reaches_drafts(settings.sending),
          .fresh_for_manual = settings.policies.fresh_for_manual,
          .memory = &memory,
          .steps = steps};
}

/// Reports each missing right once, and again if it was granted and removed. Rights that are rarely
/// needed are reported when an operation needs them.
void report_missing_rights(const telemetry::Log& log, const source::Product& product,
                           const settings::Settings& settings, const opencti::TokenUser& user,
                           std::set<std::string_view>& said) {
  std::set<std::string_view> missing;
  for (const auto& right : user.lacking(used_rights(product, settings, user))) {
    if (right.capability == opencti::needed::works.capability ||
        right.capability == opencti::needed::sharing.capability) {
      continue;
    }
    missing.insert(right.capability);
    if (said.contains(right.capability)) continue;
    const bool necessary = right.need == opencti::Need::necessary;
    log.line(necessary ? telemetry::Level::error : telemetry::Level::warning,
             "The connector's user lacks a right",
             {{"right", right.capability},
              {"lost", right.without},
              {"advice", opencti::how_to_give(right)}});
  }
  said = std::move(missing);
}

opencti::PresenceOptions presence_options(const source::Product& product,
                                          const settings::Settings& settings,
                                          const Instruments& instruments) {
  opencti::PresenceOptions presence;
  presence.identity = identity(product, settings.connector);
  presence.with_storage = needs_storage(settings);
  presence.pings = instruments.of_connector().pings;
  presence.failed_pings = instruments.of_connector().failed_pings;
  if (by_http(settings))
    presence.identity.callback_url = settings::callback_url(settings.listening);
  return presence;
}

void warn_of_clock(const telemetry::Log& log, const net::ClockReading& reading) {
  log.warning(fmt::format("The clock of this host is {} the platform's", difference_text(reading)),
              {{"times", both_times(reading)},
               {"advice", fmt::format("synchronise the clocks (NTP): otherwise {}",
                                      consequence_of_wrong_clock)}});
}

/// Adds the memory budget, and log lines about an intermediary that answers in the platform's
/// place, and about clocks that differ.
opencti::GraphqlOptions with_budget_and_log(opencti::GraphqlOptions options,
                                            net::MemoryBudget& memory, const telemetry::Log& log) {
  options.memory = &memory;
  options.http.clock = std::make_shared<net::ClockWatch>(net::ClockWatchOptions{
      .report = [log](const net::ClockReading& reading) { warn_of_clock(log, reading); }});
  options.intermediary.report = [log](const std::optional<std::string>& what) {
    if (what) {
      log.error("Something else answers in the platform's place, waiting for the platform",
                {{"reason", *what}});
    } else {
      log.info("The platform itself answers again");
    }
  };
  return options;
}

std::size_t max_under_way(const settings::Settings& settings) {
  return static_cast<std::size_t>(settings.connector.workers) * messages_per_worker;
}

}  // namespace

void ConsumerSettler::acknowledge(net::DeliveryTag tag) {
  if (auto* consumer = consumer_.load()) consumer->acknowledge(tag);
}
void ConsumerSettler::reject(net::DeliveryTag tag) {
  if (auto* consumer = consumer_.load()) consumer->reject(tag);
}
void ConsumerSettler::give_back(net::DeliveryTag tag) {
  if (auto* consumer = consumer_.load()) consumer->give_back(tag);
}
void ConsumerSettler::hold_back(std::chrono::system_clock::time_point until) {
  if (auto* consumer = consumer_.load()) consumer->make_room(runtime::steady_time_of(until));
}
void ConsumerSettler::defer(net::DeliveryTag tag) {
  if (auto* consumer = consumer_.load()) consumer->defer(tag);
}
void ConsumerSettler::postpone(net::DeliveryTag tag) {
  if (auto* consumer = consumer_.load()) consumer->postpone(tag);
}
net::DeliveryState ConsumerSettler::delivery_state(net::DeliveryTag tag) const {
  const auto* consumer = consumer_.load();
  return consumer != nullptr ? consumer->delivery_state(tag) : net::DeliveryState::requeued;
}

Connector::Connector(const source::Product& product, const settings::Settings& settings,
                     monitoring::Journal& journal, telemetry::Log log,
                     std::function<std::uint64_t()> log_lines_dropped)
    : product_(product),
      settings_(settings),
      log_(std::move(log)),
      log_lines_dropped_(std::move(log_lines_dropped)),
      instruments_(settings_.monitoring.metrics_namespace, settings_.monitoring.metrics_subsystem,
                   product_),
      messages_(share_of_messages(memory_limit(settings_)), [this] { trimmer_.trim_soon(); }),
      answers_(share_of_answers(memory_limit(settings_)), [this] { trimmer_.trim_soon(); }),
      results_(share_of_results(memory_limit(settings_)), [this] { trimmer_.trim_soon(); }),
      platform_answers_(share_of_platform, [this] { trimmer_.trim_soon(); }),
      graphql_(with_budget_and_log(graphql_options(product_, settings_), platform_answers_, log_)),
      platform_(graphql_, log_),
      stores_(product_, settings_, log_),
      source_(product_.make({.log = log_,
                             .store = stores_.own(),
                             .http = http_options(product_, settings_),
                             .memory = &answers_,
                             .workers = settings_.connector.workers,
                             .metrics = instruments_.for_source(),
                             .shared = stores_.shared()})),
      presence_(presence_options(product_, settings_, instruments_), graphql_, log_),
      sending_(settings_, identity(product_, settings_.connector), graphql_,
               http_options(product_, settings_), log_, instruments_.sent(),
               [this] { register_again(); }),
      listener_(by_http(settings_) ? std::make_unique<Listener>(
                                         settings_, max_under_way(settings_), stores_.own(),
                                         messages_, answers_, [this] { register_again(); }, log_)
                                   : nullptr),
      sent_(stores_.sent()),
      enricher_(enricher_options(settings_, results_, instruments_.steps()), platform_, *source_),
      hand_over_(
          {.platform = platform_,
           .output = sending_.output(),
           .patience = patience(),
           .sent = sent_,
           .register_again = [this] { register_again(); },
           .track_imports = settings_.connector.track_imports,
           .announces_alone = settings_.sending.queue_protocol == settings::QueueProtocol::amqp,
           .steps = instruments_.steps()}),
      playbooks_({.platform = platform_,
                  .patience = patience(),
                  .ledger = stores_.playbooks(),
                  .steps = instruments_.steps(),
                  .memory = &results_}),
      pipeline_({.workers = settings_.connector.workers,
                 .observers = {&journal, &instruments_},
                 .cannot_finish = [this] { return graphql_.token_rejected(); },
                 .memory = &results_,
                 .steps = instruments_.steps(),
                 .unreadable = instruments_.of_connector().unreadable},
                enricher_, hand_over_, playbooks_, settler(), stores_.attempts(), log_) {
  if (auto* workers = sending_.to_workers()) {
    watch_.emplace(
        runtime::ImportWatchOptions{.sent_again = instruments_.of_connector().sent_again},
        platform_, *workers, sent_, log_);
  }
  open_ports(journal);
  if (listener_) {
    listener_->start(pipeline_);
  } else {
    warn_of_accepted();
  }
  start_presence();
}

void Connector::open_ports(const monitoring::Journal& journal) {
  if (settings_.monitoring.expose_metrics) {
    metrics_endpoint_.emplace(
        settings_.monitoring, [this] { return metrics(); }, log_);
  }
  if (settings_.monitoring.port != 0) {
    monitor_.emplace(product_, settings_, *source_,
                     monitoring::RoutesSources{.snapshot = [this] { return snapshot(); },
                                               .journal = [&journal] { return journal.contents(); },
                                               .metrics = [this] { return metrics(); }},
                     log_);
  }
}

void Connector::start_presence() {
  presence_.start(
      [this](const opencti::Registration& registration) { on_registered(registration); },
      [this](const opencti::TokenUser& user, const net::Deadline& deadline) {
        on_user(user, deadline);
      });
}

Connector::~Connector() {
  stop(0ms);
  if (const auto* shared = stores_.shared()) shared->replicas.on_others_moved({});
}

net::AmqpConnectionOptions Connector::connection(const opencti::Registration& registration,
                                                 const char* purpose) const {
  return broker_connection(product_, settings_, registration.broker, purpose);
}

runtime::Settler& Connector::settler() {
  if (listener_) return listener_->settler();
  return settler_;
}

runtime::Patience Connector::patience() {
  return runtime::Patience(settler(), {.heard_since =
                                           [this](std::chrono::steady_clock::time_point time) {
                                             return graphql_.heard_since(time);
                                           },
                                       .replicas = stores_.shared() != nullptr,
                                       .fresh_for_manual = settings_.policies.fresh_for_manual,
                                       .denied = denied_});
}

void Connector::warn_of_accepted() {
  const auto left = runtime::Inbox::left_in(stores_.own());
  if (left == 0) return;
  log_.warning("Messages that were accepted earlier are not finished",
               {{"messages", left},
                {"advice", "start once with CONNECTOR_LISTEN_PROTOCOL=api to finish them"}});
}

void Connector::register_again() { presence_.renew(); }

void Connector::on_registered(const opencti::Registration& registration) {
  log_.hide(registration.broker.password);
  if (registration.storage) log_.hide(registration.storage->secret_key);
  sending_.use(registration, connection(registration, "publisher"));
  enricher_.use(registration.user_id);
  hand_over_.set_drops_late_results(opencti::drops_overtaken_works(registration.platform_version));
  order_with_others(registration.platform_version);
  if (watch_) watch_->start();
  if (listener_) return listener_->use(registration);
  consume(registration);
}

void Connector::order_with_others(std::string_view platform_version) {
  const auto* shared = stores_.shared();
  if (shared == nullptr) return;
  if (!opencti::drops_overtaken_works(platform_version)) return pipeline_.share_order({});
  auto& replicas = shared->replicas;
  pipeline_.share_order(
      {.set_oldest = [&replicas](auto made) { replicas.set_oldest(made); },
       .oldest_of_others = [&replicas] { return replicas.oldest_of_others(); },
       .wait_for_others = [&replicas](bool waiting) { replicas.wait_for_others(waiting); }});
  replicas.on_others_moved([this] { pipeline_.others_moved(); });
}

void Connector::on_user(const opencti::TokenUser& user, const net::Deadline& deadline) {
  enricher_.use(user);
  report_missing_rights(log_, product_, settings_, user, rights_said_);
  if (!settings_.sending.validates_in(settings::ValidationMode::draft)) return;
  const auto drafts = opencti::has_drafts(graphql_, deadline);
  if (drafts && !*drafts) {
    log_.error("This platform has no drafts: results cannot wait in one",
               {{"advice", "set CONNECTOR_VALIDATION_MODE=workbench"}});
  }
}

void Connector::consume(const opencti::Registration& registration) {
  const std::lock_guard lock(consumer_mutex_);
  if (stopping_) return;
  auto consuming = connection(registration, "consumer");
  if (consumer_) return consumer_->reconfigure(std::move(consuming), registration.listen_queue);
  consumer_ = std::make_unique<net::AmqpConsumer>(
      net::AmqpConsumerOptions{.connection = std::move(consuming),
                               .queue = registration.listen_queue,
                               .prefetch = static_cast<std::uint16_t>(max_under_way(settings_)),
                               .max_body = longest_message(messages_.largest()),
                               .memory = &messages_,
                               .cost = cost_of_message},
      log_, [this](net::Delivery delivery) { pipeline_.take(std::move(delivery)); },
      [this] { register_again(); });
  settler_.use(consumer_.get());
  consumer_->start();
}

void Connector::stop_watching() {
  if (watch_) watch_->stop();
  const auto left = sent_.size();
  if (left == 0 || !settings_.policies.cache_path.empty() || stores_.shared() != nullptr) return;
  log_.info(
      "The imports of the last results are no longer watched: if the platform drops results, they "
      "are not sent again",
      {{"results", left}, {"advice", "set " + source::setting(product_, "CACHE_PATH")}});
}

std::string Connector::metrics() { return instruments_.text(snapshot(), *source_); }

Connector::Stopped Connector::stop(std::chrono::milliseconds grace) {
  {
    const std::lock_guard lock(consumer_mutex_);
    if (stopping_) return Stopped::finished;
    stopping_ = true;
    if (consumer_) consumer_->stop_taking();
  }
  const auto end = net::Deadline::after(grace);
  if (listener_) listener_->stop_taking(end);
  source_->stop();
  stop_watching();
  auto stopped = pipeline_.finish(end.remaining()) ? Stopped::finished : Stopped::rest_given_back;
  if (const auto lost = pipeline_.lost(); lost > 0) {
    log_.error(
        "Messages are lost: their queue was deleted, and they could not be finished before the "
        "stop",
        {{"messages", lost}});
    stopped = Stopped::some_lost;
  }
  if (listener_ && !listener_->stop()) stopped = Stopped::some_lost;
  if (consumer_ && !consumer_->flush(net::Deadline::after(flush_timeout))) {
    log_.warning(
        "Not every acknowledgement reached the broker; some messages will be delivered again");
    if (stopped == Stopped::finished) stopped = Stopped::rest_given_back;
  }
  metrics_endpoint_.reset();
  monitor_.reset();
  settler_.use(nullptr);
  // In this order: the consumer may request a registration, which does not start a consumer any
  // more.
  consumer_.reset();
  presence_.stop();
  return stopped;
}

}  // namespace app
