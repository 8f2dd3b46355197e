#include "source/shared_entities.hpp"

#include <algorithm>

#include "source/country_names.hpp"
#include "source/object_collection.hpp"
#include "stix/ids.hpp"

namespace source {
namespace {

SharedEntity with_only_its_id(nlohmann::json object) {
  auto id = object.at("id").get<std::string>();
  return {std::move(object), {std::move(id)}};
}

}  // namespace

SharedEntity country_entity(const Country& country, const stix::Provenance& provenance) {
  std::vector<std::string> aliases{std::string(country.alpha_2), std::string(country.alpha_3)};
  for (const auto other : {country.other_name, country.official_name}) {
    if (!other.empty() && std::find(aliases.begin(), aliases.end(), other) == aliases.end()) {
      aliases.emplace_back(other);
    }
  }
  std::vector<std::string> alternative_ids;
  for (const auto& known : names_of(country)) {
    alternative_ids.push_back(stix::location_id(known, "Country"));
  }
  return {stix::country(country.name, aliases, standard_created, provenance),
          std::move(alternative_ids)};
}

SharedEntity sector_entity(std::string_view name, const stix::Provenance& provenance) {
  return with_only_its_id(stix::sector(name, standard_created, provenance));
}

SharedEntity organization_entity(std::string_view name, const stix::Provenance& provenance) {
  return with_only_its_id(stix::organization(name, standard_created, provenance));
}

}  // namespace source
