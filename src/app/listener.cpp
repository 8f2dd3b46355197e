#include "app/listener.hpp"

#include <algorithm>

#include "app/memory_limit.hpp"
#include "settings/listening_rows.hpp"

namespace app {
namespace {

/// Maximum size of waiting messages, in bytes.
constexpr std::size_t kept_on_disk = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kept_in_memory = std::size_t{16} * 1024 * 1024;

net::HttpServerOptions server_options(const settings::Listening& settings,
                                      std::size_t largest_message) {
  net::HttpServerOptions options;
  options.address = settings::listening_address(settings);
  options.port = settings.port;
  if (settings.ssl) {
    options.tls = net::HttpServerTls{.certificate = settings.ssl_cert,
                                     .key = settings.ssl_key,
                                     .passphrase = settings.ssl_passphrase};
  }
  // Bodies are read only after the token was accepted.
  options.limits.body_bytes = largest_message;
  return options;
}

}  // namespace

Listener::Listener(const settings::Settings& settings, std::size_t under_way,
                   storage::Database& store, net::MemoryBudget& memory,
                   net::MemoryBudget& short_lived, std::function<void()> renew_keys,
                   telemetry::Log log)
    : log_(log),
      durable_(!settings.policies.cache_path.empty()),
      server_options_(server_options(
          settings.listening, std::min(longest_message(memory.largest()), short_lived.largest()))),
      short_lived_(short_lived),
      inbox_({.under_way = under_way,
              .bytes = durable_ ? kept_on_disk : kept_in_memory,
              .memory = &memory,
              .cost = cost_of_message},
             store, log),
      callback_(
          {.path = settings.listening.path,
           .recipients = {settings.connector.id, settings::callback_url(settings.listening)},
           .largest_message = server_options_.limits.body_bytes},
          {.take = [this](const std::string& body, bool cut) { return inbox_.take(body, cut); },
           .renew_keys = std::move(renew_keys)},
          std::move(log)) {}

void Listener::start(runtime::Pipeline& pipeline) {
  pipeline_ = &pipeline;
  server_.emplace(
      server_options_,
      net::HttpServerHandler{
          .screen = [this](const auto& request) { return callback_.screen(request); },
          .admit = [this](std::size_t size) -> std::shared_ptr<void> {
            auto lease = short_lived_.try_take(size);
            if (!lease) return nullptr;
            return std::make_shared<net::MemoryBudget::Lease>(std::move(*lease));
          },
          .answer = [this](const auto& request, const auto&) { return callback_.answer(request); },
          .too_large = [this](const auto& request) { return callback_.answer_cut(request); }},
      log_);
  log_.info("Listening for messages", {{"address", server_options_.address},
                                       {"port", server_->port()},
                                       {"tls", server_options_.tls.has_value()}});
}

void Listener::use(const opencti::Registration& registration) {
  begin();
  callback_.learn(registration.jwks);
}

void Listener::begin() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(begun_, true)) return;
  inbox_.start([this](net::Delivery delivery) { pipeline_->take(std::move(delivery)); });
}

void Listener::stop_taking(const net::Deadline& deadline) {
  {
    const std::lock_guard lock(mutex_);
    begun_ = true;
  }
  inbox_.stop_taking();
  if (!durable_) inbox_.drain(deadline);
  inbox_.stop_handing_on();
}

bool Listener::stop() {
  const auto left = inbox_.stop();
  if (left > 0) {
    log_.line(durable_ ? telemetry::Level::info : telemetry::Level::error,
              durable_ ? "Accepted messages are kept for the next start"
                       : "Accepted messages are lost: they were kept in memory only",
              {{"messages", left}});
  }
  server_.reset();
  return left == 0 || durable_;
}

}  // namespace app
