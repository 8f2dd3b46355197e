#include "source/builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include "source/country_names.hpp"
#include "source/indicator.hpp"
#include "source/relationship_matrix.hpp"
#include "source/shared_entities.hpp"
#include "stix/hashes.hpp"
#include "stix/ids.hpp"
#include "stix/normalization.hpp"
#include "stix/stored_form.hpp"
#include "text/ascii.hpp"
#include "text/hidden.hpp"
#include "text/markdown.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

namespace source {
namespace {

using nlohmann::json;

// GraphQL's Int: with a larger number the platform rejects the object and its relationships.
constexpr std::int64_t largest_number = std::numeric_limits<std::int32_t>::max();
// Labels are shared by all users; longer or more labels would not help analysts.
constexpr std::size_t longest_label = 200;
constexpr std::size_t max_labels = 50;
constexpr std::size_t max_references = 100;
constexpr std::size_t max_names = 10'000;
constexpr std::size_t max_systems = 50;
constexpr std::size_t max_shared = 50;
constexpr std::size_t longest_system_name = 250;
constexpr std::size_t longest_shared_name = 100;
// In bytes. The platform shows abstracts in lists.
constexpr std::size_t longest_abstract_value = 400;

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Registries break names into several lines.
std::string on_one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text::shortened(stix::trimmed(line), longest_system_name);
}

/// SSDEEP and TLSH are not hexadecimal: their letter case matters.
std::string in_one_case(const std::string& hash) {
  return text::is_hex(hash, hash.size()) ? text::lower_case(hash) : hash;
}

std::string today() { return text::date(std::chrono::system_clock::now()) + "T00:00:00.000Z"; }

std::string_view type_in(std::string_view id) { return id.substr(0, id.find("--")); }

}  // namespace

Builder::Builder(const Author& author, const Request& request, BuilderOptions options)
    : author_(author),
      request_(request),
      options_(std::move(options)),
      own_value_(stix::canonical_value(request.observable.type, request.observable.value)),
      collected_(author.provenance_for_derived(request.markings)) {}

void Builder::set_score(int score) { out_.update.score = std::clamp(score, 0, 100); }

bool Builder::add_label(std::string_view label) {
  const auto word = stix::normalized(label);
  auto& labels = out_.update.labels;
  if (word.empty()) return false;
  if (contains(labels, word)) return true;
  if (word.size() > longest_label || text::has_hidden_characters(word) ||
      labels.size() == max_labels) {
    return leave_out("labels",
                     "over 200 bytes, with control or invisible characters, or more than 50");
  }
  labels.push_back(word);
  return true;
}

void Builder::add_reference(std::string_view source_name, std::string_view url,
                            std::optional<std::string_view> description,
                            std::optional<std::string_view> external_id) {
  auto& references = out_.update.external_references;
  if (references.size() == max_references) {
    leave_out("external references", "more than 100");
    return;
  }
  references.push_back(stix::external_reference(source_name, url, description, external_id));
}

bool Builder::add_hash(std::string_view algorithm, std::string_view value) {
  const std::string name(algorithm);
  if (value.empty()) return false;
  if (!stix::is_hash(name, value)) return leave_out("hashes", "malformed");
  auto hash = in_one_case(std::string(value));
  const auto& own = request_.observable.hashes;
  if (const auto there = own.find(name); there != own.end() && in_one_case(there->second) != hash) {
    warn(fmt::format("{} omitted: it differs from the observable's own", name));
    return false;
  }
  out_.update.hashes.emplace(name, std::move(hash));
  return true;
}

bool Builder::set_size(std::int64_t bytes) {
  if (request_.observable.type != "file") return false;
  if (bytes < 0 || bytes > largest_number) {
    warn(fmt::format("size {} omitted: the platform's maximum is {}", bytes, largest_number));
    return false;
  }
  out_.update.size = bytes;
  return true;
}

bool Builder::add_name(std::string_view name) {
  name = stix::trimmed(name);
  if (name.empty()) return false;
  auto& names = out_.update.additional_names;
  if (name == stix::trimmed(request_.observable.name) || names_.contains(name)) return true;
  if (!text::is_file_name(name) || names.size() == max_names) {
    return leave_out("names", "over 255 characters, or with control characters");
  }
  names.emplace_back(name);
  names_.emplace(name);
  return true;
}

