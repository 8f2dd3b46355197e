#include "tip/rows.hpp"

#include <gmock/gmock.h>

namespace tip {
namespace {

std::vector<std::string> advice_on(const char* url) {
  Options options;
  options.chain.client.base_url = url;
  return advice(options);
}

TEST(Advice, IsNotToSendTheKeyUnencryptedToAnotherMachine) {
  for (const auto* url : {"https://tip.example", "http://localhost:1/x", "http://127.0.0.1:8080",
                          "http://[::1]:80"}) {
    EXPECT_THAT(advice_on(url), testing::IsEmpty()) << url;
  }
  for (const auto* url :
       {"http://localhost.example", "http://127.evil.example", "http://10.0.0.1", "http://[::2]"}) {
    EXPECT_THAT(advice_on(url), testing::ElementsAre(testing::HasSubstr("sent unencrypted")))
        << url;
  }
}

}  // namespace
}  // namespace tip
