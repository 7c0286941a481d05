// The feed from Kafka: what it brings, where it goes on, and what it does when brokers, topics or keys are gone.
#include "projections/runner/kafka_feed.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/publisher/publisher.h"
#include "eventstore/store/erasure.h"
#include "tests/eventstore/publisher/eventually.h"
#include "tests/eventstore/publisher/mock_cluster.h"
#include "tests/eventstore/publisher/topic_reader.h"
#include "tests/eventstore/store/store_under_test.h"

namespace throughline {
namespace {

using testing::HasSubstr;

constexpr std::chrono::milliseconds kWait{50};

class KafkaFeedTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { cluster_ = std::make_unique<MockCluster>(); }
    static void TearDownTestSuite() { cluster_.reset(); }

    void SetUp() override {
        cluster_->Heal();
        topic_ = cluster_->NewTopic();
        pupil_ = store_.Pupil();
    }

    void Append(int count) {
        for (int i = 0; i < count; ++i) {
            const auto appended =
                store_.Append(NewCommand(), {EventAbout(pupil_, "body " + std::to_string(appended_++))});
            ASSERT_TRUE(appended.ok()) << appended.status();
        }
    }

    // Publishes all that is in the log.
    void Publish() {
        PublisherSettings settings;
        settings.kafka = topic_;
        settings.check_settings = false;
        auto publisher = Publisher::Start(settings, store_.records, [](const absl::Status& status) {
            ADD_FAILURE() << "data loss reported: " << status;
        });
        ASSERT_TRUE(publisher.ok()) << publisher.status();
        ASSERT_TRUE(Eventually([&] { return (*publisher)->Status().published == ToUint64(store_.records.End()); }));
    }

    [[nodiscard]] std::unique_ptr<KafkaFeed> Open(EventLog& log, std::string_view bookmark = "") const {
        absl::StatusOr<std::unique_ptr<KafkaFeed>> feed = KafkaFeed::Open(topic_, log);
        EXPECT_TRUE(feed.ok()) << feed.status();
        EXPECT_TRUE((*feed)->Start(Position{0}, bookmark).ok());
        return *std::move(feed);
    }

    // What the feed brings until there are `count` records; being out of reach is borne for a while.
    [[nodiscard]] static std::vector<FeedItem> Take(KafkaFeed& feed, std::size_t count) {
        std::vector<FeedItem> taken;
        EXPECT_TRUE(Eventually([&] {
            absl::StatusOr<std::vector<FeedItem>> some = feed.Next(kWait);
            EXPECT_TRUE(some.ok() || absl::IsUnavailable(some.status())) << some.status();
            if (some.ok()) std::move(some->begin(), some->end(), std::back_inserter(taken));
            return taken.size() >= count;
        }));
        return taken;
    }

    [[nodiscard]] static absl::Status FirstError(KafkaFeed& feed) {
        absl::Status error;
        EXPECT_TRUE(Eventually([&] {
            error = feed.Next(kWait).status();
            return !error.ok();
        }));
        return error;
    }

