// What a query matches.
#include "eventstore/base/query.h"

#include <gtest/gtest.h>

#include "eventstore/base/tags.h"

namespace throughline {
namespace {

const std::vector<std::string> kTags{"pupil:1", "strand:1"};

TEST(QueryTest, MatchesEverythingWithoutItems) {
    EXPECT_TRUE(Matches(Query{}, "test.A", std::span<const std::string>{}));
    EXPECT_TRUE(Matches(Query{{QueryItem{}}}, "test.A", kTags));
}

TEST(QueryTest, MatchesAnyTypeAndAllTagsOfAnItem) {
    EXPECT_TRUE(Matches({{QueryItem{{"test.B", "test.A"}, {"strand:1", "pupil:1"}}}}, "test.A", kTags));
    EXPECT_FALSE(Matches({{QueryItem{{"test.B"}, {"pupil:1"}}}}, "test.A", kTags));
    EXPECT_FALSE(Matches({{QueryItem{{"test.A"}, {"pupil:1", "pupil:2"}}}}, "test.A", kTags));
    EXPECT_FALSE(Matches({{QueryItem{{}, {"pupil:"}}}}, "test.A", kTags));
}

TEST(QueryTest, MatchesWhereAnyItemDoes) {
    EXPECT_TRUE(Matches({{QueryItem{{"test.B"}, {}}, QueryItem{{}, {"strand:1"}}}}, "test.A", kTags));
}

TEST(TagsTest, AreFoundByTheirKind) {
    EXPECT_EQ(MakeTag("pupil", "1"), "pupil:1");
    EXPECT_EQ(FindTag(kTags, "strand"), "1");
    EXPECT_FALSE(FindTag(kTags, "str"));
    EXPECT_FALSE(FindTag(kTags, "school"));
}

}  // namespace
}  // namespace throughline
