// Writes fields and values of an answer for people.
#pragma once

#include <string>
#include <string_view>

namespace enrichment {

/// `IpDnsResolutions` gives `IP DNS resolutions`, `IpWhoIs` `IP WHOIS`.
[[nodiscard]] std::string words_of(std::string_view field);

/// Dates without seconds, counts with separated thousands (`10,000`); other text unchanged.
/// @param column the field of the answer: `HitsCount` is a count
[[nodiscard]] std::string readable(std::string_view column, std::string_view text);

}  // namespace enrichment
