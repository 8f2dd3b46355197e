// The reason of a request.
#pragma once

#include "export.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// A manual request, a playbook, or the platform automatically. The last part of a source's quota
/// is reserved for manual requests.
enum class Purpose { manual, playbook, automatic };

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
