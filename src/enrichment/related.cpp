#include "enrichment/related.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "enrichment/score.hpp"
#include "stix/canonical_value.hpp"
#include "stix/normalization.hpp"
#include "text/utf8.hpp"

namespace enrichment {
namespace {

using kaspersky::RelatedKind;
using kaspersky::RelatedObject;
using stix::CanonicalValue;

std::string_view type_of(RelatedKind kind) {
  switch (kind) {
    case RelatedKind::file:
      return "file";
    case RelatedKind::url:
      return "url";
    case RelatedKind::domain:
      return "domain-name";
    case RelatedKind::ip:
      break;
  }
  return "ipv4-addr";
}

/// Nothing for a value that the platform would reject, or that does not name a single object.
std::optional<CanonicalValue> identify(RelatedKind kind, const std::string& value) {
  if (kind == RelatedKind::file) return CanonicalValue{"file", value};
  return stix::canonical_value(type_of(kind), value);
}

/// Empty if there is none; a URL inside a path or a query does not count.
std::string_view scheme_of(std::string_view url) {
  const auto authority = url.substr(0, url.find_first_of("/?#"));
  if (!authority.ends_with(':') || !url.substr(authority.size()).starts_with("//")) return {};
  return url.substr(0, authority.size() + 2);
}

std::string_view without_scheme(std::string_view url) { return url.substr(scheme_of(url).size()); }

/// @param written value in the answer: Kaspersky omits the scheme of a URL
bool is_the_subject(const CanonicalValue& identity, std::string_view written,
                    const Subject& subject) {
  if (identity.type == "file") return identity.value == subject.md5;
  if (identity.type != subject.observable.type) return false;
  if (identity.value == subject.key) return true;
  if (identity.type != "url" || !scheme_of(written).empty()) return false;
  return identity.value == subject.normalized_url ||
         without_scheme(identity.value) == without_scheme(subject.key);
}

/// All rows about one object.
struct Merged {
  CanonicalValue identity;
  std::optional<kaspersky::Zone> zone;
  source::Seen seen;
  std::string first;
  std::string last;
  std::set<std::string> names;
  std::vector<std::string> remarks;
};

/// The most dangerous first; objects without a zone last.
int rank(std::optional<kaspersky::Zone> zone) {
  return zone ? static_cast<int>(*zone) : static_cast<int>(kaspersky::all_zones.size());
}

void merge(Merged& into, const RelatedObject& row) {
  if (into.remarks.empty() || rank(row.zone) < rank(into.zone)) into.remarks = row.remarks;
  if (rank(row.zone) < rank(into.zone)) into.zone = row.zone;
  source::widen(into.seen, {row.first_seen, row.last_seen});
  if (!row.first_seen.empty() && (into.first.empty() || row.first_seen < into.first)) {
    into.first = row.first_seen;
  }
  if (row.last_seen > into.last) into.last = row.last_seen;
  if (const auto name = stix::trimmed(row.name); !name.empty() && text::is_file_name(name)) {
    into.names.emplace(name);
  }
}

/// The objects of one section, each once.
class Section final {
 public:
  Section(const kaspersky::RelatedObjects& section, const Subject& subject)
      : field_(section.field) {
    std::unordered_map<std::string, std::size_t> places;
    for (const auto& row : section.objects) {
      auto identity = identify(field_.kind, row.value);
      if (!identity) {
        ++rejected_;
      } else if (!is_the_subject(*identity, row.value, subject)) {
        const auto [place, is_new] = places.emplace(identity->value, objects_.size());
        if (is_new) objects_.push_back({std::move(*identity), {}, {}, {}, {}, {}, {}});
        merge(objects_[place->second], row);
      }
    }
    std::stable_sort(objects_.begin(), objects_.end(), [](const Merged& a, const Merged& b) {
      return rank(a.zone) != rank(b.zone) ? rank(a.zone) < rank(b.zone) : a.last > b.last;
    });
  }

  /// The number of values that the platform would reject.
  [[nodiscard]] std::size_t rejected() const { return rejected_; }

  [[nodiscard]] RelatedTable add_to(source::Builder& builder, const Options& options) const {
    RelatedTable table{{field_.section, {"Object", "Zone", "FirstSeen", "LastSeen", "Remarks"}, {}},
                       objects_.size() - std::min(objects_.size(), options.rows)};
    for (std::size_t at = 0; at < std::min(objects_.size(), options.rows); ++at) {
      const auto& object = objects_[at];
      add_object(object, builder, options);
      table.sheet.rows.push_back(
          {object.identity.value, object.zone ? std::string(name_of(*object.zone)) : std::string(),
           object.first, object.last, fmt::format("{}", fmt::join(object.remarks, ", "))});
    }
    return table;
  }

 private:
  void add_object(const Merged& object, source::Builder& builder, const Options& options) const {
    const source::Related related{.relationship = field_.relationship,
                                  .direction = field_.direction,
                                  .score = score_of(object.zone, options),
                                  .seen = object.seen,
                                  .names = object.names};
    if (object.identity.type == "file") {
      builder.add_file({{"MD5", object.identity.value}}, related);
    } else {
      builder.add_observable(object.identity, related);
    }
  }

  kaspersky::RelatedField field_;
  std::vector<Merged> objects_;
  std::size_t rejected_ = 0;
};

}  // namespace

std::vector<RelatedTable> add_related(const kaspersky::Answer& answer, const Subject& subject,
                                      const Options& options, source::Builder& builder) {
  std::vector<RelatedTable> tables;
  for (const auto& related : answer.related) {
    const Section section(related, subject);
    auto table = section.add_to(builder, options);
    if (!table.sheet.rows.empty()) tables.push_back(std::move(table));
    if (section.rejected() > 0) {
      builder.warn(fmt::format("{}.{}: {} omitted (not accepted by the platform)",
                               related.field.section, related.field.field, section.rejected()));
    }
  }
  return tables;
}

}  // namespace enrichment