    static std::unique_ptr<MockCluster> cluster_;
    StoreUnderTest store_;
    KafkaConnection topic_;
    SubjectId pupil_;
    int appended_ = 0;
};

std::unique_ptr<MockCluster> KafkaFeedTest::cluster_;

TEST_F(KafkaFeedTest, BringsEveryRecordOpenedAndInOrder) {
    Append(1'200);
    Publish();
    const auto feed = Open(store_.log);
    const std::vector<FeedItem> items = Take(*feed, 1'200);
    ASSERT_EQ(items.size(), 1'200U);
    for (std::size_t i = 0; i < items.size(); ++i) {
        ASSERT_EQ(items[i].record.position, Position{i});
        ASSERT_EQ(items[i].record.header.position(), i);
        ASSERT_EQ(items[i].record.body, "body " + std::to_string(i));
    }
    EXPECT_EQ(feed->Name(), "kafka");
}

TEST_F(KafkaFeedTest, GoesOnBehindItsBookmark) {
    Append(20);
    Publish();
    const std::vector<FeedItem> before = Take(*Open(store_.log), 20);
    ASSERT_EQ(before.size(), 20U);
    const std::vector<FeedItem> after = Take(*Open(store_.log, before[11].bookmark), 8);
    ASSERT_EQ(after.size(), 8U);
    EXPECT_EQ(after.front().record.position, Position{12});
    EXPECT_EQ(after.back().bookmark, before.back().bookmark);
}

TEST_F(KafkaFeedTest, BringsWhatIsPublishedLater) {
    const auto feed = Open(store_.log);
    const absl::StatusOr<std::vector<FeedItem>> none = feed->Next(kWait);
    ASSERT_TRUE(none.ok()) << none.status();
    EXPECT_TRUE(none->empty());
    Append(3);
    Publish();
    EXPECT_EQ(Take(*feed, 3).size(), 3U);
}

TEST_F(KafkaFeedTest, OpensWhatWasErasedSinceAsErased) {
    Append(4);
    Publish();
    Erasure erasure(store_.log, store_.records, *store_.vault, store_.clock);
    ASSERT_TRUE(erasure.Erase(pupil_, "retention period ended", "person-1").ok());
    const std::vector<TopicMessage> messages = ReadTopic(topic_);
    ASSERT_EQ(messages.size(), 4U);
    for (const TopicMessage& message : messages) EXPECT_NE(FromPublished(message.value)->sealed_body, "");

    const std::vector<FeedItem> items = Take(*Open(store_.log), 4);
    ASSERT_EQ(items.size(), 4U);
    for (const FeedItem& item : items) EXPECT_EQ(item.record.body, std::nullopt);
}

TEST_F(KafkaFeedTest, BeginsWithTheFirstMessageWhereItsOffsetIsGone) {
    Append(5);
    Publish();
    const auto feed = Open(store_.log, "100000");
    const std::vector<FeedItem> items = Take(*feed, 5);
    ASSERT_EQ(items.size(), 5U);
    EXPECT_EQ(items.front().record.position, Position{0});
}

TEST_F(KafkaFeedTest, SaysThatNoBrokerAnswersAndGoesOnByItself) {
    Append(5);
    Publish();
    const auto feed = Open(store_.log);
    ASSERT_EQ(Take(*feed, 5).size(), 5U);
    cluster_->Down();
    EXPECT_EQ(FirstError(*feed).code(), absl::StatusCode::kUnavailable);
    cluster_->Up();
    Append(5);
    Publish();
    const std::vector<FeedItem> items = Take(*feed, 5);
    ASSERT_EQ(items.size(), 5U);
    EXPECT_EQ(items.front().record.position, Position{5});
}

TEST_F(KafkaFeedTest, WaitsForATopicThatIsNotThereYet) {
    Append(2);
    Publish();
    cluster_->HideTopic(topic_, true);
    const auto feed = Open(store_.log);
    EXPECT_EQ(FirstError(*feed).code(), absl::StatusCode::kUnavailable);
    cluster_->HideTopic(topic_, false);
    EXPECT_EQ(Take(*feed, 2).size(), 2U);
}

TEST_F(KafkaFeedTest, RefusesTheTopicOfAnotherStore) {
    Append(2);
    Publish();
    StoreUnderTest other;
    const auto feed = Open(other.log);
    const absl::Status error = FirstError(*feed);
    EXPECT_EQ(error.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(error.message()), HasSubstr("not of this store"));
}

TEST_F(KafkaFeedTest, RefusesABookmarkThatIsNoOffset) {
    absl::StatusOr<std::unique_ptr<KafkaFeed>> feed = KafkaFeed::Open(topic_, store_.log);
    ASSERT_TRUE(feed.ok());
    for (const char* bookmark : {"x", "12x", "-3", " 4"}) {
        EXPECT_EQ((*feed)->Start(Position{0}, bookmark).code(), absl::StatusCode::kInvalidArgument) << bookmark;
    }
}

}  // namespace
}  // namespace throughline
