// Logs an exception that ended the body of a thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "telemetry/log.hpp"

namespace telemetry {

/// For os::ThreadOptions::failed.
/// @param doing what the thread does: `consuming messages`
[[nodiscard]] inline std::function<void(std::string_view)> report_to(Log log, std::string doing) {
  return [log = std::move(log), doing = std::move(doing)](std::string_view reason) {
    log.error("A thread failed, and starts again", {{"thread", doing}, {"reason", reason}});
  };
}

}  // namespace telemetry
