// Conditions see what stands before them in the same commit.
#include "eventstore/log/pending_facts.h"

#include <gtest/gtest.h>

#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

TEST(PendingFactsTest, FindsTheFirstMatchByTagsTypesOrAnything) {
    const SealedAppend first =
        MakeAppend("a", {{.type = "test.A", .tags = {"a:1"}}, {.type = "test.B", .tags = {"a:2"}}});
    const SealedAppend second = MakeAppend("b", {{.type = "test.B", .tags = {"a:1", "b:1"}}});
    PendingFacts pending;
    EXPECT_FALSE(pending.FirstMatch(Query{}));
    pending.Add(first, Position{10});
    pending.Add(second, Position{12});
    EXPECT_EQ(pending.FirstMatch(Query{}), Position{10});
    EXPECT_EQ(pending.FirstMatch(AnyOf({}, {"a:1"})), Position{10});
    EXPECT_EQ(pending.FirstMatch(AnyOf({"test.B"}, {"a:1"})), Position{12});
    EXPECT_EQ(pending.FirstMatch(AnyOf({"test.B"}, {})), Position{11});
    EXPECT_EQ(pending.FirstMatch(AnyOf({"test.C", "test.B"}, {})), Position{11});
    EXPECT_EQ(pending.FirstMatch(AnyOf({}, {"b:1", "a:1"})), Position{12});
    EXPECT_FALSE(pending.FirstMatch(AnyOf({}, {"b:1", "a:2"})));
    EXPECT_FALSE(pending.FirstMatch(AnyOf({"test.C"}, {})));
}

}  // namespace
}  // namespace throughline::testing
