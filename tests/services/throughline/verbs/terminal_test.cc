// What reaches a terminal: plain where it should be, and never in control of it.
#include "services/throughline/verbs/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline {
namespace {

using ::testing::ElementsAre;

TEST(TerminalTest, TakesControlCharactersOutOfWhatOthersWrote) {
    EXPECT_EQ(Harmless("a\033[2Jb\r\n\x7F"), "a [2Jb   ");
    EXPECT_EQ(Harmless("caf\xC3\xA9 \xC2\x9B"
                       "31m"),
              "caf\xC3\xA9  31m");
}

TEST(TerminalTest, WrapsAtSpacesAndCountsCharactersNotBytes) {
    EXPECT_THAT(Wrapped("one two three", 7), ElementsAre("one two", "three"));
    EXPECT_THAT(Wrapped("\xC3\xA9\xC3\xA9 \xC3\xA9\xC3\xA9", 5), ElementsAre("\xC3\xA9\xC3\xA9 \xC3\xA9\xC3\xA9"));
    EXPECT_THAT(Wrapped("unbreakable", 4), ElementsAre("unbreakable"));
    EXPECT_THAT(Wrapped("", 4), ElementsAre(""));
}

TEST(TerminalTest, LeavesTextPlainWithoutColour) {
    EXPECT_EQ(Ink(false).Struck("x"), "x");
    EXPECT_EQ(Ink(true).Struck("x"), "\033[9mx\033[0m");
}

TEST(TerminalTest, AlignsColumns) {
    EXPECT_EQ(AlignedTable({{"A", "B"}, {"long", "x"}}), "A     B\nlong  x\n");
}

}  // namespace
}  // namespace throughline
