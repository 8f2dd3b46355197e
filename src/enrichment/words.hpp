// Writes fields and values of an answer for people.
#pragma once

#include <string>
#include <string_view>

namespace enrichment {

/// `IpDnsResolutions` gives `IP DNS resolutions`, `IpWhoIs` `IP WHOIS`.
[[nodiscard]] std::string words_of(std::string_view field);

/// Dates without seconds; other text unchanged.
[[nodiscard]] std::string readable(std::string_view text);

}  // namespace enrichment
