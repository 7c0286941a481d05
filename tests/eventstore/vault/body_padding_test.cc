// Padding hides lengths and gives back every body.
#include "eventstore/vault/body_padding.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(BodyPaddingTest, FillsTheDocumentedBuckets) {
    EXPECT_EQ(SealedSize(0), 64U);
    EXPECT_EQ(SealedSize(35), 64U);
    EXPECT_EQ(SealedSize(36), 128U);
    EXPECT_EQ(SealedSize(256), 320U);
    EXPECT_EQ(SealedSize(483), 512U);
    EXPECT_EQ(SealedSize(484), 576U);
    EXPECT_EQ(SealedSize(995), 1024U);
    EXPECT_EQ(SealedSize(996), 1152U);
    EXPECT_EQ(SealedSize(256 * 1024 - 29), 256U * 1024U);
    EXPECT_EQ(SealedSize(256 * 1024), 288U * 1024U);
}

TEST(BodyPaddingTest, GivesMultiplesOfSixtyFourThatHoldTheBody) {
    std::size_t before = 0;
    for (std::size_t size = 0; size < 300'000; size += size < 2'000 ? 1 : 7) {
        const std::size_t sealed = SealedSize(size);
        const std::size_t least = size + 1 + kSealOverheadBytes;
        EXPECT_GE(sealed, least);
        EXPECT_LE(sealed, least + std::max<std::size_t>(63, least / 8));
        EXPECT_EQ(sealed % 64, 0U);
        EXPECT_GE(sealed, before);
        before = sealed;
    }
}

TEST(BodyPaddingTest, FindsTheEndOfEveryBody) {
    for (const std::string& body : {std::string(), std::string("body"), std::string("\0\0", 2), std::string("a\x80"),
                                    std::string("a\x80\0\0", 4), std::string(64, '\x80')}) {
        std::string padded = body;
        padded += '\x80';
        padded.resize(SealedSize(body.size()) - kSealOverheadBytes, '\0');
        EXPECT_EQ(UnpaddedSize(padded), body.size());
    }
}

TEST(BodyPaddingTest, FindsNoEndWithoutAMarker) {
    EXPECT_EQ(UnpaddedSize(""), std::nullopt);
    EXPECT_EQ(UnpaddedSize(std::string(64, '\0')), std::nullopt);
    EXPECT_EQ(UnpaddedSize("body"), std::nullopt);
}

}  // namespace
}  // namespace throughline
