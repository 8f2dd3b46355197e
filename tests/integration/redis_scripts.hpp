// The scripts that several tests of Redis call.
#pragma once

#include "storage/redis.hpp"

namespace storage {

inline constexpr Script put{"return redis.call('SET', KEYS[1], ARGV[1])"};
inline constexpr Script get{"return redis.call('GET', KEYS[1])"};

}  // namespace storage
