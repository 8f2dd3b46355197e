// Tests which certificates HttpClient trusts.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <stdexcept>

#include "net/detail/tls_identity.hpp"
#include "net/http/client.hpp"
#include "support/http_server.hpp"
#include "support/temporary_folder.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;
using support::HttpServer;
using support::in_order;

class HttpClientTls : public testing::Test {
 protected:
  /// The error of a request to the server by a client with these options; nothing if it succeeds.
  [[nodiscard]] std::optional<ErrorKind> error_with(const HttpClientOptions& options) const {
    const HttpClient client(options);
    const auto response = client.send({.url = server_.url("/")}, Deadline::after(30s));
    if (response) return std::nullopt;
    return response.error().kind;
  }

  const support::TlsIdentity identity_ = support::make_tls_identity();
  const support::TlsIdentity other_ = support::make_tls_identity();
  const HttpServer server_{in_order({{}}), identity_};
  const support::TemporaryFolder folder_;
};

TEST_F(HttpClientTls, ACertificateOfAnUnknownCaIsRejected) {
  EXPECT_EQ(error_with({}), ErrorKind::tls);
}

TEST_F(HttpClientTls, WithoutVerificationAnyCertificateDoes) {
  EXPECT_EQ(error_with({.verify_tls = false}), std::nullopt);
}

TEST_F(HttpClientTls, ATrustedFileIsEnough) {
  EXPECT_EQ(error_with({.ca_path = folder_.write("ca.pem", identity_.certificate)}), std::nullopt);
  EXPECT_EQ(error_with({.ca_path = folder_.write("other.pem", other_.certificate)}),
            ErrorKind::tls);
}

TEST_F(HttpClientTls, ATrustedFolderIsEnoughWithAndWithoutASlash) {
  static_cast<void>(folder_.write("ca.pem", identity_.certificate));
  // OpenSSL finds a certificate in a folder by the hash of its subject's name.
  std::filesystem::create_symlink("ca.pem",
                                  folder_.path() / support::file_name_in_ca_folder(identity_));
  EXPECT_EQ(error_with({.ca_path = folder_.path().string()}), std::nullopt);
  EXPECT_EQ(error_with({.ca_path = folder_.path().string() + "/"}), std::nullopt);
}

TEST_F(HttpClientTls, AnExtraCertificateIsTrustedInAdditionToAFile) {
  const auto file = folder_.write("other.pem", other_.certificate);
  EXPECT_EQ(error_with({.ca_path = file, .extra_ca_pem = identity_.certificate}), std::nullopt);
  const auto same = folder_.write("ca.pem", identity_.certificate);
  EXPECT_EQ(error_with({.ca_path = same, .extra_ca_pem = other_.certificate}), std::nullopt);
}

TEST_F(HttpClientTls, AnExtraCertificateIsTrustedInAdditionToTheSystems) {
  EXPECT_EQ(error_with({.extra_ca_pem = identity_.certificate}), std::nullopt);
}

TEST_F(HttpClientTls, AnExtraCertificateIsTrustedInAdditionToAFolder) {
  EXPECT_EQ(error_with({.ca_path = folder_.path().string(), .extra_ca_pem = identity_.certificate}),
            std::nullopt);
}

TEST_F(HttpClientTls, AFileThatIsNotThereIsAnErrorAtOnce) {
  EXPECT_THROW(HttpClient({.ca_path = (folder_.path() / "absent.pem").string()}),
               std::runtime_error);
}

TEST_F(HttpClientTls, AFileIsReadOnceAndMayBeAnythingAfterwards) {
  const auto file = folder_.write("ca.pem", identity_.certificate);
  const HttpClient client({.ca_path = file});
  std::filesystem::remove(file);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  EXPECT_TRUE(client.send({.url = server_.url("/")}, Deadline::after(30s)));
}

TEST_F(HttpClientTls, CertificatesAndKeysAreReadFromRegularFilesAlone) {
  const auto pipe = (folder_.path() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const auto& file : {pipe, std::string("/dev/zero")}) {
    EXPECT_THROW(HttpClient({.ca_path = file}), std::runtime_error);
    EXPECT_THROW(HttpClient({.ca_path = file, .extra_ca_pem = identity_.certificate}),
                 std::runtime_error);
    const auto read = read_certificates("ca", file);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, testing::EndsWith("it is not a regular file"));
  }
}

}  // namespace
}  // namespace net
