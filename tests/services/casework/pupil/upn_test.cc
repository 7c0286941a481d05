// Unique pupil numbers and their check letters.
#include "services/casework/pupil/upn.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(UpnTest, KnowsTheCheckLetter) {
    EXPECT_EQ(UpnCheckLetter("801200005001"), 'B');
    EXPECT_EQ(UpnCheckLetter("207000016049"), 'P');
    EXPECT_EQ(UpnCheckLetter("000000000000"), 'A');
}

TEST(UpnTest, AcceptsNumbersWhoseLetterAgrees) {
    EXPECT_TRUE(IsUpn("B801200005001"));
    EXPECT_TRUE(IsUpn("P207000016049"));
}

TEST(UpnTest, AcceptsATemporaryNumberThatEndsInALetter) {
    std::string upn = "?80120000500A";
    upn[0] = UpnCheckLetter(std::string_view(upn).substr(1));
    EXPECT_TRUE(IsUpn(upn));
    EXPECT_EQ(UpnCheckLetter("80120000500I"), '\0') << "the letters I, O and S are not used";
    EXPECT_EQ(UpnCheckLetter("80120000500O"), '\0');
    EXPECT_EQ(UpnCheckLetter("80120000500S"), '\0');
}

TEST(UpnTest, RefusesWhatIsNotANumberOfThirteenCharactersThatAgrees) {
    for (const char* wrong : {"", "B", "B80120000500", "B8012000050011", "A801200005001", "b801200005001",
                              "B80120000500 ", "B8012O0005001", "B801200005A01", "1801200005001", "B80120000500\xc3"}) {
        EXPECT_FALSE(IsUpn(wrong)) << wrong;
    }
    EXPECT_FALSE(IsUpn(std::string_view("\0801200005001", 13)));
    EXPECT_FALSE(
        IsUpn(std::string_view("\0"
                               "80120000500I",
                               13)))
        << "no letter agrees with what has none";
}

TEST(UpnTest, NoticesAnyOneWrongDigit) {
    const std::string right = "B801200005001";
    for (std::size_t place = 1; place < right.size(); ++place) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            std::string upn = right;
            upn[place] = digit;
            EXPECT_EQ(IsUpn(upn), upn == right) << upn;
        }
    }
}

}  // namespace
}  // namespace throughline
