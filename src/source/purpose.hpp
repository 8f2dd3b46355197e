// Who wants to know.
#pragma once

#include "export.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// A person, a playbook, or the platform by itself. The last of a source's quota is kept for
/// people.
enum class Purpose { manual, playbook, automatic };

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
