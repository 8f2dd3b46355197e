// A hash of each algorithm, of the right length.
#pragma once

#include <string>

namespace support {

inline const std::string md5(32, 'a');
inline const std::string sha1(40, 'b');
inline const std::string sha256(64, 'c');

}  // namespace support
