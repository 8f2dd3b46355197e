// A bundle as text, read and changed in place. Unchanged parts are copied byte for byte, without
// making a document of them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "stix/observable.hpp"

namespace opencti {

/// Receives a text piece by piece.
using TextSink = std::function<void(std::string_view)>;

/// Asked before each object of a bundle: false ends the work on it.
using GoesOn = std::function<bool()>;

/// The text of an object's member; the last one if there are several of that name; empty if there
/// is none, or if `object` is not the text of an object.
[[nodiscard]] std::string_view member_text(std::string_view object, std::string_view name);

/// Whether the text is an object with a list of objects.
[[nodiscard]] bool is_bundle(std::string_view text);

/// The text of the bundle's first object with this id; empty if there is none.
[[nodiscard]] std::string_view object_text(std::string_view bundle, std::string_view id);

/// An object of a bundle as a document; null over 1 MiB or 10,000 values, which no observable has.
[[nodiscard]] nlohmann::json read_object_text(std::string_view object);

/// Changes to a bundle.
struct BundleChange {
  /// The id of the objects to update.
  std::string id;
  stix::ObservableUpdate update;
  /// Added, unless the bundle has one with the same id.
  std::vector<nlohmann::json> objects;
  /// Organisations that all objects are shared with.
  std::vector<std::string> granted_refs;
};

/// Writes the bundle with the changes. Unchanged members of a changed object are copied byte for
/// byte; so is an object that cannot be read. Needs memory for one object only.
/// @param bundle for which is_bundle() holds
/// @returns false if `goes_on` ended it: the bundle is incomplete
[[nodiscard]] bool write_changed(std::string_view bundle, const BundleChange& change,
                                 const TextSink& sink, const GoesOn& goes_on);

/// Writes `text` with the differences between `before` and `after`; the rest is copied byte for
/// byte.
/// @param text from which `before` was read
void write_patched(std::string_view text, const nlohmann::json& before, const nlohmann::json& after,
                   const TextSink& sink);

/// A bundle with only this object of the bundle; without objects if there is none.
/// @param name the id of the new bundle
[[nodiscard]] std::string bundle_of_one(std::string_view bundle, std::string_view id,
                                        std::string_view name);

}  // namespace opencti
