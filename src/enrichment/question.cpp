#include "enrichment/question.hpp"

#include <fmt/format.h>

#include "kaspersky/hash.hpp"

namespace enrichment {

tl::expected<Question, std::string> question_about(const stix::Observable& observable) {
  if (observable.type != "file") {
    return tl::make_unexpected(
        fmt::format("objects of the type {} are not looked up by this version", observable.type));
  }
  return kaspersky::choose_hash(observable.hashes).map([](std::string hash) {
    return Question{kaspersky::ObjectKind::hash, std::move(hash)};
  });
}

}  // namespace enrichment
