// Attempts on a server that replicas share.
#pragma once

#include <string>
#include <string_view>

#include "runtime/attempts.hpp"
#include "storage/replicas.hpp"
#include "storage/trouble.hpp"

namespace runtime {

/// Records which replica has begun a message. If that replica is not alive when the message is
/// delivered again, that counts as a crash, once its lease has expired. Kept for a week.
class SharedAttempts final : public Attempts {
 public:
  /// @param shared must outlive this object
  SharedAttempts(storage::Shared shared, telemetry::Log log);

  [[nodiscard]] Before before(const std::string& key) override;
  [[nodiscard]] Before begin_reading(const std::string& key) override;
  void begun(const std::string& key, const Before& before, std::string_view dying) override;
  void not_begun(const std::string& key, const Before& before) override;
  void failed(const std::string& key, const Before& before, const std::string& reason) override;
  void over(const std::string& key) override;

 private:
  storage::Redis& redis_;
  storage::Replicas& replicas_;
  storage::Trouble trouble_;
};

}  // namespace runtime
