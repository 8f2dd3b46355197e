// The settings of any connector as typed values; a product's own settings are in the variables that
// its rows are bound to. Name, allowed values and default of each setting are in its row, in the
// file *_rows.cpp of its subject. Members are named as in config.yml.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "configuration/kind.hpp"
#include "opencti/out/copies.hpp"
#include "opencti/out/worker_bundles.hpp"
#include "source/score_policy.hpp"
#include "stix/pap.hpp"
#include "stix/tlp.hpp"
#include "telemetry/log.hpp"

namespace settings {

using configuration::TlsVerification;
using opencti::BundleMode;

struct OpenCti {
  /// http:// or https://, optionally with a path; no slash at the end.
  std::string url;
  std::string token;
  TlsVerification ssl_verify;
  /// Names and values, without duplicate names. They replace the connector's own headers of the
  /// same name.
  std::vector<std::pair<std::string, std::string>> custom_headers;
  bool json_logging = true;
};

struct Connector {
  std::string id;
  std::string name;
  /// Observable types as OpenCTI spells them, without duplicates; never empty.
  std::vector<std::string> scope;
  /// Enrich each observable when it is created (`connector.auto`).
  bool automatic = false;
  /// Enrich observables when they change, too.
  bool auto_update = false;
  std::string enrichment_resolution;
  bool only_contextual = false;
  /// Objects that are marked more strictly are not sent to the source.
  stix::Tlp max_tlp = stix::Tlp::amber;
  telemetry::Level log_level = telemetry::Level::error;
  BundleMode bundle_mode = BundleMode::automatic;
  int workers = 0;
  /// In MiB.
  int memory_limit = 0;
  /// Whether automatic requests that the connector's own results caused are enriched too.
  bool enrich_own_results = false;
  /// Whether results have their work's id, so that the platform counts their import.
  bool track_imports = true;
  std::chrono::seconds shutdown_grace{0};
};

/// How bundles get to the workers' queue: published on RabbitMQ, or through the platform's API.
enum class QueueProtocol { amqp, api };

/// Where results wait for an analyst with `connector.validate_before_import`.
enum class ValidationMode { workbench, draft };

/// Where results go (`connector.queue_protocol`, `connector.send_to_…`).
struct Sending {
  QueueProtocol queue_protocol = QueueProtocol::amqp;
  bool to_queue = true;
  bool validate_before_import = false;
  ValidationMode validation_mode = ValidationMode::workbench;
  opencti::CopyOptions copies;

  [[nodiscard]] bool validates_in(ValidationMode mode) const {
    return validate_before_import && validation_mode == mode;
  }
};

/// Whether messages are consumed from the queue, or posted by the platform's workers.
enum class ListenProtocol { amqp, api };

/// Where workers post messages; unused with ListenProtocol::amqp.
struct Listening {
  ListenProtocol protocol = ListenProtocol::amqp;
  /// An IP address; nothing if not set, see listening_address().
  std::optional<std::string> address;
  std::uint16_t port = 0;
  /// Begins with a slash.
  std::string path;
  bool ssl = false;
  /// Whether other hosts may send tokens and messages without TLS.
  bool plain = false;
  /// The URL for workers, without the path; nothing if not set, see callback_url().
  std::optional<std::string> uri;
  /// Certificate and key, each a file path or PEM text; empty if not set.
  std::string ssl_cert;
  std::string ssl_key;
  std::string ssl_passphrase;
};

/// Monitoring: one port for all, and one port for metrics only, as in connectors in Python.
struct Monitoring {
  /// Zero: closed.
  std::uint16_t port = 0;
  /// An IP address.
  std::string address;
  /// Empty: all clients can read status and metrics.
  std::string token;
  bool expose_metrics = false;
  std::uint16_t metrics_port = 0;
  /// An IP address.
  std::string metrics_address;
  /// May be empty, like the subsystem.
  std::string metrics_namespace;
  std::string metrics_subsystem;
};

/// Settings of the broker that override what the platform provides at registration.
struct Broker {
  std::optional<std::string> host;
  std::optional<std::uint16_t> port;
  std::optional<std::string> vhost;
  std::optional<bool> use_ssl;
  std::optional<std::string> user;
  std::optional<std::string> pass;
  /// Each a file path or PEM text; empty if not set.
  std::string use_ssl_ca;
  std::string use_ssl_cert;
  std::string use_ssl_key;
  std::string use_ssl_passphrase;
  bool use_ssl_reject_unauthorized = true;
};

/// What happens to automatic requests when the daily quota is exhausted.
enum class QuotaExhausted { fail, wait };

/// Settings with the product's prefix that apply to any source.
struct Policies {
  /// Objects that are marked more strictly are not sent to the source.
  stix::Pap max_pap = stix::Pap::amber;
  source::ScorePolicy score_policy = source::ScorePolicy::replace;
  QuotaExhausted quota_exhausted = QuotaExhausted::fail;
  bool fresh_for_manual = false;
  /// File of the store. Empty: in memory.
  std::string cache_path;
};

/// The Redis server that replicas share (`connector.store`).
struct SharedStore {
  /// In the form of storage::read_redis_address(); empty: a single instance.
  std::string url;
  // For TLS, each a path or PEM text; empty if not set.
  std::string ca;
  std::string certificate;
  std::string key;
};

struct Settings {
  OpenCti opencti;
  Connector connector;
  Sending sending;
  Listening listening;
  Monitoring monitoring;
  Broker mq;
  Policies policies;
  SharedStore shared;
  /// PEM text of additional trusted certificates; empty if not set.
  std::string https_ca_certificates;
};

}  // namespace settings
