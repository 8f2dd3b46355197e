#include "enrichment/finish.hpp"

#include <utility>

#include "enrichment/author.hpp"
#include "stix/stored_form.hpp"

namespace enrichment {

Enrichment finished(Enrichment enrichment) {
  auto& update = enrichment.update;
  auto& objects = enrichment.objects;
  update = stix::stored_form(std::move(update));
  for (auto& object : objects) object = stix::stored_form(std::move(object));
  if (update.created_by_ref || !objects.empty()) objects.insert(objects.begin(), author());
  enrichment.author_id = author_id();
  return enrichment;
}

}  // namespace enrichment
