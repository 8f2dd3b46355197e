// Fields and values of an answer in words for people.
#pragma once

#include <string>
#include <string_view>

namespace enrichment {

/// `IpDnsResolutions` gives `IP DNS resolutions`, `IpWhoIs` `IP WHOIS`.
[[nodiscard]] std::string words_of(std::string_view field);

/// Dates to the minute, for people; other text as it is.
[[nodiscard]] std::string readable(std::string_view text);

}  // namespace enrichment
