// The answer to a playbook's step, as the text of a request.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "opencti/in/bundle_text.hpp"
#include "opencti/in/message.hpp"

namespace opencti {

/// The platform's maximum size of a request (opencti-graphql: app:max_payload_body_size). In bytes.
inline constexpr std::size_t largest_request = std::size_t{50} * 1024 * 1024;

/// Maximum size of what a change adds to a bundle, in bytes: organisations go into each object.
inline constexpr std::size_t largest_growth = std::size_t{8} * 1024 * 1024;

/// The memory that a changed bundle needs in addition to what is leased for one that is not longer
/// than the original: the bundle, its copy while it is recorded, and the request.
[[nodiscard]] constexpr std::size_t cost_of_growth(std::size_t before, std::size_t after) {
  constexpr std::size_t copies = 3;
  return after > before ? copies * (after - before) : 0;
}

/// Both texts must outlive this object.
struct PlaybookReply {
  /// The unchanged bundle.
  std::string_view bundle;
  /// The changed bundle; nothing: the bundle is returned unchanged, and is in the request only
  /// once.
  std::optional<std::string_view> changed = {};
};

/// The size of the bundle with the changes, which it does not write.
/// @returns nothing if it is more than `largest_growth` larger than the bundle, if the request with
/// both is beyond the platform's limit, or at a stop. It then ends soon
[[nodiscard]] std::optional<std::size_t> changed_size(std::string_view bundle,
                                                      const BundleChange& change,
                                                      const std::stop_token& stop = {});

/// The bundle with the changes.
/// @param size the result of changed_size()
/// @returns nothing at a stop
[[nodiscard]] std::optional<std::string> changed_bundle(std::string_view bundle,
                                                        const BundleChange& change,
                                                        std::size_t size,
                                                        const std::stop_token& stop = {});

/// Whether the request is within the platform's limit.
[[nodiscard]] bool fits_request(const PlaybookReply& reply);

/// Whether the bundle can be returned with up to 1 MiB of new objects; then it is in the request
/// twice.
[[nodiscard]] bool can_change(std::string_view bundle);

/// The size of the bundle after all its objects are shared with these organisations.
/// @returns nothing if it could not be returned like that with up to 1 MiB of new objects, or at a
/// stop
[[nodiscard]] std::optional<std::size_t> shared_size(std::string_view bundle,
                                                     const std::vector<std::string>& granted_refs,
                                                     const std::stop_token& stop);

/// The GraphQL document of the request.
[[nodiscard]] std::string_view document_of(const PlaybookReply& reply);

/// The whole text of the request. Made once, without copies.
/// @param variables without the bundles
[[nodiscard]] std::string request_text(const nlohmann::json& variables, const PlaybookReply& reply);

}  // namespace opencti
