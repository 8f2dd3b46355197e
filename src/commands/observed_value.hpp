// What people type or paste when they mean an observable.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "source/product.hpp"
#include "stix/observable.hpp"

namespace commands {

/// Undoes what makes an address harmless in reports: `hxxp`, `[.]`, `(.)`, `{.}`, `[dot]`, `[:]`,
/// `[/]`, `[://]`. Behind the host only `[.]`, `[dot]` and `[/]` are undone: a path may hold `(.)`
/// itself. Quotes and angle brackets around all of it, and a comma at the end, are left out.
[[nodiscard]] std::string refanged(std::string_view text);

/// A file by its MD5, SHA-1 or SHA-256, an address, a domain or a URL, also defanged, as the
/// platform would have it: with its id, in canonical form. Only what the product has a scope for.
/// @returns what follows "because" as one line, else: why it is none of these. It repeats nothing
/// of the text.
[[nodiscard]] tl::expected<stix::Observable, std::string> observable_of(
    std::string_view text, const source::Product& product);

}  // namespace commands
