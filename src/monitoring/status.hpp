// The responses of `/status` and `/readyz`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "monitoring/health.hpp"
#include "monitoring/journal.hpp"
#include "monitoring/snapshot.hpp"
#include "source/product.hpp"

namespace monitoring {

/// Data that does not change while the connector runs.
struct About {
  std::string id;
  std::string name;
  /// For links; without a slash at the end.
  std::string opencti_url;
  /// See source::Source::page_about().
  std::function<std::string(std::string_view value)> page_about;
};

/// docs/status.md describes the fields.
[[nodiscard]] nlohmann::json status_document(const source::Product& product, const About& about,
                                             const Snapshot& snapshot,
                                             const Journal::Contents& contents);
[[nodiscard]] nlohmann::json readiness_document(const Readiness& readiness);

/// The document as text; invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string written(const nlohmann::json& document);

}  // namespace monitoring
