// The answers in samples/.
#pragma once

#include <string>

#include "support/files.hpp"

namespace support {

/// The answer of a folder of samples/, for example "file/malicious".
inline std::string sample(const std::string& folder) {
  return text_of(SOURCE_DIR "/samples/" + folder + "/answer.json");
}

}  // namespace support
