// Verdicts without an enrichment, with the text that people read on a work.
//
// ```cpp
// source::Verdict without_forecast(const net::HttpResponse& answer) {
//   if (answer.status == 404) return source::not_found("Weather");
//   if (answer.status >= 500) return source::unavailable("Weather", "it is being repaired");
//   return source::malformed("Weather", "it has no forecast");
// }
// ```
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "export.hpp"
#include "source/source.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

// `name` is the source's name for people. `why` is a part of a sentence, without secrets.

[[nodiscard]] Verdict not_found(std::string_view name);
/// The observable is not worth a request.
[[nodiscard]] Verdict skipped(std::string_view name, std::string_view why);
/// @param retry_after when to retry, if the service says so
[[nodiscard]] Verdict rate_limited(std::string_view name,
                                   std::optional<std::chrono::seconds> retry_after = {});
/// The service rejected the credentials.
[[nodiscard]] Verdict refused(std::string_view name, std::string_view why);
/// The service rejected this request.
[[nodiscard]] Verdict rejected(std::string_view name, std::string_view why);
/// The service did not answer, or is temporarily unavailable.
[[nodiscard]] Verdict unavailable(std::string_view name, std::string_view why);
/// The answer is invalid.
[[nodiscard]] Verdict malformed(std::string_view name, std::string_view why);

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
