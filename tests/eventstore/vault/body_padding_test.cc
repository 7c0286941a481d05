// Padding hides lengths and gives back every body.
#include "eventstore/vault/body_padding.h"

#include <string>

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(BodyPaddingTest, FillsTheDocumentedBuckets) {
    EXPECT_EQ(PaddedSize(0), 64U);
    EXPECT_EQ(PaddedSize(63), 64U);
    EXPECT_EQ(PaddedSize(64), 128U);
    EXPECT_EQ(PaddedSize(511), 512U);
    EXPECT_EQ(PaddedSize(512), 576U);
    EXPECT_EQ(PaddedSize(1023), 1024U);
    EXPECT_EQ(PaddedSize(1024), 1152U);
    EXPECT_EQ(PaddedSize(256 * 1024 - 1), 256U * 1024U);
    EXPECT_EQ(PaddedSize(256 * 1024), 288U * 1024U);
}

TEST(BodyPaddingTest, AddsAtMostAnEighthAboveFiveHundredAndTwelve) {
    std::size_t before = 0;
    for (std::size_t size = 512; size < 300'000; size += 7) {
        const std::size_t padded = PaddedSize(size);
        EXPECT_GT(padded, size);
        EXPECT_LE(padded, size + size / 8 + 64);
        EXPECT_GE(padded, before);
        before = padded;
    }
}

TEST(BodyPaddingTest, FindsTheEndOfEveryBody) {
    for (const std::string& body : {std::string(), std::string("body"), std::string("\0\0", 2), std::string("a\x80"),
                                    std::string("a\x80\0\0", 4), std::string(64, '\x80')}) {
        std::string padded = body;
        padded += '\x80';
        padded.resize(PaddedSize(body.size()), '\0');
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
