#include "stix/web_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace stix {
namespace {

using testing::Field;
using testing::Optional;
using namespace std::string_literals;
using namespace std::string_view_literals;

struct Example {
  std::string_view written;
  std::string text;
  std::string host;
};

void expect_canonical(const std::vector<Example>& examples) {
  for (const auto& [written, text, host] : examples) {
    const auto expected = Optional(WebAddress{text, host});
    EXPECT_THAT(canonical_url(written), expected) << written;
    EXPECT_THAT(canonical_url(text), expected) << "again: " << written;
  }
}

TEST(CanonicalUrl, AddsASchemeOnlyWhereThereIsNone) {
  expect_canonical({
      {"example.com", "http://example.com", "example.com"},
      {"example.com:8080/x", "http://example.com:8080/x", "example.com"},
      {"gsocket.io/x", "http://gsocket.io/x", "gsocket.io"},
      {"example.com/?to=https://example.net/", "http://example.com/?to=https://example.net/",
       "example.com"},
      {"HTTP://example.com/", "http://example.com/", "example.com"},
      {"https://example.com", "https://example.com", "example.com"},
      {"FTP://example.com/a", "ftp://example.com/a", "example.com"},
      {"svn+ssh://example.com/", "svn+ssh://example.com/", "example.com"},
      {"localhost:3000", "http://localhost:3000", "localhost"},
      {"192.0.2.1/a", "http://192.0.2.1/a", "192.0.2.1"},
      {"[2001:DB8::1]:80", "http://[2001:db8::1]:80", "2001:db8::1"},
  });
}

TEST(CanonicalUrl, WritesTheHostInOneWay) {
  expect_canonical({
      {"http://EXAMPLE.com./A", "http://example.com/A", "example.com"},
      {"http://Bücher.example/ü", "http://xn--bcher-kva.example/ü", "xn--bcher-kva.example"},
      {"пример.рф:8080", "http://xn--e1afmkfd.xn--p1ai:8080", "xn--e1afmkfd.xn--p1ai"},
      {"https://a_b.example", "https://a_b.example", "a_b.example"},
      {"https://Intranet/", "https://intranet/", "intranet"},
      {"http://192.0.2.1:8080", "http://192.0.2.1:8080", "192.0.2.1"},
      {"http://[2001:0DB8:0::1]/", "http://[2001:db8::1]/", "2001:db8::1"},
      {"http://[::ffff:c000:201]:1/", "http://[::ffff:192.0.2.1]:1/", "::ffff:192.0.2.1"},
  });
}

TEST(CanonicalUrl, KeepsTheRestBehindTheHostByteForByte) {
  expect_canonical({
      {"http://example.com/A/../B/./%7e//C/", "http://example.com/A/../B/./%7e//C/", "example.com"},
      {"http://example.com?Q=1&&=", "http://example.com?Q=1&&=", "example.com"},
      {"http://example.com#F/?", "http://example.com#F/?", "example.com"},
      {"http://example.com:0080/", "http://example.com:0080/", "example.com"},
      {"http://example.com:65535", "http://example.com:65535", "example.com"},
      {"http://example.com/a\\b?c\\d", "http://example.com/a\\b?c\\d", "example.com"},
      {"http://example.com/%zz%", "http://example.com/%zz%", "example.com"},
      {"http://example.com/é?ж=\u00a0x#😀", "http://example.com/é?ж=\u00a0x#😀", "example.com"},
      {"http://example.com/http://[a]:b@c", "http://example.com/http://[a]:b@c", "example.com"},
      {" \u00a0http://example.com/a\r\n", "http://example.com/a", "example.com"},
  });
}

TEST(CanonicalUrl, LosesCredentialsAndNoOtherAtSign) {
  expect_canonical({
      {"http://user:secret@example.com/", "http://example.com/", "example.com"},
      {"http://user@example.com:81?a@b", "http://example.com:81?a@b", "example.com"},
      {"http://a@b@c/", "http://c/", "c"},
      {"http://@example.com", "http://example.com", "example.com"},
      {"http://:@[::1]:80/", "http://[::1]:80/", "::1"},
      {"http://[::1]@example.com/", "http://example.com/", "example.com"},
      {"http://example.net:80@example.com/", "http://example.com/", "example.com"},
      {"http://пользователь@example.com/", "http://example.com/", "example.com"},
      {"http://example.com/@b@c", "http://example.com/@b@c", "example.com"},
      {"http://example.com?q=a:b@c", "http://example.com?q=a:b@c", "example.com"},
      {"http://example.com#a@b", "http://example.com#a@b", "example.com"},
  });
}

TEST(CanonicalUrl, IsNothingWithoutAHost) {
  for (const auto text :
       {""sv, " "sv, "http://"sv, "http:///path"sv, "://example.com"sv, "//example.com/"sv,
        "/path"sv, "?query"sv, "#fragment"sv, "http://?q"sv, "http://:80/"sv, "http://user@/"sv,
        "http://user@:80"sv, "file:///etc/passwd"sv, "http://./"sv, "http://[]/"sv, "@"sv}) {
    EXPECT_EQ(canonical_url(text), std::nullopt) << text;
  }
}

TEST(CanonicalUrl, IsNothingForAnInvalidHost) {
  for (const auto text : {"http://a..b/"sv,
                          "http://*.example.com/"sv,
                          "http://ex%61mple.com/"sv,
                          "hxxp://q9[.]example/"sv,
                          "http://192.0.2.256/"sv,
                          "http://192.0.2.1./"sv,
                          "http://127.1/"sv,
                          "http://2130706433/"sv,
                          "http://0x7f.0.0.0x1/"sv,
                          "http://１２７.０.０.１/"sv,
                          "http://[192.0.2.1]/"sv,
                          "http://[example.com]/"sv,
                          "http://[::1/"sv,
                          "http://::1]/"sv,
                          "http://[[::1]]/"sv,
                          "http://[::1]a/"sv,
                          "http://[::1%25eth0]/"sv,
                          "http://[v1.a]/"sv,
                          "http://2001:db8::1/"sv,
                          "http://\u00a0example.com/"sv,
                          "http://example.com／@evil.example／/"sv,
                          "http://user＠example.com/"sv,
                          "http://<script>/"sv}) {
    EXPECT_EQ(canonical_url(text), std::nullopt) << text;
  }
}

TEST(CanonicalUrl, IsNothingForABadPort) {
  for (const auto text :
       {"http://example.com:/"sv, "http://example.com:0"sv, "http://example.com:65536/"sv,
        "http://example.com:-1/"sv, "http://example.com:+1/"sv, "http://example.com:80:81/"sv,
        "http://example.com:8o/"sv, "http://example.com:%38/"sv,
        "http://example.com:99999999999999999999"sv, "http://[::1]:/"sv,
        "http://example.com:８０/"sv}) {
    EXPECT_EQ(canonical_url(text), std::nullopt) << text;
  }
}

TEST(CanonicalUrl, IsNothingForASchemeThatWentWrong) {
  for (const auto text : {"http:/example.com"sv, "http:example.com"sv, "http:\\\\example.com"sv,
                          "http://http://example.com/"sv, "1http://example.com/"sv,
                          "ht tp://example.com/"sv, "-://example.com"sv, "javascript:alert(1)"sv,
                          "data:text/html,x"sv, "hтtp://example.com/"sv}) {
    EXPECT_EQ(canonical_url(text), std::nullopt) << text;
  }
}

TEST(CanonicalUrl, IsNothingWhereReadersWouldSeeDifferentHosts) {
  for (const auto text :
       {"http://example.com\\@evil.example/"sv, "http://evil.example\\.example.com/"sv,
        "example.com\\path"sv, "http://example.com\t.evil.example/"sv,
        "http://example.com\0.evil.example/"sv, "http://example.com .evil.example/"sv,
        "http://example.com/a\r\nHost: evil.example"sv, "http://example.com/\0"sv,
        "http://example.com/\x7f"sv, "http://us er@example.com/"sv, "htt\np://example.com"sv}) {
    EXPECT_EQ(canonical_url(text), std::nullopt) << text;
  }
}

TEST(CanonicalUrl, KeepsBlanksBehindTheHost) {
  EXPECT_THAT(canonical_url("http://example.com/a b?q=c d#e f"),
              Optional(Field(&WebAddress::text, "http://example.com/a b?q=c d#e f")));
}

TEST(CanonicalUrl, IsNothingForAMailAddress) {
  for (const auto text :
       {"bob@example.com"sv, "mailto:bob@example.com"sv, "user:secret@example.com/x"sv}) {
    EXPECT_EQ(canonical_url(text), std::nullopt) << text;
  }
}

TEST(CanonicalUrl, IsNothingForBytesThatAreNotUtf8) {
  for (const auto text :
       {"http://example.com/\xff"sv, "http://example.com/?\xc3"sv, "http://example.com/#\xc0\xaf"sv,
        "http://example.com/\xed\xa0\x80"sv, "http://example.com/\xf4\x90\x80\x80"sv,
        "http://\xfc@example.com/"sv, "http://b\xfc.example/"sv}) {
    EXPECT_EQ(canonical_url(text), std::nullopt) << text;
  }
}

TEST(CanonicalUrl, HasALimitThatTheAddedSchemeCountsIn) {
  const auto of_size = [](std::size_t size) {
    const auto start = "http://example.com/"s;
    return start + std::string(size - start.size(), 'a');
  };
  const auto longest = of_size(65536);
  EXPECT_THAT(canonical_url(longest), Optional(Field(&WebAddress::text, longest)));
  EXPECT_THAT(canonical_url(longest.substr(7)), Optional(Field(&WebAddress::text, longest)));
  EXPECT_EQ(canonical_url(of_size(65537)), std::nullopt);
  EXPECT_EQ(canonical_url(of_size(65537).substr(7)), std::nullopt);
  EXPECT_EQ(canonical_url("http://" + std::string(60'000, '@') + "example.com"),
            canonical_url("example.com"));
  EXPECT_EQ(canonical_url("http://" + std::string(60'000, 'a')), std::nullopt);
  EXPECT_EQ(canonical_url(std::string(10'000'000, '/')), std::nullopt);
}

}  // namespace
}  // namespace stix
