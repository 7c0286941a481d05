// Notes are strict UTF-8, and their names carry nothing that looks like a gap.
#include "eventstore/ledger/note_text.h"

#include <string>

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(NoteTextTest, TakesUtf8AndNewlines) {
    for (const std::string_view text :
         {"", "plain\n", "\n\n", "\xE2\x80\x94 dash\n", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
          "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\x7F"}) {
        EXPECT_TRUE(IsNoteText(text)) << text;
    }
}

TEST(NoteTextTest, RefusesControlCharacters) {
    for (char control = 0; control < ' '; ++control) {
        EXPECT_EQ(IsNoteText(std::string("a") + control + "b"), control == '\n') << int{control};
    }
}

TEST(NoteTextTest, RefusesWhatIsNotUtf8) {
    for (const std::string_view text :
         {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE2\x80", "\xE2\x80\x41",
          "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
          "\xFF", "\xFE", "\xF8\x88\x80\x80\x80"}) {
        EXPECT_FALSE(IsNoteText(text));
        EXPECT_FALSE(IsNoteText("a" + std::string(text)));
        EXPECT_FALSE(IsNoteName("a" + std::string(text)));
    }
}

TEST(NoteTextTest, TakesNames) {
    for (const std::string& name : {std::string("ledger.example.sch.uk/iap"), std::string("a"), std::string(255, 'n'),
                                    std::string("\xC3\xA9"
                                                "cole.example"),
                                    std::string("\xE2\x80\x94")}) {
        EXPECT_TRUE(IsNoteName(name)) << name;
    }
}

TEST(NoteTextTest, RefusesNamesWithGapsPlusAndControlCharacters) {
    EXPECT_FALSE(IsNoteName(""));
    EXPECT_FALSE(IsNoteName(std::string(256, 'n')));
    for (const std::string_view gap :
         {" ", "+", "\n", "\t", "\r", "\v", "\f", "\x01", "\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x80",
          "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"}) {
        EXPECT_FALSE(IsNoteName("a" + std::string(gap) + "b"));
        EXPECT_FALSE(IsNoteName(gap));
    }
    EXPECT_FALSE(IsNoteName(std::string("a\0b", 3)));
}

}  // namespace
}  // namespace throughline
