// Shows answers that people have saved, without a request.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "export.hpp"
#include "source/source.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// The text of an answer may be arbitrary.
///
/// ```cpp
/// source::SavedAnswers saved(std::function<source::Verdict(std::string_view)> judge) {
///   source::SavedAnswers out;
///   out.subject = [](std::string_view answer) {
///     const auto document = text::parse_json(answer);
///     return document ? text::text_at(*document, "ip") : std::string();
///   };
///   out.other_subject = [](std::string_view, const stix::Observable&) { return std::nullopt; };
///   out.judge = [judge](std::string_view answer, const auto&) { return judge(answer); };
///   return out;
/// }
/// ```
struct SavedAnswers {
  /// The subject of an answer, as people would type it; empty if the answer does not name it.
  std::function<std::string(std::string_view answer)> subject;
  /// The subject of the answer, if the answer names it and it is not the observable.
  std::function<std::optional<std::string>(std::string_view answer, const stix::Observable&)>
      other_subject;
  /// What Source::enrich() would return for this answer. Sends no request.
  std::function<Verdict(std::string_view answer, const Request&)> judge;
  /// As Source::summarize().
  std::function<Summary(const Verdict&)> summarize = summary_of;
  /// A file in the sources of the product, for people without a key; empty: there is none.
  std::string_view sample = {};
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
