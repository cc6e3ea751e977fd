#include "json/number.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace strobe::json {
namespace {

TEST(CanonicalNumber, HasOneSpellingPerValue) {
  for (const char* zero : {"0", "-0", "0.0", "-0.000e5", "0e999999999999999999999"}) {
    EXPECT_EQ(canonical_number(zero), "0");
  }
  for (const char* hundred : {"100", "1e2", "100.0", "1E+2", "0.1e3", "1000e-1", "1e0000000000000000000000002"}) {
    EXPECT_EQ(canonical_number(hundred), "100") << hundred;
  }
  EXPECT_EQ(canonical_number("1.5"), "15e-1");
  EXPECT_EQ(canonical_number("-0.00150"), "-15e-4");
  EXPECT_EQ(canonical_number("123456789012345678901234567890"), "12345678901234567890123456789e1");
  EXPECT_EQ(canonical_number("1234567890123456789012345678901"), "1234567890123456789012345678901");
  EXPECT_EQ(canonical_number("1e20"), "100000000000000000000");
  EXPECT_EQ(canonical_number("1e21"), "1e21");
  EXPECT_EQ(canonical_number("10e20"), "1e21");
}

TEST(CanonicalNumber, KeepsWhatIsBeyondAllUse) {
  EXPECT_EQ(canonical_number("1e1000000000"), "1e1000000000");
  EXPECT_EQ(canonical_number("10.0e99999999999999999999999"), "10.0e99999999999999999999999");
  EXPECT_EQ(canonical_number("1e-1000000001"), "1e-1000000001");
  EXPECT_EQ(canonical_number("abc"), "abc");
  EXPECT_EQ(canonical_number(""), "");
}

RC_GTEST_PROP(CanonicalNumberProperty, MovingThePointDoesNotMatter, (int64_t value, uint8_t shift)) {
  RC_PRE(value != 0);
  const std::string text = std::to_string(value);
  const std::string moved = text + std::string(shift, '0') + ".000e-" + std::to_string(shift);
  RC_ASSERT(canonical_number(moved) == canonical_number(text));
  RC_ASSERT(canonical_number(canonical_number(moved)) == canonical_number(text));
  RC_ASSERT(to_int64(text) == value);
  RC_ASSERT(to_int64(moved) == value);
}

TEST(Integers, AreExactOrNothing) {
  EXPECT_EQ(to_int64("42.0"), 42);
  EXPECT_EQ(to_int64("4.2e1"), 42);
  EXPECT_EQ(to_int64("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(to_int64("9223372036854775808"), std::nullopt);
  EXPECT_EQ(to_uint64("18446744073709551615"), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(to_uint64("18446744073709551616"), std::nullopt);
  EXPECT_EQ(to_uint64("-1"), std::nullopt);
  EXPECT_EQ(to_uint64("-0"), 0u);
  for (const char* bad : {"", "1.5", "x", "1e400", "1e99999999999", " 1", "1 ", "0x10", "1e-1"}) {
    EXPECT_EQ(to_int64(bad), std::nullopt) << bad;
  }
}

TEST(Doubles, AreTheNearest) {
  EXPECT_EQ(to_double("0.1"), 0.1);
  EXPECT_EQ(to_double("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(to_double("-1e400"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(to_double("1e-400"), 0.0);
  EXPECT_TRUE(std::signbit(*to_double("-1e-400")));
  EXPECT_EQ(to_double("NaN"), std::nullopt);
  EXPECT_EQ(to_double("1."), std::nullopt);
}

TEST(Doubles, PrintAsJavaScriptDoes) {
  EXPECT_EQ(from_double(0), "0");
  EXPECT_EQ(from_double(100), "100");
  EXPECT_EQ(from_double(1.5), "1.5");
  EXPECT_EQ(from_double(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(from_double(1e20), "100000000000000000000");
  EXPECT_EQ(from_double(1e21), "1e+21");
  EXPECT_EQ(from_double(1.25e-6), "0.00000125");
  EXPECT_EQ(from_double(1.25e-7), "1.25e-7");
  EXPECT_EQ(from_double(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(from_double(-5e-324), "-5e-324");
  EXPECT_EQ(from_double(std::nan("")), "NaN");
  EXPECT_EQ(from_double(-HUGE_VAL), "-Infinity");
}

RC_GTEST_PROP(DoublesProperty, ReadBackAsTheSame, (double value)) {
  if (std::isfinite(value)) RC_ASSERT(to_double(from_double(value)) == value);
}

}  // namespace
}  // namespace strobe::json
