// The subject of an enrichment.
#pragma once

#include <string>
#include <string_view>

#include "enrichment/question.hpp"
#include "kaspersky/answer.hpp"
#include "stix/observable.hpp"

namespace enrichment {

/// Holds references to its sources, which must outlive it.
struct Subject {
  const stix::Observable& observable;
  const Question& question;
  /// The best identifier of the object, independent of the hash that was looked up. It does not
  /// change when the platform gives the object another id, for example when a file gets its MD5.
  std::string key;
  /// MD5 of a file, if known: lower-case hex.
  std::string md5;
  /// For a URL, if the answer has it: Kaspersky's form (without scheme, `www.`, port, fragment and
  /// final slash), with a scheme added.
  std::string normalized_url;
};

[[nodiscard]] Subject subject_of(const stix::Observable& observable, const Question& question,
                                 const kaspersky::Answer& answer);

}  // namespace enrichment
