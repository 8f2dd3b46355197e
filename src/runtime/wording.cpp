#include "runtime/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace runtime {
namespace {

/// Calls the one of several lambdas that fits the alternative.
template <class... Cases>
struct Switch : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Switch(Cases...) -> Switch<Cases...>;

constexpr std::size_t most_labels_named = 10;

std::string labels_text(const std::vector<std::string>& labels) {
  if (labels.size() > most_labels_named) return fmt::format("{} labels", labels.size());
  return fmt::format("{} {}", labels.size() == 1 ? "label" : "labels", fmt::join(labels, ", "));
}

std::string counted(std::size_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", count, count == 1 ? singular : plural);
}

}  // namespace

std::string out_of_scope_text(const std::string& entity_type) {
  return fmt::format("Not enriched: {} is not in this connector's scope.",
                     entity_type.empty() ? "this type of object" : entity_type);
}

std::string over_tlp_text(stix::Tlp tlp, stix::Tlp limit) {
  return fmt::format("Not sent to Kaspersky: the object is marked {}, and the limit is {}.",
                     stix::name_of(tlp), stix::name_of(limit));
}

std::string not_worth_asking_text(const std::string& why) {
  return fmt::format("Not looked up at Kaspersky: {}.", why);
}

std::string outcome_text(const kaspersky::Outcome& outcome) {
  return std::visit(
      Switch{
          [](const kaspersky::Found&) { return std::string("Found at Kaspersky."); },
          [](const kaspersky::NotFound&) {
            return std::string("Kaspersky knows nothing about this object. Nothing was changed.");
          },
          [](const kaspersky::Skipped& skipped) { return not_worth_asking_text(skipped.why); },
          [](const kaspersky::RateLimited& limited) {
            if (!limited.retry_after) {
              return std::string(
                  "Kaspersky answers no further requests for now (rate limit). Ask again later.");
            }
            return fmt::format(
                "Kaspersky answers no further requests for now (rate limit). Ask again in {} "
                "seconds.",
                limited.retry_after->count());
          },
          [](const kaspersky::Refused& refused) {
            return fmt::format("Kaspersky refused the request: {}.", refused.why);
          },
          [](const kaspersky::Rejected& rejected) {
            return fmt::format("Kaspersky did not accept the request: {}.", rejected.why);
          },
          [](const kaspersky::Unavailable& unavailable) {
            return fmt::format("Kaspersky could not be asked: {}. Ask again later.",
                               unavailable.why);
          },
          [](const kaspersky::Malformed& malformed) {
            return fmt::format("Kaspersky's answer could not be used: {}.", malformed.why);
          },
      },
      outcome);
}

bool is_failure(const kaspersky::Outcome& outcome) {
  return !std::holds_alternative<kaspersky::Found>(outcome) &&
         !std::holds_alternative<kaspersky::NotFound>(outcome) &&
         !std::holds_alternative<kaspersky::Skipped>(outcome);
}

std::string outcome_name(const kaspersky::Outcome& outcome) {
  return std::visit(Switch{
                        [](const kaspersky::Found&) { return "found"; },
                        [](const kaspersky::NotFound&) { return "not_found"; },
                        [](const kaspersky::Skipped&) { return "skipped"; },
                        [](const kaspersky::RateLimited&) { return "rate_limited"; },
                        [](const kaspersky::Refused&) { return "refused"; },
                        [](const kaspersky::Rejected&) { return "rejected"; },
                        [](const kaspersky::Unavailable&) { return "unavailable"; },
                        [](const kaspersky::Malformed&) { return "malformed"; },
                    },
                    outcome);
}

std::string found_text(const kaspersky::Answer& answer, const enrichment::Enrichment& enrichment) {
  const auto& update = enrichment.update;
  std::vector<std::string> parts;
  if (update.score) parts.push_back(fmt::format("score {}", *update.score));
  if (!update.labels.empty()) parts.push_back(labels_text(update.labels));
  if (!update.hashes.empty()) parts.push_back(counted(update.hashes.size(), "hash", "hashes"));
  if (update.size) parts.emplace_back("size");
  parts.emplace_back("link to Kaspersky's page");
  return fmt::format(
      "Kaspersky says {}. Sent: {}.",
      answer.zone ? fmt::format("zone {}", kaspersky::name_of(*answer.zone)) : "no zone",
      fmt::join(parts, ", "));
}

}  // namespace runtime
