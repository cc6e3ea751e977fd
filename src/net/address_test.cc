#include <gtest/gtest.h>

#include "net/host_check.h"
#include "net/http.h"

namespace strobe::net {
namespace {

TEST(ParseAddress, TakesHostAndPortInTheUsualForms) {
  struct Case {
    std::string_view text;
    std::string host;
    uint16_t port;
  };
  for (const auto& [text, host, port] : {
           Case{"127.0.0.1:4318", "127.0.0.1", 4318},
           Case{":4318", "127.0.0.1", 4318},
           Case{"4318", "127.0.0.1", 4318},
           Case{"localhost:0", "localhost", 0},
           Case{"0.0.0.0:65535", "0.0.0.0", 65535},
           Case{"[::1]:4318", "::1", 4318},
           Case{"my-host.example_1.com:80", "my-host.example_1.com", 80},
       }) {
    const auto result = parse_address(text);
    ASSERT_TRUE(result.has_value()) << text;
    EXPECT_EQ(result->first, host) << text;
    EXPECT_EQ(result->second, port) << text;
  }
}

TEST(ParseAddress, RefusesWhatIsNotAnAddress) {
  for (const std::string_view text : {"", ":", "localhost", "localhost:", "localhost:65536", "localhost:-1", "a b:1",
                                      "::1:80", "[::1]", "[::1:80", "[]:1", "[zz]:1", "a:1x", "http://a:1", "a/b:1"}) {
    const auto result = parse_address(text);
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().code, ErrorCode::invalid);
  }
}

TEST(HostName, IsTheHeaderWithoutPortInLowerCase) {
  EXPECT_EQ(host_name("LocalHost:4318"), "localhost");
  EXPECT_EQ(host_name("example.com."), "example.com");
  EXPECT_EQ(host_name("[::1]:80"), "::1");
  EXPECT_EQ(host_name("[::1]"), "::1");
  for (const std::string_view bad : {"", ":80", "[", "[]", "[x]", "a b", "a:b", "a:80:80", "a@b", "a,b", "[::1]x80"}) {
    EXPECT_EQ(host_name(bad), "") << bad;
  }
}

TEST(HostCheck, AlwaysPassesLoopbackAndTheAddressConnectedTo) {
  const HostCheck check("0.0.0.0", {});
  for (const std::string_view host : {"localhost", "LOCALHOST:4318", "127.0.0.1", "127.8.9.1:1", "[::1]:4318",
                                      "strobe.localhost", "10.1.2.3:4318", "0.0.0.0:4318", "[0:0:0:0:0:0:0:1]"}) {
    EXPECT_TRUE(check.allows(host, "10.1.2.3")) << host;
  }
  for (const std::string_view host : {"evil.example", "localhost.evil.example", "10.1.2.4", "",
                                      "127.0.0.1.evil.example", "notlocalhost", "128.0.0.1", "localhost:4318@evil"}) {
    EXPECT_FALSE(check.allows(host, "10.1.2.3")) << host;
  }
}

TEST(HostCheck, PassesConfiguredNames) {
  const HostCheck check("127.0.0.1", {"Strobe.Example", "fe80::2"});
  EXPECT_TRUE(check.allows("strobe.example:443", "127.0.0.1"));
  EXPECT_TRUE(check.allows("[fe80::2]:443", "127.0.0.1"));
  EXPECT_FALSE(check.allows("www.strobe.example", "127.0.0.1"));
  EXPECT_TRUE(HostCheck("127.0.0.1", {"*"}).allows("anything at all", "127.0.0.1"));
}

}  // namespace
}  // namespace strobe::net
