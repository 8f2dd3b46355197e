// The platform's ids that occur beside each other in messages and calls. At the boundary (JSON, a
// database, the log) they are texts.
#pragma once

#include "text/typed_id.hpp"

namespace opencti {

/// Of a work, which shows people how far a request is. Empty: there is none, as in a playbook.
using WorkId = text::TypedId<struct WorkTag>;
/// Of a draft, a workspace whose content is not in the knowledge base yet. Empty: outside drafts.
using DraftId = text::TypedId<struct DraftTag>;
/// STIX id of the object that is enriched.
using EntityId = text::TypedId<struct EntityTag>;

}  // namespace opencti
