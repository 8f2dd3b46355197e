// A bundle as the text that it came as: read and changed where it lies. What is not changed goes
// back byte for byte, whatever it is, and no document is made of it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "stix/observable.hpp"

namespace opencti {

/// Takes a text piece by piece.
using TextSink = std::function<void(std::string_view)>;

/// The text of an object's member; the last one where there are several of that name, empty where
/// there is none, or where `object` is not the text of an object.
[[nodiscard]] std::string_view member_text(std::string_view object, std::string_view name);

/// Whether it is an object with a list of objects.
[[nodiscard]] bool is_bundle(std::string_view text);

/// The text of the bundle's first object with this id; empty where there is none.
[[nodiscard]] std::string_view object_text(std::string_view bundle, std::string_view id);

/// An object of these, as a document; null beyond 1 MiB or 10,000 values, which no observable has.
[[nodiscard]] nlohmann::json read_object_text(std::string_view object);

/// What is new about a bundle.
struct BundleChange {
  /// Of the objects that the update is about.
  std::string id;
  stix::ObservableUpdate update;
  /// Added, unless the bundle has one with the same id.
  std::vector<nlohmann::json> objects;
  /// Organisations that all objects are shared with.
  std::vector<std::string> granted_refs;
};

/// Writes the bundle with what is new. Of an object that changes the members that do not are copied
/// as they came; so is all of one that cannot be read. Of memory it takes what one object takes.
/// @param bundle for which is_bundle() holds
void write_changed(std::string_view bundle, const BundleChange& change, const TextSink& sink);

/// Of a text that differs from `before` as `after` does: what did not change stays as it stands.
/// @param text that `before` was read from
void write_patched(std::string_view text, const nlohmann::json& before, const nlohmann::json& after,
                   const TextSink& sink);

/// A bundle of that one object of the bundle; without objects where it has none such.
/// @param name its own id
[[nodiscard]] std::string bundle_of_one(std::string_view bundle, std::string_view id,
                                        std::string_view name);

}  // namespace opencti
