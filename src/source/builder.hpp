// Builds an enrichment from the data of a source, in a few calls.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "export.hpp"
#include "source/author.hpp"
#include "source/enrichment.hpp"
#include "source/object_collection.hpp"
#include "source/source.hpp"
#include "stix/canonical_value.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// From the enriched observable to the added object, or from the added object to the observable.
enum class Direction { from_observable, to_observable };

/// How another observable is related to the enriched one.
struct Related {
  /// If the platform does not accept it between the two types, it becomes `related-to`.
  std::string_view relationship = "related-to";
  Direction direction = Direction::from_observable;
  /// Score of the other observable, 0 to 100.
  std::optional<int> score = {};
  /// When the two were seen together.
  Seen seen = {};
  /// Additional names, for a file.
  std::set<std::string> names = {};
};

struct NoteText {
  /// One word, unique among the notes on one observable. It must never change: the id is hashed
  /// from it.
  std::string_view topic;
  /// Comes before the key of the observable in the abstract and in the first line.
  std::string_view title;
  /// Markdown. Pass untrusted text through text::escape_markdown() first.
  std::string_view text;
  std::string_view created = standard_created;
  /// Empty: Builder::key().
  std::string_view about = {};
};

struct IndicatorText {
  /// 0 to 100; nothing: the score of the observable.
  std::optional<int> score = {};
  /// For people; may be empty.
  std::string_view description = {};
  /// Name of the indicator of a file; empty: Builder::key().
  std::string_view name = {};
};

struct BuilderOptions {
  /// The start of validity of indicators: midnight in RFC 3339; empty: today.
  std::string today = {};
  /// Whether the enrichment gets a warning per kind of data that was left out. If false, the caller
  /// counts them by the results of the calls.
  bool warn = true;
};

/// The enrichment begins with its author and is marked as strictly as observable and author
/// require. Each object occurs once and has a deterministic id; dates are the same in every run. It
/// has only relationships that the platform accepts, and all texts in stored form. So the same
/// answer always gives the same bytes. Shared objects stay as others made them (see
/// fit_to_platform()).
///
/// Untrusted values can be passed unchanged: empty values count as absent, and values that the
/// platform would reject are left out, with a warning for the log. The number of objects of each
/// kind is limited. Calls that add an object return its id, or an empty text if it was left out;
/// both may be passed to add_relationship().
///
/// ```cpp
/// source::Enrichment scanner(const source::Author& author, const source::Request& request) {
///   source::Builder builder(author, request);
///   builder.set_score(85);
///   builder.add_label("scanner");
///   builder.add_country("NL");
///   builder.add_observable("domain-name", "example.com",
///                          {.relationship = "resolves-to",
///                           .direction = source::Direction::to_observable});
///   return builder.take();
/// }
/// ```
class Builder final {
 public:
  /// @param author, request must outlive this object
  Builder(const Author& author, const Request& request, BuilderOptions options = {});

  // Changes of the enriched observable.

  /// Clamped to 0 to 100. A setting decides whether it replaces a present score.
  void set_score(int score);
  /// In any letter case: the platform stores labels in lower case. @returns whether it was added
  bool add_label(std::string_view label);
  void add_reference(std::string_view source_name, std::string_view url,
                     std::optional<std::string_view> description = {},
                     std::optional<std::string_view> external_id = {});
  /// For a file or artifact. A hash that differs from the observable's own is left out, because it
  /// would overwrite that, and could merge two files.
  bool add_hash(std::string_view algorithm, std::string_view value);
  /// For a file, in bytes; the platform does not store a size of other observables.
  bool set_size(std::int64_t bytes);
  /// Another name of a file.
  bool add_name(std::string_view name);

  // Further objects.

  /// An address, a domain, a host name or a URL, in any spelling.
  std::string add_observable(std::string_view type, std::string_view value,
                             const Related& related = {});
  std::string add_observable(const stix::CanonicalValue& value, const Related& related = {});
  std::string add_file(const stix::Hashes& hashes, const Related& related = {});
  /// For an address, with the relationship `belongs-to`. @param name may be empty
  std::string add_autonomous_system(std::int64_t number, std::string_view name = {});
  /// A country by its ISO 3166-1 code or its name. The platform accepts `located-at` from addresses
  /// only: other types need another relationship.
  std::string add_country(std::string_view code_or_name,
                          std::string_view relationship = "located-at");
  /// The platform accepts `belongs-to` from addresses and domains only: other types need another
  /// relationship.
  std::string add_organization(std::string_view name, std::string_view relationship = "belongs-to");
  /// A branch of industry.
  std::string add_sector(std::string_view name, std::string_view relationship = "related-to");
  /// An indicator of the observable, with its score, valid from today. Call it after hashes and
  /// score are set.
  std::string add_indicator(const IndicatorText& text = {});
  /// A note on the observable. A later note on the same topic updates it. Call it after hashes are
  /// added.
  std::string add_note(const NoteText& note);
  /// A relationship between two added objects, or between the observable's id and an added object.
  /// If the platform does not accept its type, it becomes `related-to`.
  void add_relationship(std::string_view type, const std::string& source_id,
                        const std::string& target_id, const Seen& seen = {});

  /// Adds a warning for the log: a part of the answer was not used.
  void warn(std::string text);

  /// The best identifier of the observable: its value, or the best hash of a file, including added
  /// hashes. Does not change when the platform gives the object another id.
  [[nodiscard]] std::string key() const;
  /// The observable's hashes and the added hashes, in lower case.
  [[nodiscard]] stix::Hashes all_hashes() const;

  /// Returns the enrichment. Call it once, last.
  [[nodiscard]] Enrichment take();

 private:
  struct LeftOut {
    std::size_t count = 0;
    std::string_view why;
  };

  std::string add_related(nlohmann::json object, std::string_view type, const Related& related);
  std::string add_shared(nlohmann::json object, std::vector<std::string> alternative_ids,
                         std::string_view type, std::string_view relationship);
  /// @returns false
  bool leave_out(std::string_view what, std::string_view why);

  const Author& author_;
  const Request& request_;
  BuilderOptions options_;
  std::optional<stix::CanonicalValue> own_value_;
  ObjectCollection collected_;
  Enrichment out_;
  std::set<std::string, std::less<>> names_;
  std::set<std::string> systems_;
  std::set<std::string> organizations_;
  std::map<std::string_view, LeftOut> left_out_;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