std::string Builder::add_observable(std::string_view type, std::string_view value,
                                    const Related& related) {
  if (value.empty()) return {};
  const auto canonical = stix::canonical_value(type, value);
  if (!canonical) {
    leave_out("related observables", "not accepted by the platform");
    return {};
  }
  return add_observable(*canonical, related);
}

std::string Builder::add_observable(const stix::CanonicalValue& value, const Related& related) {
  if (value == own_value_) return request_.observable.id;
  return add_related(stix::observable_of_value(value.type, value.value, collected_.provenance()),
                     value.type, related);
}

std::string Builder::add_file(const stix::Hashes& hashes, const Related& related) {
  stix::Hashes known;
  for (const auto& [algorithm, value] : hashes) {
    if (stix::is_hash(algorithm, value)) known.emplace(algorithm, in_one_case(value));
  }
  if (known.empty()) {
    leave_out("related files", "without a well-formed hash");
    return {};
  }
  for (const auto& [algorithm, value] : request_.observable.hashes) {
    const auto same = known.find(algorithm);
    if (same != known.end() && same->second == in_one_case(value)) return request_.observable.id;
  }
  return add_related(stix::file(known, collected_.provenance()), "file", related);
}

std::string Builder::add_related(json object, std::string_view type, const Related& related) {
  auto id = object.at("id").get<std::string>();
  const std::string_view own = request_.observable.type;
  const bool outward = related.direction == Direction::from_observable;
  const bool accepted = outward ? is_accepted(own, related.relationship, type)
                                : is_accepted(type, related.relationship, own);
  const std::string relationship(accepted ? related.relationship : "related-to");
  const auto& own_id = request_.observable.id;
  collected_.add_observable(std::move(object), related.score, related.names);
  collected_.add_relationship(outward ? stix::RelationshipEnds{relationship, own_id, id}
                                      : stix::RelationshipEnds{relationship, id, own_id},
                              related.seen);
  return id;
}

std::string Builder::add_autonomous_system(std::int64_t number, std::string_view name) {
  if (!is_accepted(request_.observable.type, "belongs-to", "autonomous-system")) return {};
  if (number < 0 || number > largest_number) {
    leave_out("autonomous systems", "numbers over 2147483647, or more than 50 systems");
    return {};
  }
  auto object = stix::autonomous_system(static_cast<std::uint32_t>(number), on_one_line(name),
                                        author_.provenance_for_shared());
  auto id = object.at("id").get<std::string>();
  if (!systems_.contains(id) && systems_.size() == max_systems) {
    leave_out("autonomous systems", "numbers over 2147483647, or more than 50 systems");
    return {};
  }
  systems_.insert(id);
  collected_.add_relationship({"belongs-to", request_.observable.id, id});
  collected_.add(std::move(object));
  return id;
}

std::string Builder::add_country(std::string_view code_or_name, std::string_view relationship) {
  if (code_or_name.empty()) return {};
  const auto* const country = find_country(code_or_name);
  if (country == nullptr) {
    leave_out("countries", "not in ISO 3166-1");
    return {};
  }
  auto entity = country_entity(*country, author_.provenance_for_shared());
  return add_shared(std::move(entity.object), std::move(entity.alternative_ids), "location",
                    relationship);
}

std::string Builder::add_organization(std::string_view name, std::string_view relationship) {
  auto entity = organization_entity(stix::trimmed(name), author_.provenance_for_shared());
  organizations_.insert(entity.alternative_ids.front());
  return add_shared(std::move(entity.object), std::move(entity.alternative_ids), "organization",
                    relationship);
}

std::string Builder::add_sector(std::string_view name, std::string_view relationship) {
  auto entity = sector_entity(stix::trimmed(name), author_.provenance_for_shared());
  return add_shared(std::move(entity.object), std::move(entity.alternative_ids), "identity",
                    relationship);
}

std::string Builder::add_shared(json object, std::vector<std::string> alternative_ids,
                                std::string_view type, std::string_view relationship) {
  if (!is_accepted(request_.observable.type, relationship, type)) return {};
  auto id = alternative_ids.front();
  const auto& name = object.at("name").get_ref<const std::string&>();
  const bool is_name =
      name.size() > 1 && name.size() <= longest_shared_name && !text::has_hidden_characters(name);
  const bool is_new = !out_.alternative_ids.contains(id);
  if (name.empty()) return {};
  if (type != "location" && !is_name) {
    leave_out("organizations and sectors",
              "not 2 to 100 bytes, or with control or invisible characters");
    return {};
  }
  if (is_new && out_.alternative_ids.size() == max_shared) {
    leave_out("shared entities", "more than 50");
    return {};
  }
  collected_.add_relationship({std::string(relationship), request_.observable.id, id});
  // take() puts the author's identity first.
  if (id == author_.id()) return id;
  collected_.add(std::move(object));
  out_.alternative_ids.emplace(id, std::move(alternative_ids));
  return id;
}

