// The answer to a playbook's step, as the text of a request.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "opencti/in/bundle_text.hpp"
#include "opencti/in/message.hpp"

namespace opencti {

/// What the platform reads of a request at most (opencti-graphql: app:max_payload_body_size). In
/// bytes.
inline constexpr std::size_t largest_request = std::size_t{50} * 1024 * 1024;

/// Both must outlive this.
struct PlaybookReply {
  /// As it came.
  std::string_view bundle;
  /// With what is new; nothing: it goes back as it came, and stands in the request only once.
  std::optional<std::string_view> changed = {};
};

/// The bundle with what is new.
[[nodiscard]] std::string changed_bundle(std::string_view bundle, const BundleChange& change);

/// Whether the request is not too large for the platform.
[[nodiscard]] bool fits_request(const PlaybookReply& reply);

/// Whether the bundle can go back with up to 1 MiB more of new objects; then it is in the request
/// twice.
[[nodiscard]] bool can_change(std::string_view bundle);

/// The document that the request is made of.
[[nodiscard]] std::string_view document_of(const PlaybookReply& reply);

/// The whole text of the request. Made once, without copies.
/// @param variables those other than the bundles
[[nodiscard]] std::string request_text(const nlohmann::json& variables, const PlaybookReply& reply);

}  // namespace opencti
