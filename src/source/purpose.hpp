// Who wants to know.
#pragma once

namespace source {

/// A person, a playbook, or the platform by itself. The last of a source's quota is kept for
/// people.
enum class Purpose { manual, playbook, automatic };

}  // namespace source
