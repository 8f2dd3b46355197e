#include "enrichment/question.hpp"

#include <fmt/format.h>

#include "kaspersky/hash.hpp"
#include "source/value_to_look_up.hpp"
#include "text/utf8.hpp"

namespace enrichment {
namespace {

using kaspersky::ObjectKind;

// Kaspersky answers 414 to a longer URL.
constexpr std::size_t longest_url = 2000;

ObjectKind kind_of(std::string_view type) {
  if (type == "url") return ObjectKind::url;
  return type == "ipv4-addr" || type == "ipv6-addr" ? ObjectKind::ip : ObjectKind::domain;
}

}  // namespace

tl::expected<Question, std::string> question_about(const stix::Observable& observable,
                                                   bool reserved_too) {
  if (observable.type == "file" || observable.type == "artifact") {
    return kaspersky::choose_hash(observable.hashes).map([](std::string hash) {
      return Question{ObjectKind::hash, std::move(hash)};
    });
  }
  auto worth = source::value_to_look_up(observable, reserved_too);
  if (!worth) return tl::make_unexpected(std::move(worth.error()));
  const auto kind = kind_of(worth->type);
  if (kind == ObjectKind::url && text::length_of(worth->value) > longest_url) {
    return tl::make_unexpected(fmt::format("it is longer than {} characters", longest_url));
  }
  return Question{kind, std::move(worth->value)};
}

}  // namespace enrichment
