// What people read on a work: one plain sentence for each way in which an enrichment can end.
#pragma once

#include <string>
#include <string_view>

#include "enrichment/beside.hpp"
#include "enrichment/convert.hpp"
#include "kaspersky/outcome.hpp"

namespace runtime {

[[nodiscard]] std::string out_of_scope_text(const std::string& entity_type);
/// @param marked, limit markings by name: `PAP:RED`
[[nodiscard]] std::string over_limit_text(std::string_view marked, std::string_view limit);
/// For an automatic request that our own results caused.
[[nodiscard]] std::string own_result_text();
[[nodiscard]] std::string not_for_drafts_text();
[[nodiscard]] std::string not_worth_asking_text(const std::string& why);

/// For every outcome but Found.
[[nodiscard]] std::string outcome_text(const kaspersky::Outcome& outcome);

/// Whether the work is to be marked as failed. "Not found" and "skipped" are results, not failures.
[[nodiscard]] bool is_failure(const kaspersky::Outcome& outcome);

/// One word for logs and metrics: `found`, `not_found`, `rate_limited` …
[[nodiscard]] std::string outcome_name(const kaspersky::Outcome& outcome);

/// For an object that Kaspersky does not know, where a note says so.
[[nodiscard]] std::string noted_as_unknown_text();

/// "Kaspersky says zone red. Sent: score 100, labels kaspersky:red and malware, 2 hashes, size."
[[nodiscard]] std::string found_text(const kaspersky::Answer& answer,
                                     const enrichment::Enrichment& enrichment);

/// What follows on found_text() when the platform could not be asked for some objects; empty for
/// none.
[[nodiscard]] std::string left_out_text(const enrichment::LeftOut& left_out);

}  // namespace runtime
