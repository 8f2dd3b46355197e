// Attempts on a server that replicas share.
#pragma once

#include <string>
#include <string_view>

#include "runtime/attempts.hpp"
#include "storage/replicas.hpp"
#include "storage/write_health.hpp"

namespace runtime {

/// Records which replica has begun a message. If that replica is not alive when the message is
/// delivered again, that counts as a crash, once its lease has expired. Kept for a week.
class SharedAttempts final : public Attempts {
 public:
  /// @param shared must outlive this object
  SharedAttempts(storage::Shared shared, telemetry::Log log);

  [[nodiscard]] EarlierAttempts find(const std::string& key) override;
  [[nodiscard]] EarlierAttempts begin_reading(const std::string& key) override;
  void begun(const std::string& key, const EarlierAttempts& earlier,
             std::string_view crash_reason) override;
  void not_begun(const std::string& key, const EarlierAttempts& earlier) override;
  void failed(const std::string& key, const EarlierAttempts& earlier,
              const std::string& reason) override;
  void over(const std::string& key) override;

 private:
  storage::Redis& redis_;
  storage::Replicas& replicas_;
  storage::WriteHealth write_health_;
};

}  // namespace runtime
