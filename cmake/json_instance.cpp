// The members of nlohmann::json, compiled once; precompiled.hpp tells everybody else to use these.
#include <nlohmann/json.hpp>

template class nlohmann::basic_json<>;
