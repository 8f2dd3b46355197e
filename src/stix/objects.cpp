#include "stix/objects.hpp"

#include "stix/ids.hpp"

namespace stix {

using nlohmann::json;

json organization(std::string_view name, std::string_view created) {
  return {{"type", "identity"},
          {"spec_version", "2.1"},
          {"id", identity_id("organization", name)},
          {"created", created},
          {"modified", created},
          {"name", name},
          {"identity_class", "organization"}};
}

json external_reference(std::string_view source_name, std::string_view url,
                        std::optional<std::string_view> description,
                        std::optional<std::string_view> external_id) {
  json reference{{"source_name", source_name}, {"url", url}};
  if (description) reference["description"] = *description;
  if (external_id) reference["external_id"] = *external_id;
  return reference;
}

}  // namespace stix
