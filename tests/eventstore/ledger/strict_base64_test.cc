// The same bytes have one text, and no other text is read.
#include "eventstore/ledger/strict_base64.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace throughline {
namespace {

// Source: RFC 4648 §10.
TEST(StrictBase64Test, GivesTheKnownAnswers) {
    const std::pair<std::string_view, std::string_view> known[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"},
                                                                   {"\xFB\xFF", "+/8="}};
    for (const auto& [bytes, text] : known) {
        EXPECT_EQ(ToBase64(bytes), text);
        EXPECT_EQ(FromBase64(text, 6), bytes);
    }
}

TEST(StrictBase64Test, RefusesOtherSpellings) {
    for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Zm9v====", "Zm 9v", "Zm9v\n",
                                        " Zm9v", "-_8=", "====", "=", "Z", "Zm9vZ", "Zm9v Zm9v", "Zg==Zg=="}) {
        EXPECT_FALSE(FromBase64(text, 100)) << text;
    }
    EXPECT_FALSE(FromBase64(std::string_view("Zm\0v", 4), 100));
}

TEST(StrictBase64Test, KnowsTheLettersOfTheAlphabetAlone) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int byte = 0; byte < 256; ++byte) {
        const char letter = static_cast<char>(byte);
        const bool known = kAlphabet.find(letter) != std::string_view::npos;
        for (const std::size_t place : {0U, 1U, 2U, 3U}) {
            std::string text = "AAAA";
            text[place] = letter;
            EXPECT_EQ(FromBase64(text, 3).has_value(), known || (letter == '=' && place == 3)) << byte << " " << place;
        }
    }
}

TEST(StrictBase64Test, RefusesMoreThanItsLimit) {
    EXPECT_EQ(FromBase64("Zm9vYmFy", 6), "foobar");
    EXPECT_FALSE(FromBase64("Zm9vYmFy", 5));
    EXPECT_FALSE(FromBase64(std::string(1'000'000, 'A'), 5));
    EXPECT_FALSE(FromBase64("Zg==", 0));
}

RC_GTEST_PROP(StrictBase64Test, ReadsBackWhatItWrote, (const std::string& bytes)) {
    RC_ASSERT(FromBase64(ToBase64(bytes), bytes.size()) == bytes);
}

RC_GTEST_PROP(StrictBase64Test, WhatItReadsItWouldWrite, ()) {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::inRange('A', 'H'), rc::gen::element('=', '/', '+'), rc::gen::arbitrary<char>()));
    const auto bytes = FromBase64(text, 100);
    if (bytes) RC_ASSERT(ToBase64(*bytes) == text);
}

}  // namespace
}  // namespace throughline
