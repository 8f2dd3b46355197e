// Makes an enrichment of what a source knows, in a few calls.
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
#include "source/drafts.hpp"
#include "source/enrichment.hpp"
#include "source/source.hpp"
#include "stix/canonical_value.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// From the observable that was asked about to what is added, or the other way round.
enum class Direction { from_observable, to_observable };

/// How another observable is connected with the one that was asked about.
struct Related {
  /// Where the platform does not accept it between the two types, it becomes `related-to`.
  std::string_view relationship = "related-to";
  Direction direction = Direction::from_observable;
  /// Of the other observable, 0 to 100.
  std::optional<int> score = {};
  /// When the two were seen together.
  Seen seen = {};
  /// Of a file: additional ones.
  std::set<std::string> names = {};
};

struct NoteText {
  /// One word, unique among the notes on one observable. Enters the id, hence it stays.
  std::string_view topic;
  /// Before the key of the observable, in the abstract and the first line.
  std::string_view title;
  /// Markdown. What others wrote goes through text::escape_markdown() before.
  std::string_view text;
  std::string_view created = standard_created;
  /// Empty: Builder::key().
  std::string_view about = {};
};

struct IndicatorText {
  /// 0 to 100; nothing: the observable's.
  std::optional<int> score = {};
  /// For people; may be empty.
  std::string_view description = {};
  /// Of a file; empty: Builder::key().
  std::string_view name = {};
};

struct BuilderOptions {
  /// Midnight in RFC 3339, the first day of indicators; empty: the clock's.
  std::string today = {};
  /// Whether the enrichment has a warning for each kind of things that were left out. Without it
  /// the caller counts them, by the results of the calls.
  bool warn = true;
};

/// The enrichment has its author first, is marked as strictly as the observable and the author want
/// it, names each object once, by an id that follows from what it is, has dates that do not change
/// from one run to the next, only relationships that the platform accepts, and all texts in the
/// form in which the platform stores them. So the same answer gives the same bytes, and what is
/// shared stays as others made it (see stand_beside()).
///
/// Values of others can be passed as they came: what is empty is not there, and what the platform
/// would reject is left out, with a warning for the log. Numbers of things are bounded. Calls that
/// add an object return its id, or an empty text where it was left out; either can be passed on to
/// add_relationship().
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

  // The observable that was asked about.

  /// Below 0 it is 0, beyond 100 it is 100. Whether it replaces another one is for the operator to
  /// say.
  void set_score(int score);
  /// In any letter case: the platform keeps labels in lower case. @returns whether it was taken
  bool add_label(std::string_view label);
  void add_reference(std::string_view source_name, std::string_view url,
                     std::optional<std::string_view> description = {},
                     std::optional<std::string_view> external_id = {});
  /// Of a file or artifact. A hash that differs from the observable's own is left out: sent, it
  /// would overwrite it, and could merge two files.
  bool add_hash(std::string_view algorithm, std::string_view value);
  /// Of a file, in bytes; of other observables the platform stores none.
  bool set_size(std::int64_t bytes);
  /// Another name of a file.
  bool add_name(std::string_view name);

  // What is around it.

  /// An address, a domain, a host name or a URL, in any spelling.
  std::string add_observable(std::string_view type, std::string_view value,
                             const Related& related = {});
  std::string add_observable(const stix::CanonicalValue& value, const Related& related = {});
  std::string add_file(const stix::Hashes& hashes, const Related& related = {});
  /// Of an address: `belongs-to`. @param name may be empty
  std::string add_autonomous_system(std::int64_t number, std::string_view name = {});
  /// By its ISO 3166-1 code or its name. For types of which the platform does not accept
  /// `located-at` (all but addresses) only with another relationship.
  std::string add_country(std::string_view code_or_name,
                          std::string_view relationship = "located-at");
  /// For types of which the platform does not accept `belongs-to` (all but addresses and domains)
  /// only with another relationship.
  std::string add_organization(std::string_view name, std::string_view relationship = "belongs-to");
  /// A branch of industry.
  std::string add_sector(std::string_view name, std::string_view relationship = "related-to");
  /// Of the observable, with its score; valid from today. After hashes and score.
  std::string add_indicator(const IndicatorText& text = {});
  /// On the observable. The next one on the same topic changes it. After hashes.
  std::string add_note(const NoteText& note);
  /// Between any two objects that were added, or the observable's id and one of them. Where the
  /// platform does not accept it, it becomes `related-to`.
  void add_relationship(std::string_view type, const std::string& source_id,
                        const std::string& target_id, const Seen& seen = {});

  /// For the log: a part of the answer was not used.
  void warn(std::string text);

  /// By what the observable is known best: its value, or the best of a file's hashes, those added
  /// included. Stays the same when the platform gives the object another id.
  [[nodiscard]] std::string key() const;
  /// The observable's hashes, in lower case, and those added.
  [[nodiscard]] stix::Hashes all_hashes() const;

  /// To be called once, last.
  [[nodiscard]] Enrichment take();

 private:
  struct LeftOut {
    std::size_t count = 0;
    std::string_view why;
  };

  std::string add_related(nlohmann::json object, std::string_view type, const Related& related);
  std::string add_shared(nlohmann::json object, std::vector<std::string> known_by,
                         std::string_view type, std::string_view relationship);
  /// @returns false
  bool leave_out(std::string_view what, std::string_view why);

  const Author& author_;
  const Request& request_;
  BuilderOptions options_;
  std::optional<stix::CanonicalValue> own_value_;
  Drafts drafts_;
  Enrichment out_;
  std::set<std::string, std::less<>> names_;
  std::set<std::string> systems_;
  std::set<std::string> organizations_;
  std::map<std::string_view, LeftOut> left_out_;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
