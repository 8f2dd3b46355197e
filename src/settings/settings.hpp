// The settings that any connector has, as typed values; a product's own are where its rows are
// bound to. What each setting is called, what it accepts and what it defaults to stands in its row,
// in a file *_rows.cpp for each subject; fields are named as in config.yml.
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
  /// http:// or https://, perhaps with a path; no slash at the end.
  std::string url;
  std::string token;
  TlsVerification ssl_verify;
  /// Names and values, each name once. They replace the connector's own headers of the same name.
  std::vector<std::pair<std::string, std::string>> custom_headers;
  bool json_logging = true;
};

struct Connector {
  std::string id;
  std::string name;
  /// Observable types as OpenCTI spells them, each once; never empty.
  std::vector<std::string> scope;
  /// Enrich observables as they are created (`connector.auto`).
  bool automatic = false;
  /// Enrich them when they change, too.
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
  /// Automatic requests that our own results caused are enriched too.
  bool enrich_own_results = false;
  /// Results carry their work's id, so that the platform counts their import.
  bool track_imports = true;
  std::chrono::seconds shutdown_grace{0};
};

/// How bundles get to the workers' queue: published on RabbitMQ, or handed to the platform.
enum class QueueProtocol { amqp, api };

/// Where results wait for a person with `connector.validate_before_import`.
enum class ValidationMode { workbench, draft };

/// Where results go (`connector.queue_protocol`, `connector.send_to_…`).
struct Sending {
  QueueProtocol queue_protocol = QueueProtocol::amqp;
  bool to_queue = true;
  bool validate_before_import = false;
  ValidationMode validation_mode = ValidationMode::workbench;
  opencti::CopyOptions copies;
};

/// Whether messages are consumed from the queue, or posted to us by the platform's workers.
enum class ListenProtocol { amqp, api };

/// Where workers post messages; of no meaning with ListenProtocol::amqp.
struct Listening {
  ListenProtocol protocol = ListenProtocol::amqp;
  /// An IP address; nothing when not set, see listening_address().
  std::optional<std::string> address;
  std::uint16_t port = 0;
  /// Begins with a slash.
  std::string path;
  bool ssl = false;
  /// Tokens and messages may come without TLS from other hosts.
  bool plain = false;
  /// How workers reach us, without the path; nothing when not set, see callback_url().
  std::optional<std::string> uri;
  /// Certificate and key each a file path or PEM text; empty when not set.
  std::string ssl_cert;
  std::string ssl_key;
  std::string ssl_passphrase;
};

/// How people and machines look inside: one port for all, and one for metrics alone as connectors
/// in Python have it.
struct Monitoring {
  /// Zero: closed.
  std::uint16_t port = 0;
  /// An IP address.
  std::string address;
  /// Empty: status and metrics are shown to everybody.
  std::string token;
  bool expose_metrics = false;
  std::uint16_t metrics_port = 0;
  /// An IP address.
  std::string metrics_address;
  /// May be empty, like the subsystem.
  std::string metrics_namespace;
  std::string metrics_subsystem;
};

/// Settings of the broker that stand above what the platform gives at registration; what is not set
/// is taken from there.
struct Broker {
  std::optional<std::string> host;
  std::optional<std::uint16_t> port;
  std::optional<std::string> vhost;
  std::optional<bool> use_ssl;
  std::optional<std::string> user;
  std::optional<std::string> pass;
  /// Each a file path or PEM text; empty when not set.
  std::string use_ssl_ca;
  std::string use_ssl_cert;
  std::string use_ssl_key;
  std::string use_ssl_passphrase;
  bool use_ssl_reject_unauthorized = true;
};

/// What happens to automatic requests when the day's lookups are used up.
enum class QuotaExhausted { fail, wait };

/// Settings that have the prefix of the product's own, and are applied for any source.
struct Policies {
  /// Objects that are marked more strictly are not sent to the source.
  stix::Pap max_pap = stix::Pap::amber;
  source::ScorePolicy score_policy = source::ScorePolicy::replace;
  QuotaExhausted quota_exhausted = QuotaExhausted::fail;
  bool fresh_for_manual = false;
  /// File of the store. Empty: in memory.
  std::string cache_path;
};

/// What replicas share, on a Redis server (`connector.store`).
struct SharedStore {
  /// As storage::read_redis_address() takes it; empty: there is one instance.
  std::string url;
  // Of TLS, each a path or PEM text; empty when not set.
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
  /// PEM text of certificates that are trusted besides the others; empty when not set.
  std::string https_ca_certificates;
};

}  // namespace settings
