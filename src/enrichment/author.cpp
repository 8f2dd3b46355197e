#include "enrichment/author.hpp"

namespace enrichment {

const source::Author& author() {
  static const source::Author kaspersky("Kaspersky Enrichment", stix::Tlp::amber);
  return kaspersky;
}

}  // namespace enrichment
