// What an enrichment is about.
#pragma once

#include <string>
#include <string_view>

#include "enrichment/question.hpp"
#include "kaspersky/answer.hpp"
#include "stix/observable.hpp"

namespace enrichment {

/// Refers to what it was made of, which must outlive it.
struct Subject {
  const stix::Observable& observable;
  const Question& question;
  /// By which Kaspersky and we know the object best, whichever hash was asked for. It stays the
  /// same when the platform gives the object another id, as it does when a file gets its MD5.
  std::string key;
  /// Of a file, if known: lower-case hex.
  std::string md5;
  /// Of a URL, if the answer tells it: Kaspersky's form, which lacks scheme, `www.`, port, fragment
  /// and closing slash, made a URL again.
  std::string normalized_url;
};

[[nodiscard]] Subject subject_of(const stix::Observable& observable, const Question& question,
                                 const kaspersky::Answer& answer);

}  // namespace enrichment
