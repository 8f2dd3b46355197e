#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <memory>

#include "net/amqp/detail/tls.hpp"

namespace net {
namespace {

using ContextOwner = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using SslOwner = std::unique_ptr<SSL, decltype(&SSL_free)>;

/// The name in the client's first message (RFC 6066, 3): the sizes of the list and of the name take
/// two bytes each, the kind of the name one.
int note_name(SSL* ssl, int* /*alert*/, void* noted) {
  constexpr std::size_t before_the_name = 5;
  const unsigned char* list = nullptr;
  std::size_t size = 0;
  auto& name = *static_cast<std::string*>(noted);
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &list, &size) == 1) {
    name.assign(list + before_the_name, list + size);
  } else {
    name = "none";
  }
  return SSL_CLIENT_HELLO_SUCCESS;
}

/// The name that a server receives whose client connects to 127.0.0.1, as librabbitmq does.
std::string name_sent_for(const std::string& host) {
  TlsHandshake handshake{.host = host};
  const ContextOwner client_context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  EXPECT_TRUE(set_up_tls(client_context.get(), {}, handshake));
  const SslOwner client(SSL_new(client_context.get()), &SSL_free);
  std::string connected_to = "127.0.0.1";
  SSL_ctrl(client.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           connected_to.data());

  std::string name;
  const ContextOwner server_context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX_set_client_hello_cb(server_context.get(), note_name, &name);
  const SslOwner server(SSL_new(server_context.get()), &SSL_free);

  BIO* client_end = nullptr;
  BIO* server_end = nullptr;
  EXPECT_EQ(BIO_new_bio_pair(&client_end, 0, &server_end, 0), 1);
  SSL_set_bio(client.get(), client_end, client_end);
  SSL_set_bio(server.get(), server_end, server_end);
  SSL_connect(client.get());
  SSL_accept(server.get());
  return name;
}

TEST(TlsHandshake, SendsTheNameOfTheHostWhateverTheLibraryConnectsTo) {
  EXPECT_EQ(name_sent_for("broker.example"), "broker.example");
}

TEST(TlsHandshake, SendsNoNameForAnAddress) {
  EXPECT_EQ(name_sent_for("192.0.2.1"), "none");
  EXPECT_EQ(name_sent_for("2001:db8::1"), "none");
}

}  // namespace
}  // namespace net