std::string Builder::add_indicator(const IndicatorText& text) {
  const auto name = text.name.empty() ? key() : std::string(text.name);
  const auto day = options_.today.empty() ? today() : options_.today;
  auto indicator = indicator_for(request_.observable, all_hashes(),
                                 {.name_of_file = name,
                                  .score = text.score ? text.score : out_.update.score,
                                  .description = text.description,
                                  .today = day},
                                 collected_.provenance());
  if (!indicator) return {};
  auto id = indicator->at("id").get<std::string>();
  collected_.add_relationship({"based-on", id, request_.observable.id});
  collected_.add(std::move(*indicator));
  return id;
}

std::string Builder::add_note(const NoteText& note) {
  const auto about = note.about.empty() ? key() : std::string(note.about);
  const std::string_view type = request_.observable.type;
  auto id = stix::deterministic_id("note", {{"about", about},
                                            {"author", stix::normalized(author_.name())},
                                            {"topic", note.topic},
                                            {"type", type}});
  const bool whole = about.size() <= longest_abstract_value;
  collected_.add(stix::note(
      id,
      fmt::format("{}: {}{}", note.title, text::shortened(about, longest_abstract_value),
                  whole ? "" : " (cut)"),
      fmt::format("{}: {} {}\n\n{}", note.title, type, text::markdown_value(about), note.text),
      request_.observable.id, note.created, collected_.provenance()));
  return id;
}

void Builder::add_relationship(std::string_view type, const std::string& source_id,
                               const std::string& target_id, const Seen& seen) {
  if (source_id.empty() || target_id.empty() || source_id == target_id) return;
  const auto type_of = [&](const std::string& id) {
    return organizations_.contains(id) ? std::string_view("organization") : type_in(id);
  };
  const bool accepted = is_accepted(type_of(source_id), type, type_of(target_id));
  collected_.add_relationship({std::string(accepted ? type : "related-to"), source_id, target_id},
                              seen);
}

void Builder::warn(std::string text) { out_.warnings.push_back(std::move(text)); }

stix::Hashes Builder::all_hashes() const {
  auto all = out_.update.hashes;
  for (const auto& [algorithm, value] : request_.observable.hashes) {
    all.insert_or_assign(algorithm, in_one_case(value));
  }
  return all;
}

std::string Builder::key() const {
  if (own_value_) return own_value_->value;
  const auto hashes = all_hashes();
  for (const auto* algorithm : {"SHA-256", "SHA-1", "MD5"}) {
    if (const auto found = hashes.find(algorithm); found != hashes.end()) return found->second;
  }
  if (!hashes.empty()) return hashes.begin()->second;
  const auto& observable = request_.observable;
  return observable.value.empty() ? observable.name : observable.value;
}

bool Builder::leave_out(std::string_view what, std::string_view why) {
  auto& left_out = left_out_[what];
  ++left_out.count;
  left_out.why = why;
  return false;
}

Enrichment Builder::take() {
  if (options_.warn) {
    for (const auto& [what, left_out] : left_out_) {
      warn(fmt::format("{}: {} omitted ({})", what, left_out.count, left_out.why));
    }
  }
  auto& update = out_.update;
  update = stix::stored_form(std::move(update));
  const bool adds = update.score || update.size || !update.hashes.empty() ||
                    !update.additional_names.empty() || !update.labels.empty() ||
                    !update.external_references.empty();
  const auto& present_author = request_.observable.created_by_ref;
  if (adds && present_author.value_or(author_.id()) == author_.id()) {
    update.created_by_ref = author_.id();
  }
  out_.objects = collected_.take();
  for (auto& object : out_.objects) object = stix::stored_form(std::move(object));
  if (update.created_by_ref || !out_.objects.empty()) {
    out_.objects.insert(out_.objects.begin(), author_.identity());
  }
  out_.author_id = author_.id();
  return std::move(out_);
}

}  // namespace source
