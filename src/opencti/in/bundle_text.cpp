#include "opencti/in/bundle_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "opencti/client/sharing.hpp"
#include "opencti/in/observable.hpp"
#include "text/json.hpp"
#include "text/json_scanner.hpp"

namespace opencti {
namespace {

using nlohmann::json;
using text::JsonScanner;
using text::JsonToken;

constexpr text::JsonLimits of_one_object{.size = std::size_t{1} * 1024 * 1024, .values = 10'000};

/// Calls `each` with the scanner on the name of each member, until it returns false; it may read
/// the member's value.
template <class Each>
void for_each_member(std::string_view object, Each each) {
  JsonScanner scanner(object);
  if (scanner.next() != JsonToken::object) return;
  for (auto token = scanner.next(); token == JsonToken::key; token = scanner.next()) {
    if (!each(scanner)) return;
  }
}

/// Calls `each` with the text of each item, and where it begins; until it returns false.
template <class Each>
void for_each_item(std::string_view list, Each each) {
  JsonScanner scanner(list);
  if (scanner.next() != JsonToken::array) return;
  for (auto token = scanner.next(); token != JsonToken::array_end; token = scanner.next()) {
    const auto begin = scanner.begin();
    const auto text = scanner.skip();
    if (text.empty() || !each(text, begin)) return;
  }
}

bool has_id(std::string_view object, std::string_view id) {
  // A quick check without parsing, for most objects.
  if (object.find(id) == std::string_view::npos && object.find('\\') == std::string_view::npos) {
    return false;
  }
  const auto text = member_text(object, "id");
  JsonScanner scanner(text);
  return scanner.next() == JsonToken::string && scanner.is(id);
}

std::string id_in(std::string_view object) {
  const auto text = member_text(object, "id");
  JsonScanner scanner(text);
  return scanner.next() == JsonToken::string ? scanner.text() : std::string();
}

/// For each different member, the offset of its last occurrence: earlier duplicates are ignored by
/// readers.
std::map<std::string, std::size_t> places_that_differ(std::string_view text, const json& before,
                                                      const json& after) {
  std::map<std::string, std::size_t> places;
  for_each_member(text, [&](JsonScanner& scanner) {
    const auto begin = scanner.begin();
    const auto name = scanner.text();
    const auto changed = after.find(name);
    const auto was = before.find(name);
    if (changed != after.end() && was != before.end() && *changed != *was) places[name] = begin;
    return !scanner.skip().empty();
  });
  return places;
}

void patch_object(std::string_view text, const json& before, const json& after,
                  const TextSink& sink) {
  const auto places = places_that_differ(text, before, after);
  std::size_t copied = 0;
  bool empty = true;
  for_each_member(text, [&](JsonScanner& scanner) {
    empty = false;
    const auto place = scanner.begin();
    const auto name = scanner.text();
    const auto value = scanner.skip();
    const auto found = places.find(name);
    if (found == places.end() || found->second != place) return true;
    const auto begin = static_cast<std::size_t>(value.data() - text.data());
    sink(text.substr(copied, begin - copied));
    write_patched(value, before.at(name), after.at(name), sink);
    copied = begin + value.size();
    return true;
  });
  const auto end = text.rfind('}');
  sink(text.substr(copied, end - copied));
  for (const auto& [name, value] : after.items()) {
    if (before.contains(name)) continue;
    sink(empty ? "" : ",");
    sink(text::dump_json(name));
    sink(":");
    sink(text::dump_json(value));
    empty = false;
  }
  sink("}");
}

/// Whether `after` is `before` with more items at the end.
bool only_longer(const json& before, const json& after) {
  return before.is_array() && after.is_array() && before.size() < after.size() &&
         std::equal(before.begin(), before.end(), after.begin());
}

void lengthen(std::string_view text, const json& before, const json& after, const TextSink& sink) {
  sink(text.substr(0, text.rfind(']')));
  bool empty = before.empty();
  for (auto at = before.size(); at < after.size(); ++at) {
    sink(empty ? "" : ",");
    sink(text::dump_json(after[at]));
    empty = false;
  }
  sink("]");
}

/// The objects of these that the bundle lacks.
std::vector<const json*> missing_in(std::string_view list, const std::vector<json>& objects,
                                    const GoesOn& goes_on) {
  std::set<std::string> there;
  std::set<std::string> wanted;
  for (const auto& object : objects) wanted.insert(text::text_at(object, "id"));
  for_each_item(list, [&](std::string_view object, std::size_t) {
    if (const auto id = id_in(object); wanted.contains(id)) there.insert(id);
    return goes_on();
  });
  std::vector<const json*> missing;
  for (const auto& object : objects) {
    if (there.insert(text::text_at(object, "id")).second) missing.push_back(&object);
  }
  return missing;
}

void write_changed_object(std::string_view text, const BundleChange& change, bool subject,
                          const TextSink& sink) {
  const auto before = read_object_text(text);
  if (!before.is_object()) return sink(text);
  // Without an initializer list, which would copy.
  std::vector<json> after;
  after.push_back(subject ? updated_object(before, change.update) : before);
  share_with(after, change.granted_refs);
  write_patched(text, before, after.front(), sink);
}

}  // namespace

std::string_view member_text(std::string_view object, std::string_view name) {
  std::string_view found;
  for_each_member(object, [&](JsonScanner& scanner) {
    const bool wanted = scanner.is(name);
    const auto value = scanner.skip();
    if (wanted) found = value;
    return !value.empty();
  });
  return found;
}

bool is_bundle(std::string_view text) { return member_text(text, "objects").starts_with('['); }

std::string_view object_text(std::string_view bundle, std::string_view id) {
  std::string_view found;
  for_each_item(member_text(bundle, "objects"), [&](std::string_view object, std::size_t) {
    if (has_id(object, id)) found = object;
    return found.empty();
  });
  return found;
}

json read_object_text(std::string_view object) {
  auto parsed = text::parse_json(object, of_one_object);
  return parsed && parsed->is_object() ? std::move(*parsed) : json();
}

void write_patched(std::string_view text, const json& before, const json& after,
                   const TextSink& sink) {
  if (before == after) {
    sink(text);
  } else if (before.is_object() && after.is_object()) {
    patch_object(text, before, after, sink);
  } else if (only_longer(before, after)) {
    lengthen(text, before, after, sink);
  } else {
    sink(text::dump_json(after));
  }
}

bool write_changed(std::string_view bundle, const BundleChange& change, const TextSink& sink,
                   const GoesOn& goes_on) {
  const auto list = member_text(bundle, "objects");
  const auto list_begin = static_cast<std::size_t>(list.data() - bundle.data());
  std::size_t copied = 0;
  bool empty = true;
  for_each_item(list, [&](std::string_view object, std::size_t begin) {
    empty = false;
    if (!goes_on()) return false;
    const bool subject = !change.id.empty() && has_id(object, change.id);
    // Only objects are shared.
    if (!subject && (change.granted_refs.empty() || !object.starts_with('{'))) return true;
    begin += list_begin;
    sink(bundle.substr(copied, begin - copied));
    write_changed_object(object, change, subject, sink);
    copied = begin + object.size();
    return true;
  });
  if (!goes_on()) return false;
  const auto list_end = list_begin + list.size() - 1;
  sink(bundle.substr(copied, list_end - copied));
  for (const auto* object : missing_in(list, change.objects, goes_on)) {
    if (!goes_on()) return false;
    std::vector<json> shared{*object};
    share_with(shared, change.granted_refs);
    sink(empty ? "" : ",");
    sink(text::dump_json(shared.front()));
    empty = false;
  }
  sink(bundle.substr(list_end));
  return goes_on();
}

std::string bundle_of_one(std::string_view bundle, std::string_view id, std::string_view name) {
  return fmt::format(R"({{"type":"bundle","id":{},"objects":[{}]}})", text::dump_json(name),
                     object_text(bundle, id));
}

}  // namespace opencti
