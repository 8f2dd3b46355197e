// What an operator can choose about scores; on its own, so that the settings can speak of it.
#pragma once

namespace enrichment {

/// What happens to a score that the observable has already.
enum class ScorePolicy { replace, raise_only, keep };

}  // namespace enrichment
