// Of all who wait, a record finds those whose query it matches, and no others.
#include "eventstore/server/waiting_streams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "eventstore/server/stream_pool.h"

namespace throughline {
namespace {

class IdleStream final : public PooledStream {
  public:
    void Step() override {}
    void Watch(std::chrono::steady_clock::time_point, std::optional<Position>) override {}
    void Stop(const absl::Status&) override {}
};

class WaitingStreamsTest : public ::testing::Test {
  protected:
    std::size_t Wait(Query query, Position from = Position{0}) {
        queries_.push_back(std::make_unique<Query>(std::move(query)));
        streams_.push_back(std::make_shared<IdleStream>());
        waiting_.Add(streams_.back(), *queries_.back(), from);
        return streams_.size() - 1;
    }
    /// The streams, by the order in which they began to wait, that this record takes out.
    std::set<std::size_t> Take(std::uint64_t position, std::string_view type, std::vector<std::string_view> tags) {
        RecordHeaderView header;
        header.type = type;
        header.tags.assign(tags.begin(), tags.end());
        std::vector<WaitingStreams::Stream> found;
        waiting_.TakeMatching(Position{position}, header, found);
        std::set<std::size_t> taken;
        for (const auto& stream : found) {
            const auto place = std::find(streams_.begin(), streams_.end(), stream);
            EXPECT_TRUE(taken.insert(static_cast<std::size_t>(place - streams_.begin())).second);
        }
        return taken;
    }

    std::vector<std::unique_ptr<Query>> queries_;
    std::vector<std::shared_ptr<PooledStream>> streams_;
    WaitingStreams waiting_;
};

TEST_F(WaitingStreamsTest, FindsThoseOfATagOfATypeAndOfEverything) {
    const std::size_t of_tag = Wait({{{{}, {"pupil:1"}}}});
    const std::size_t of_type = Wait({{{{"Noted"}, {}}}});
    const std::size_t of_both = Wait({{{{"Noted"}, {"pupil:1", "school:2"}}}});
    const std::size_t of_everything = Wait({});
    EXPECT_EQ(Take(0, "Other", {"pupil:1"}), (std::set{of_tag, of_everything}));
    EXPECT_EQ(Take(1, "Noted", {"pupil:1"}), std::set{of_type});
    EXPECT_EQ(Take(2, "Noted", {"pupil:1"}), std::set<std::size_t>{});
    EXPECT_EQ(Take(3, "Noted", {"pupil:1", "school:2"}), std::set{of_both});
    EXPECT_TRUE(waiting_.empty());
}

TEST_F(WaitingStreamsTest, TakesEachOnceHoweverManyOfItsItemsMatch) {
    const std::size_t stream = Wait({{{{"Noted"}, {}}, {{}, {"pupil:1"}}, {{}, {"pupil:1", "school:2"}}}});
    EXPECT_EQ(Take(0, "Noted", {"pupil:1", "school:2"}), std::set{stream});
    EXPECT_EQ(Take(1, "Noted", {"pupil:1", "school:2"}), std::set<std::size_t>{});
}

TEST_F(WaitingStreamsTest, LeavesThoseAloneThatHaveSeenTheRecord) {
    const std::size_t stream = Wait({}, Position{5});
    EXPECT_EQ(Take(4, "Noted", {}), std::set<std::size_t>{});
    EXPECT_EQ(Take(5, "Noted", {}), std::set{stream});
}

TEST_F(WaitingStreamsTest, ForgetsThoseThatLeave) {
    const std::size_t stays = Wait({{{{}, {"pupil:1"}}}});
    const std::size_t leaves = Wait({{{{}, {"pupil:1"}}}});
    waiting_.Remove(streams_[leaves].get());
    waiting_.Remove(streams_[leaves].get());
    EXPECT_FALSE(waiting_.Contains(streams_[leaves].get()));
    EXPECT_TRUE(waiting_.Contains(streams_[stays].get()));
    EXPECT_EQ(Take(0, "Noted", {"pupil:1"}), std::set{stays});
}

TEST_F(WaitingStreamsTest, TakesAllAtOnce) {
    Wait({});
    Wait({{{{}, {"pupil:1"}}}});
    std::vector<WaitingStreams::Stream> all;
    waiting_.TakeAll(all);
    EXPECT_THAT(all, ::testing::UnorderedElementsAreArray(streams_));
    EXPECT_TRUE(waiting_.empty());
    EXPECT_EQ(Take(0, "Noted", {"pupil:1"}), std::set<std::size_t>{});
}

TEST_F(WaitingStreamsTest, AgreesWithAskingEachQuery) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto some = [&](const std::vector<std::string>& labels, unsigned most) {
        std::vector<std::string> chosen;
        std::sample(labels.begin(), labels.end(), std::back_inserter(chosen), random() % (most + 1), random);
        return chosen;
    };
    const std::vector<std::string> types{"A", "B", "C"};
    const std::vector<std::string> tags{"k:1", "k:2", "k:3", "k:4"};
    for (int round = 0; round < 200; ++round) {
        std::set<std::size_t> still;
        for (int i = 0; i < 20; ++i) {
            Query query;
            const auto items = random() % 3;
            for (std::size_t item = 0; item < items; ++item) query.items.push_back({some(types, 2), some(tags, 3)});
            still.insert(Wait(std::move(query)));
        }
        for (std::uint64_t position = 0; position < 5; ++position) {
            const std::string& type = types[random() % types.size()];
            const std::vector<std::string> carried = some(tags, 4);
            std::set<std::size_t> expected;
            for (const std::size_t stream : still) {
                if (Matches(*queries_[stream], type, carried)) expected.insert(stream);
            }
            EXPECT_EQ(Take(position, type, {carried.begin(), carried.end()}), expected);
            for (const std::size_t stream : expected) still.erase(stream);
        }
        EXPECT_EQ(waiting_.size(), still.size());
        std::vector<WaitingStreams::Stream> rest;
        waiting_.TakeAll(rest);
    }
}

}  // namespace
}  // namespace throughline
