// Where publishing goes on, for every kind of tail.
#include "eventstore/publisher/topic_tail.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

TopicTail Tail(bool whole, const std::vector<std::uint64_t>& positions) {
    TopicTail tail;
    tail.whole = whole;
    for (const std::uint64_t position : positions) tail.positions.push_back(Position{position});
    return tail;
}

TEST(ResumeBehindTest, BeginsWithTheFirstRecordInAnEmptyTopic) {
    EXPECT_EQ(ResumeBehind(Tail(true, {})), Position{0});
}

TEST(ResumeBehindTest, GoesOnBehindTheLast) {
    EXPECT_EQ(ResumeBehind(Tail(true, {0, 1, 2})), Position{3});
    EXPECT_EQ(ResumeBehind(Tail(false, {100, 101})), Position{102});
}

TEST(ResumeBehindTest, GoesOnBehindTheLastOfAnInterruptedRepeat) {
    EXPECT_EQ(ResumeBehind(Tail(true, {0, 1, 2, 3, 0, 1})), Position{2});
    EXPECT_EQ(ResumeBehind(Tail(false, {50, 51, 20, 21})), Position{22});
}

TEST(ResumeBehindTest, FillsTheFirstGap) {
    EXPECT_EQ(ResumeBehind(Tail(true, {0, 1, 3, 4})), Position{2});
    EXPECT_EQ(ResumeBehind(Tail(false, {10, 11, 14})), Position{12});
}

TEST(ResumeBehindTest, SeesThatAGapWasFilledLater) {
    EXPECT_EQ(ResumeBehind(Tail(true, {0, 1, 3, 2, 3, 4})), Position{5});
}

TEST(ResumeBehindTest, BeginsAnewWhereANewTopicBeganInTheMiddle) {
    EXPECT_EQ(ResumeBehind(Tail(true, {5000})), Position{0});
    EXPECT_EQ(ResumeBehind(Tail(true, {5000, 0, 1})), Position{2});
}

}  // namespace
}  // namespace throughline
