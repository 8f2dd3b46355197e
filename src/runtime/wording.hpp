// Texts for people on a work, except those of a source (source::Verdict::text).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "source/fit_to_platform.hpp"

namespace runtime {

[[nodiscard]] std::string out_of_scope_text(const std::string& entity_type);
/// @param marked, limit markings by name: `PAP:RED`
[[nodiscard]] std::string over_limit_text(std::string_view marked, std::string_view limit,
                                          std::string_view source_name);
/// For an automatic request that the connector's own results caused.
[[nodiscard]] std::string own_result_text();
[[nodiscard]] std::string not_for_drafts_text();
/// For a draft that was validated or deleted.
[[nodiscard]] std::string draft_gone_text();

/// The text after the source's text: " Sent: score 100; labels a, b; 2 hashes; link to Kaspersky's
/// page; 1 note." Empty if the observable itself is not changed: the source's text names a note
/// without changes.
[[nodiscard]] std::string sent_text(const source::Enrichment& enrichment,
                                    std::string_view source_name);

/// The text of a result that is about to be sent.
[[nodiscard]] std::string being_sent_text(std::string text);

/// The text after sent_text() if some objects could not be looked up on the platform; otherwise
/// empty.
[[nodiscard]] std::string left_out_text(const source::LeftOut& left_out);

/// The text after sent_text() if OpenCTI may keep the object's present values: the user's
/// confidence is below the maximum, and the platform does not report the object's confidence. Empty
/// if no such value was sent, or the confidence is unknown.
[[nodiscard]] std::string confidence_text(const stix::ObservableUpdate& update,
                                          std::optional<int> confidence);

/// For a result that the platform or the broker rejected, with their text.
[[nodiscard]] std::string rejected_text(std::string_view reason);
/// For a playbook that continued without the result, with the platform's text.
[[nodiscard]] std::string rejected_in_playbook_text(std::string_view reason);
/// For a playbook that continued without the result, because its bundle would be too large with it.
[[nodiscard]] std::string too_large_in_playbook_text();
/// For a playbook's bundle that would be too large with the organisations that the object is shared
/// with; the object is not looked up.
[[nodiscard]] std::string too_large_to_share_text();
/// The text after sent_text() if the result is not shared with all organisations that the object is
/// shared with; otherwise empty.
[[nodiscard]] std::string shared_in_part_text(std::size_t shared, std::size_t all);
/// For a playbook whose step was not answered, with the platform's text.
[[nodiscard]] std::string unanswered_text(std::string_view reason);
/// The same, but an earlier attempt to answer may have arrived.
[[nodiscard]] std::string perhaps_answered_text(std::string_view reason);
/// For a playbook, or a step of it, that was deleted meanwhile.
[[nodiscard]] std::string playbook_gone_text();

}  // namespace runtime
