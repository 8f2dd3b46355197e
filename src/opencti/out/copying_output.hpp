// Puts a copy of each result elsewhere before it goes its usual way.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "opencti/out/bundle_file.hpp"
#include "opencti/out/output.hpp"
#include "opencti/registration.hpp"

namespace opencti {

/// Results for a draft are not copied: the copy could not tell that it is for one.
class CopyingOutput final : public Output {
 public:
  /// @param stores must outlive this object.
  /// @param next the usual way, which must outlive this object; nullptr: there is none.
  CopyingOutput(const Identity& identity, std::vector<BundleStore*> stores, Output* next);

  /// To be called before the first parcel, and after each registration.
  void use(const Registration& registration);

  [[nodiscard]] Shipment pack(const Parcel& parcel) override;
  [[nodiscard]] net::Result<void> send(const Shipment& shipment,
                                       const net::Deadline& deadline) override;

 private:
  [[nodiscard]] BundleCopy copy_of(const Parcel& parcel);

  std::string prefix_;
  nlohmann::json connector_;
  std::vector<BundleStore*> stores_;
  Output* next_;
  std::mutex mutex_;
  std::string user_id_;
  /// Of the last copy: no two have the same name.
  std::chrono::system_clock::time_point last_;
};

}  // namespace opencti
