// The members of nlohmann::json, compiled once; precompiled.hpp lets all other files use them.
#include <nlohmann/json.hpp>

template class nlohmann::basic_json<>;
