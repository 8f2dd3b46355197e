#include "runtime/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "text/json.hpp"
#include "text/number.hpp"

namespace runtime {
namespace {

constexpr std::string_view sent = "Sent: ";
constexpr std::string_view to_be_sent = "To be added: ";

constexpr std::size_t max_labels_named = 10;
/// Maximum length of another program's text.
constexpr std::size_t longest_reason = 600;

std::string bounded(std::string_view reason) {
  if (reason.empty()) return "no reason was given";
  if (reason.size() <= longest_reason) return std::string(reason);
  auto end = longest_reason;
  // Not inside a UTF-8 character.
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0U) == 0x80U) --end;
  return std::string(reason.substr(0, end)) + "…";
}

std::string labels_text(const std::vector<std::string>& labels) {
  if (labels.size() > max_labels_named) return fmt::format("{} labels", labels.size());
  return fmt::format("{} {}", labels.size() == 1 ? "label" : "labels", fmt::join(labels, ", "));
}

std::string counted(std::size_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", text::grouped(static_cast<std::int64_t>(count)),
                     count == 1 ? singular : plural);
}

/// "3 related files", including existing ones that only get relationships. Author and
/// relationships, which every result has, are not listed.
std::vector<std::string> objects_text(const source::Enrichment& enrichment) {
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
      Words{"hostname", "host name", "host names"},
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
                      [&](const auto& object) { return text::text_at(object, "type") == type; }));
    const auto present = enrichment.already_present.find(std::string(type));
    if (present != enrichment.already_present.end()) count += present->second;
    if (count > 0) out.push_back(counted(count, singular, plural));
  }
  const auto pointed_at = [&](std::string_view id_prefix, bool belongs) {
    return static_cast<std::size_t>(
        std::count_if(objects.begin(), objects.end(), [&](const auto& object) {
          return text::text_at(object, "target_ref").starts_with(id_prefix) &&
                 (text::text_at(object, "relationship_type") == "belongs-to") == belongs;
        }));
  };
  if (const auto count = pointed_at("location--", false); count > 0) {
    out.push_back(counted(count, "country", "countries"));
  }
  // The platform accepts `belongs-to` for organizations, not for sectors.
  if (const auto count = pointed_at("identity--", true); count > 0) {
    out.push_back(counted(count, "organization", "organizations"));
  }
  if (const auto count = pointed_at("identity--", false); count > 0) {
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
  return "Not enriched: CONNECTOR_QUEUE_PROTOCOL=api cannot write to a draft.";
}

std::string draft_gone_text() {
  return "The draft was validated or deleted in the meantime. Nothing was sent.";
}

std::string over_limit_text(std::string_view marked, std::string_view limit,
                            std::string_view source_name) {
  return fmt::format("Not sent to {}: the object is marked {}, and the limit is {}.", source_name,
                     marked, limit);
}

std::string own_result_text() {
  return "Not looked up: the connector itself created this object. Enrich it manually if needed.";
}

std::string sent_text(const source::Enrichment& enrichment, std::string_view source_name) {
  const auto& update = enrichment.update;
  std::vector<std::string> parts;
  if (update.score) parts.push_back(fmt::format("score {}", *update.score));
  if (!update.labels.empty()) parts.push_back(labels_text(update.labels));
  if (!update.hashes.empty()) parts.push_back(counted(update.hashes.size(), "hash", "hashes"));
  if (update.size) parts.emplace_back("size");
  if (!update.additional_names.empty()) {
    parts.push_back(counted(update.additional_names.size(), "file name", "file names"));
  }
  if (!update.external_references.empty()) {
    parts.push_back(fmt::format("link to {}'s page", source_name));
  }
  if (parts.empty()) return {};
  for (auto& part : objects_text(enrichment)) parts.push_back(std::move(part));
  return fmt::format(" {}{}.", sent, fmt::join(parts, "; "));
}

std::string being_sent_text(std::string text) {
  if (const auto at = text.find(sent); at != std::string::npos) {
    text.replace(at, sent.size(), to_be_sent);
  }
  return text;
}

std::string left_out_text(const source::LeftOut& left_out) {
  std::vector<std::string> parts;
  if (left_out.shared > 0) {
    parts.push_back(counted(left_out.shared, "country or sector", "countries and sectors"));
  }
  if (left_out.related > 0) {
    parts.push_back(counted(left_out.related, "related object", "related objects"));
  }
  if (parts.empty()) return {};
  return fmt::format(" Omitted: {}, which could not be looked up on the platform.",
                     fmt::join(parts, " and "));
}

std::string confidence_text(const stix::ObservableUpdate& update, std::optional<int> confidence) {
  constexpr int full = 100;
  if (!confidence || *confidence >= full) return {};
  if (!update.score && update.hashes.empty() && !update.size) return {};
  return fmt::format(
      " If OpenCTI has a confidence above {} for this object, it keeps its score, hashes and size.",
      *confidence);
}

std::string rejected_text(std::string_view reason) {
  return fmt::format("The result was rejected, and nothing was added: {}.", bounded(reason));
}

std::string rejected_in_playbook_text(std::string_view reason) {
  return fmt::format("The platform rejected the result, and the playbook goes on without it: {}.",
                     bounded(reason));
}

std::string too_large_in_playbook_text() {
  return "The playbook's bundle would be too large with the result. The playbook goes on without "
         "it.";
}

std::string too_large_to_share_text() {
  return "Not looked up: the playbook's bundle would be too large with the organisations that the "
         "object is shared with.";
}

std::string shared_in_part_text(std::size_t shared, std::size_t all) {
  if (shared == all) return {};
  return fmt::format(" Shared with {} of the object's {} organisations.", shared, all);
}

std::string unanswered_text(std::string_view reason) {
  return fmt::format("The platform rejected the answer to the playbook: {}.", bounded(reason));
}

std::string perhaps_answered_text(std::string_view reason) {
  return fmt::format(
      "The platform did not accept the repeated answer to the playbook; an earlier attempt may "
      "have "
      "arrived: {}.",
      bounded(reason));
}

std::string playbook_gone_text() {
  return "The playbook or its step no longer exists. Nothing was added.";
}

}  // namespace runtime
