#include "app/stores.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "app/options.hpp"
#include "runtime/file_attempts.hpp"
#include "runtime/file_playbooks.hpp"
#include "runtime/file_sent.hpp"
#include "runtime/shared_attempts.hpp"
#include "runtime/shared_playbooks.hpp"
#include "runtime/shared_sent.hpp"

namespace app {
namespace {

/// `pod-7f9c`: unique per container, so that people can distinguish replicas.
std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return fmt::format("{}:{}", name.data(), getpid());
}

storage::RedisOptions redis_options(const settings::Settings& settings) {
  auto address = storage::read_redis_address(settings.shared.url);
  if (!address) throw std::runtime_error("CONNECTOR_STORE " + address.error());
  address->ca = settings.shared.ca;
  address->certificate = settings.shared.certificate;
  address->key = settings.shared.key;
  // Each worker may receive so much at the same time.
  constexpr std::size_t of_all_workers = std::size_t{16} * 1024 * 1024;
  return {.address = std::move(*address),
          .prefix = fmt::format("opencti-connector:{{{}}}:", settings.connector.id),
          .more_than_expected =
              of_all_workers / static_cast<std::size_t>(std::max(settings.connector.workers, 1))};
}

/// Limits results that are kept in memory, to leave memory for other data.
runtime::SentResultsOptions sent_options(const settings::Settings& settings) {
  constexpr std::int64_t max_in_memory = std::int64_t{16} * 1024 * 1024;
  runtime::SentResultsOptions options;
  if (settings.shared.url.empty() && settings.policies.cache_path.empty()) {
    options.max_bytes = max_in_memory;
  }
  return options;
}

}  // namespace

SharedStore::SharedStore(const settings::Settings& settings, const telemetry::Log& log, As as)
    : redis_(redis_options(settings), log),
      replicas_({.name = host_name(), .guest = as == As::guest}, redis_, log) {}

Stores::Stores(const source::Product& product, const settings::Settings& settings,
               const telemetry::Log& log)
    : own_(store_options(product, settings), log) {
  if (settings.shared.url.empty()) {
    attempts_ = std::make_unique<runtime::FileAttempts>(own_, log);
    playbooks_ = std::make_unique<runtime::FilePlaybooks>(own_, log);
    sent_ = std::make_unique<runtime::FileSent>(sent_options(settings), own_, log);
    return;
  }
  const auto& shared = shared_.emplace(settings, log, SharedStore::As::replica).shared();
  attempts_ = std::make_unique<runtime::SharedAttempts>(shared, log);
  playbooks_ = std::make_unique<runtime::SharedPlaybooks>(shared, log);
  sent_ = std::make_unique<runtime::SharedSent>(sent_options(settings), shared, log);
}

}  // namespace app
