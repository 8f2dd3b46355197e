#include "enrichment/subject.hpp"

#include "stix/web_address.hpp"
#include "text/ascii.hpp"

namespace enrichment {

Subject subject_of(const stix::Observable& observable, const Question& question,
                   const kaspersky::Answer& answer) {
  Subject subject{observable, question, question.value, {}, {}};
  if (answer.url) {
    if (auto url = stix::canonical_url(answer.url->url)) {
      subject.normalized_url = std::move(url->text);
    }
  }
  if (question.kind != kaspersky::ObjectKind::hash) return subject;
  subject.key = text::lower_case(question.value);
  if (answer.file) {
    if (!answer.file->sha256.empty()) subject.key = answer.file->sha256;
    subject.md5 = answer.file->md5;
  }
  if (const auto own = observable.hashes.find("MD5"); own != observable.hashes.end()) {
    subject.md5 = text::lower_case(own->second);
  }
  return subject;
}

}  // namespace enrichment
