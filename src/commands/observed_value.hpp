// Recognises an observable in text that people type or paste.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "source/product.hpp"
#include "stix/observable.hpp"

namespace commands {

/// Restores a defanged address: `hxxp`, `[.]`, `(.)`, `{.}`, `[dot]`, `[:]`, `[/]`, `[://]`. After
/// the host only `[.]`, `[dot]` and `[/]` are restored, because a path may contain `(.)`.
/// Surrounding quotes and angle brackets, and a comma at the end, are removed.
[[nodiscard]] std::string refanged(std::string_view text);

/// The observable for an MD5, SHA-1 or SHA-256 of a file, an address, a domain or a URL, also
/// defanged, as the platform would have it: with its id, in canonical form. Only types in the
/// product's scope.
/// @returns on failure one line with the reason, as a phrase after "because". It does not quote the
/// text.
[[nodiscard]] tl::expected<stix::Observable, std::string> observable_of(
    std::string_view text, const source::Product& product);

}  // namespace commands
