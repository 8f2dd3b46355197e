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

/// The platform's maximum size of a request (opencti-graphql: app:max_payload_body_size). In bytes.
inline constexpr std::size_t largest_request = std::size_t{50} * 1024 * 1024;

/// Both texts must outlive this object.
struct PlaybookReply {
  /// The unchanged bundle.
  std::string_view bundle;
  /// The changed bundle; nothing: the bundle is returned unchanged, and is in the request only
  /// once.
  std::optional<std::string_view> changed = {};
};

/// The bundle with the changes.
[[nodiscard]] std::string changed_bundle(std::string_view bundle, const BundleChange& change);

/// Whether the request is within the platform's limit.
[[nodiscard]] bool fits_request(const PlaybookReply& reply);

/// Whether the bundle can be returned with up to 1 MiB of new objects; then it is in the request
/// twice.
[[nodiscard]] bool can_change(std::string_view bundle);

/// The GraphQL document of the request.
[[nodiscard]] std::string_view document_of(const PlaybookReply& reply);

/// The whole text of the request. Made once, without copies.
/// @param variables without the bundles
[[nodiscard]] std::string request_text(const nlohmann::json& variables, const PlaybookReply& reply);

}  // namespace opencti
