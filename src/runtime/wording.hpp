// What people read on a work, but for what a source says itself (source::Verdict::text).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/beside.hpp"

namespace runtime {

[[nodiscard]] std::string out_of_scope_text(const std::string& entity_type);
/// @param marked, limit markings by name: `PAP:RED`
[[nodiscard]] std::string over_limit_text(std::string_view marked, std::string_view limit,
                                          std::string_view source_name);
/// For an automatic request that our own results caused.
[[nodiscard]] std::string own_result_text();
[[nodiscard]] std::string not_for_drafts_text();
/// For a draft that was validated or deleted.
[[nodiscard]] std::string draft_gone_text();

/// What follows on the source's text: " Sent: score 100; labels a, b; 2 hashes; link to Kaspersky's
/// page; 1 note." Empty where the observable itself gets nothing: a note alone is told by the
/// source.
[[nodiscard]] std::string sent_text(const source::Enrichment& enrichment,
                                    std::string_view source_name);

/// The text of a result that is about to be sent.
[[nodiscard]] std::string being_sent_text(std::string text);

/// What follows on sent_text() when the platform could not be asked for some objects; empty for
/// none.
[[nodiscard]] std::string left_out_text(const source::LeftOut& left_out);

/// What follows on sent_text() where OpenCTI may keep what the object has: its user's confidence
/// is not the highest, and the platform does not tell that of the object. Empty where nothing that
/// could be kept was sent, or the confidence is not known.
[[nodiscard]] std::string confidence_text(const stix::ObservableUpdate& update,
                                          std::optional<int> confidence);

/// For a result that the platform or the broker rejected, with their words.
[[nodiscard]] std::string rejected_text(std::string_view reason);
/// For a playbook whose step went on without the result, with the platform's words.
[[nodiscard]] std::string rejected_in_playbook_text(std::string_view reason);
/// For a playbook whose step was not answered, with the platform's words.
[[nodiscard]] std::string unanswered_text(std::string_view reason);
/// For a playbook, or a step of it, that was deleted meanwhile.
[[nodiscard]] std::string playbook_gone_text();

}  // namespace runtime
