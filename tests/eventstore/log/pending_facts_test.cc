// Conditions see what stands before them in the same commit.
#include "eventstore/log/pending_facts.h"

#include <gtest/gtest.h>

#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

TEST(PendingFactsTest, FindsTheFirstMatchByTagsTypesOrAnything) {
    const auto first =
        PreparedAppend::Of(MakeAppend("a", {{.type = "test.A", .tags = {"a:1"}}, {.type = "test.B", .tags = {"a:2"}}}));
    const auto second = PreparedAppend::Of(MakeAppend("b", {{.type = "test.B", .tags = {"a:1", "b:1"}}}));
    ASSERT_TRUE(first.ok() && second.ok());
    PendingFacts pending;
    EXPECT_FALSE(pending.FirstMatch(LabelQuery::Of(Query{})));
    pending.Add(*first, Position{10});
    pending.Add(*second, Position{12});
    EXPECT_EQ(pending.FirstMatch(LabelQuery::Of(Query{})), Position{10});
    EXPECT_EQ(pending.FirstMatch(LabelQuery::Of(AnyOf({}, {"a:1"}))), Position{10});
    EXPECT_EQ(pending.FirstMatch(LabelQuery::Of(AnyOf({"test.B"}, {"a:1"}))), Position{12});
    EXPECT_EQ(pending.FirstMatch(LabelQuery::Of(AnyOf({"test.B"}, {}))), Position{11});
    EXPECT_EQ(pending.FirstMatch(LabelQuery::Of(AnyOf({"test.C", "test.B"}, {}))), Position{11});
    EXPECT_EQ(pending.FirstMatch(LabelQuery::Of(AnyOf({}, {"b:1", "a:1"}))), Position{12});
    EXPECT_FALSE(pending.FirstMatch(LabelQuery::Of(AnyOf({}, {"b:1", "a:2"}))));
    EXPECT_FALSE(pending.FirstMatch(LabelQuery::Of(AnyOf({"test.C"}, {}))));
}

}  // namespace
}  // namespace throughline::testing
