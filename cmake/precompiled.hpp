// Headers that nearly every file includes and that are slow to parse; see CMakeLists.txt, target
// `precompiled`.
#pragma once

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

// Compiled once, in json_instance.cpp; otherwise each file would compile it again.
extern template class nlohmann::basic_json<>;
