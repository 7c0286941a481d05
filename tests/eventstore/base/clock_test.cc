// A standing clock moves when told, and only forward.
#include "eventstore/base/clock.h"

#include <gtest/gtest.h>

#include "eventstore/base/digest.h"

namespace throughline {
namespace {

TEST(StandingClockTest, MovesOnlyForwardAndOnlyWhenTold) {
    StandingClock clock(FromMicros(1'000));
    EXPECT_EQ(clock.Now(), FromMicros(1'000));
    clock.MoveTo(FromMicros(2'000));
    EXPECT_EQ(clock.Now(), FromMicros(2'000));
    clock.MoveTo(FromMicros(500));
    EXPECT_EQ(clock.Now(), FromMicros(2'000));
}

TEST(SystemClockTest, TellsTheTimeOfOurDays) {
    EXPECT_GT(ToMicros(SystemClock().Now()), 1'600'000'000'000'000);
}

std::string Hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) {
        text += "0123456789abcdef"[static_cast<std::uint8_t>(byte) >> 4U];
        text += "0123456789abcdef"[static_cast<std::uint8_t>(byte) & 0x0FU];
    }
    return text;
}

// Source: FIPS 180-4 example "abc"; RFC 4231 test case 2.
TEST(DigestTest, AgreesWithTheKnownAnswers) {
    EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace throughline
