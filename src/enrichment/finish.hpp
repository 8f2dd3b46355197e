// The last step of every conversion.
#pragma once

#include "enrichment/convert.hpp"

namespace enrichment {

/// The enrichment as it leaves this room: the author comes before the objects that name it, and
/// everything is in the form in which the platform stores it, so that sending it again is no event.
[[nodiscard]] Enrichment finished(Enrichment enrichment);

}  // namespace enrichment
