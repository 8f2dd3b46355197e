// Verdicts without an enrichment, with what people read about them on a work.
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

// `name` is the source's, as people call it. `why` is a part of a sentence, and holds no secret.

[[nodiscard]] Verdict not_found(std::string_view name);
/// Not worth a request.
[[nodiscard]] Verdict skipped(std::string_view name, std::string_view why);
/// @param retry_after when the service wants to be asked again, if it says so
[[nodiscard]] Verdict rate_limited(std::string_view name,
                                   std::optional<std::chrono::seconds> retry_after = {});
/// The service does not take our credentials.
[[nodiscard]] Verdict refused(std::string_view name, std::string_view why);
/// The service does not take this request.
[[nodiscard]] Verdict rejected(std::string_view name, std::string_view why);
/// The service did not answer, or cannot just now.
[[nodiscard]] Verdict unavailable(std::string_view name, std::string_view why);
/// The answer is not what it should be.
[[nodiscard]] Verdict malformed(std::string_view name, std::string_view why);

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
