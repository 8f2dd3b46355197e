#include "runtime/wording.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "net/json.hpp"
#include "text/time.hpp"

namespace runtime {
namespace {

constexpr std::string_view sent = "Sent: ";
constexpr std::string_view to_be_sent = "To be added: ";

constexpr std::size_t most_labels_named = 10;
/// Of another program's words.
constexpr std::size_t longest_reason = 600;

std::string bounded(std::string_view reason) {
  if (reason.empty()) return "no reason was given";
  if (reason.size() <= longest_reason) return std::string(reason);
  auto end = longest_reason;
  // Not in the middle of a character of UTF-8.
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0U) == 0x80U) --end;
  return std::string(reason.substr(0, end)) + "…";
}

std::string labels_text(const std::vector<std::string>& labels) {
  if (labels.size() > most_labels_named) return fmt::format("{} labels", labels.size());
  return fmt::format("{} {}", labels.size() == 1 ? "label" : "labels", fmt::join(labels, ", "));
}

std::string counted(std::size_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", count, count == 1 ? singular : plural);
}

/// "3 related files", those included that the platform has and that are only pointed at. What
/// everything carries along, author and relationships, is not told.
std::vector<std::string> objects_text(const enrichment::Enrichment& enrichment) {
  const auto& objects = enrichment.objects;
  struct Words {
    std::string_view type;
    std::string_view singular;
    std::string_view plural;
  };
  constexpr std::array kinds{
      Words{"file", "related file", "related files"},
      Words{"url", "URL", "URLs"},
      Words{"domain-name", "domain", "domains"},
      Words{"ipv4-addr", "IPv4 address", "IPv4 addresses"},
      Words{"ipv6-addr", "IPv6 address", "IPv6 addresses"},
      Words{"autonomous-system", "autonomous system", "autonomous systems"},
      Words{"note", "note", "notes"},
      Words{"indicator", "indicator", "indicators"},
  };
  std::vector<std::string> out;
  for (const auto& [type, singular, plural] : kinds) {
    auto count = static_cast<std::size_t>(
        std::count_if(objects.begin(), objects.end(),
                      [&](const auto& object) { return net::text_at(object, "type") == type; }));
    const auto there = enrichment.there.find(std::string(type));
    if (there != enrichment.there.end()) count += there->second;
    if (count > 0) out.push_back(counted(count, singular, plural));
  }
  const auto pointed_at = [&](std::string_view id_prefix) {
    return static_cast<std::size_t>(
        std::count_if(objects.begin(), objects.end(), [&](const auto& object) {
          return net::text_at(object, "target_ref").starts_with(id_prefix);
        }));
  };
  if (const auto count = pointed_at("location--"); count > 0) {
    out.push_back(counted(count, "country", "countries"));
  }
  if (const auto count = pointed_at("identity--"); count > 0) {
    out.push_back(counted(count, "sector", "sectors"));
  }
  return out;
}

}  // namespace

std::string out_of_scope_text(const std::string& entity_type) {
  return fmt::format("Not enriched: {} is not in this connector's scope.",
                     entity_type.empty() ? "this type of object" : entity_type);
}

std::string not_for_drafts_text() {
  return "Not enriched: this is a draft, and the connector is set to send results in a way that "
         "would store them outside of it.";
}

std::string draft_gone_text() {
  return "The draft was validated or deleted meanwhile. Nothing was sent.";
}

std::string over_limit_text(std::string_view marked, std::string_view limit) {
  return fmt::format("Not sent to Kaspersky: the object is marked {}, and the limit is {}.", marked,
                     limit);
}

std::string own_result_text() {
  return "Not looked up: the connector's own user brought this object in. Ask for it by hand to "
         "enrich it.";
}

std::string not_worth_asking_text(const std::string& why) {
  return fmt::format("Not looked up at Kaspersky: {}.", why);
}

std::string outcome_text(const kaspersky::Outcome& outcome) {
  return kaspersky::match(
      outcome, [](const kaspersky::Found&) { return std::string("Found at Kaspersky."); },
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
      [](const kaspersky::QuotaSpent& spent) {
        return fmt::format(
            "Not looked up: today's requests to Kaspersky are used up. It goes on at "
            "{} UTC.",
            text::minutes(spent.until));
      },
      [](const kaspersky::Refused& refused) {
        return fmt::format("Kaspersky refused the request: {}.", refused.why);
      },
      [](const kaspersky::Rejected& rejected) {
        return fmt::format("Kaspersky did not accept the request: {}.", rejected.why);
      },
      [](const kaspersky::Unavailable& unavailable) {
        return fmt::format("Kaspersky could not be asked: {}. Ask again later.", unavailable.why);
      },
      [](const kaspersky::Malformed& malformed) {
        return fmt::format("Kaspersky's answer could not be used: {}.", malformed.why);
      });
}

std::string noted_as_unknown_text() {
  return "Kaspersky knows nothing about this object. A note on it says so.";
}

std::string found_text(const kaspersky::Answer& answer, const enrichment::Enrichment& enrichment) {
  const auto& update = enrichment.update;
  std::vector<std::string> parts;
  if (update.score) parts.push_back(fmt::format("score {}", *update.score));
  if (!update.labels.empty()) parts.push_back(labels_text(update.labels));
  if (!update.hashes.empty()) parts.push_back(counted(update.hashes.size(), "hash", "hashes"));
  if (update.size) parts.emplace_back("size");
  if (!update.additional_names.empty()) {
    parts.push_back(counted(update.additional_names.size(), "file name", "file names"));
  }
  parts.emplace_back("link to Kaspersky's page");
  for (auto& part : objects_text(enrichment)) parts.push_back(std::move(part));
  return fmt::format(
      "Kaspersky says {}. {}{}.",
      answer.zone ? fmt::format("zone {}", kaspersky::name_of(*answer.zone)) : "no zone", sent,
      fmt::join(parts, ", "));
}

std::string being_sent_text(std::string text) {
  if (const auto at = text.find(sent); at != std::string::npos) {
    text.replace(at, sent.size(), to_be_sent);
  }
  return text;
}

std::string left_out_text(const enrichment::LeftOut& left_out) {
  std::vector<std::string> parts;
  if (left_out.shared > 0) {
    parts.push_back(counted(left_out.shared, "country or sector", "countries and sectors"));
  }
  if (left_out.related > 0) {
    parts.push_back(counted(left_out.related, "related object", "related objects"));
  }
  if (parts.empty()) return {};
  return fmt::format(" Left out: {}, for which the platform could not be asked.",
                     fmt::join(parts, " and "));
}

std::string confidence_text(const stix::ObservableUpdate& update, std::optional<int> confidence) {
  constexpr int full = 100;
  if (!confidence || *confidence >= full) return {};
  if (!update.score && update.hashes.empty() && !update.size) return {};
  return fmt::format(
      " Where OpenCTI has a confidence above {} for this object, it keeps the score, hashes and "
      "size "
      "that are there.",
      *confidence);
}

std::string rejected_text(std::string_view reason) {
  return fmt::format("The result was rejected, and nothing was added: {}.", bounded(reason));
}

std::string rejected_in_playbook_text(std::string_view reason) {
  return fmt::format("The platform rejected the result, and the playbook goes on without it: {}.",
                     bounded(reason));
}

std::string unanswered_text(std::string_view reason) {
  return fmt::format("The platform rejected the answer to the playbook: {}.", bounded(reason));
}

std::string playbook_gone_text() {
  return "The playbook or its step does not exist any more. Nothing was added.";
}

}  // namespace runtime
