// Whom HttpClient trusts.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "net/http_client.hpp"
#include "support/http_server.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;
using support::HttpServer;
using support::in_order;

class HttpClientTls : public testing::Test {
 protected:
  HttpClientTls() {
    std::string name = std::filesystem::temp_directory_path() / "http_client_tls_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~HttpClientTls() override { std::filesystem::remove_all(folder_); }

  /// How a request to the server ends for a client with these options: nothing, or the error.
  std::optional<ErrorKind> error_with(const HttpClientOptions& options) const {
    const HttpClient client(options);
    const auto response = client.send({.url = server_.url("/")}, Deadline::after(30s));
    if (response) return std::nullopt;
    return response.error().kind;
  }

  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    const auto path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }

  const support::TlsIdentity identity_ = support::make_tls_identity();
  const support::TlsIdentity other_ = support::make_tls_identity();
  const HttpServer server_{in_order({{}}), identity_};
  std::filesystem::path folder_;
};

TEST_F(HttpClientTls, ACertificateOfNobodyKnownIsRefused) {
  EXPECT_EQ(error_with({}), ErrorKind::tls);
}

TEST_F(HttpClientTls, WithoutVerificationAnyCertificateDoes) {
  EXPECT_EQ(error_with({.verify_tls = false}), std::nullopt);
}

TEST_F(HttpClientTls, ATrustedFileIsEnough) {
  EXPECT_EQ(error_with({.ca_path = write("ca.pem", identity_.certificate)}), std::nullopt);
  EXPECT_EQ(error_with({.ca_path = write("other.pem", other_.certificate)}), ErrorKind::tls);
}

TEST_F(HttpClientTls, ATrustedFolderIsEnoughWithAndWithoutASlash) {
  static_cast<void>(write("ca.pem", identity_.certificate));
  // OpenSSL looks into a folder by the hash of the subject's name.
  std::filesystem::create_symlink("ca.pem", folder_ / support::file_name_in_ca_folder(identity_));
  EXPECT_EQ(error_with({.ca_path = folder_.string()}), std::nullopt);
  EXPECT_EQ(error_with({.ca_path = folder_.string() + "/"}), std::nullopt);
}

TEST_F(HttpClientTls, AnExtraCertificateIsTrustedBesidesAFile) {
  const auto file = write("other.pem", other_.certificate);
  EXPECT_EQ(error_with({.ca_path = file, .extra_ca_pem = identity_.certificate}), std::nullopt);
  const auto same = write("ca.pem", identity_.certificate);
  EXPECT_EQ(error_with({.ca_path = same, .extra_ca_pem = other_.certificate}), std::nullopt);
}

TEST_F(HttpClientTls, AnExtraCertificateIsTrustedBesidesTheSystems) {
  EXPECT_EQ(error_with({.extra_ca_pem = identity_.certificate}), std::nullopt);
}

TEST_F(HttpClientTls, AnExtraCertificateIsTrustedBesidesAFolder) {
  EXPECT_EQ(error_with({.ca_path = folder_.string(), .extra_ca_pem = identity_.certificate}),
            std::nullopt);
}

TEST_F(HttpClientTls, AFileThatIsNotThereIsAnErrorAtOnce) {
  EXPECT_THROW(HttpClient({.ca_path = (folder_ / "absent.pem").string()}), std::runtime_error);
}

}  // namespace
}  // namespace net
