// The publisher against a broker that refuses, breaks off and falls silent.
#include "eventstore/publisher/publisher.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/clock.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/memory_log.h"
#include "tests/eventstore/publisher/eventually.h"
#include "tests/eventstore/publisher/log_filler.h"
#include "tests/eventstore/publisher/mock_cluster.h"
#include "tests/eventstore/publisher/topic_reader.h"

namespace throughline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class PublisherTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { cluster_ = std::make_unique<MockCluster>(); }
    static void TearDownTestSuite() { cluster_.reset(); }

    void SetUp() override {
        cluster_->Heal();
        topic_ = cluster_->NewTopic();
    }

    [[nodiscard]] PublisherSettings Settings() const {
        PublisherSettings settings;
        settings.kafka = topic_;
        settings.check_settings = false;
        settings.pause_min = std::chrono::milliseconds(10);
        settings.pause_max = std::chrono::milliseconds(50);
        settings.stop_timeout = std::chrono::milliseconds(500);
        return settings;
    }

    [[nodiscard]] std::unique_ptr<Publisher> Start(RecordLog& log) { return Start(log, Settings()); }

    [[nodiscard]] std::unique_ptr<Publisher> Start(RecordLog& log, PublisherSettings settings) {
        absl::StatusOr<std::unique_ptr<Publisher>> publisher =
            Publisher::Start(std::move(settings), log, [this](const absl::Status& status) {
                const std::scoped_lock lock(mutex_);
                data_loss_ = status;
            });
        EXPECT_TRUE(publisher.ok()) << publisher.status();
        return publisher.ok() ? *std::move(publisher) : nullptr;
    }

    [[nodiscard]] static bool Reaches(const Publisher& publisher, std::uint64_t published) {
        return Eventually([&] { return publisher.Status().published >= published; });
    }

    [[nodiscard]] static bool SaysTrouble(const Publisher& publisher, const std::string& part) {
        return Eventually([&] { return publisher.Status().trouble.find(part) != std::string::npos; });
    }

    [[nodiscard]] absl::Status DataLoss() {
        const std::scoped_lock lock(mutex_);
        return data_loss_;
    }

    [[nodiscard]] std::vector<std::string> Faults(const RecordLog& log, std::uint64_t count) const {
        return FaultsOfCopy(ReadTopic(topic_), log.StoreId(), count);
    }

    SystemClock clock_;
    MemoryLog log_{clock_};
    KafkaConnection topic_;
    static std::unique_ptr<MockCluster> cluster_;
    std::mutex mutex_;
    absl::Status data_loss_;
};

std::unique_ptr<MockCluster> PublisherTest::cluster_;

TEST_F(PublisherTest, PublishesEveryRecordInOrder) {
    Fill(log_, 1'500);
    const auto publisher = Start(log_);
    ASSERT_TRUE(Reaches(*publisher, 1'500)) << publisher->Status().trouble;
    EXPECT_EQ(publisher->Status().trouble, "");
    EXPECT_THAT(Faults(log_, 1'500), IsEmpty());
    EXPECT_EQ(ReadTopic(topic_).size(), 1'500U);
}

TEST_F(PublisherTest, PublishesWhatIsAppendedWhileItRuns) {
    const auto publisher = Start(log_);
    for (std::uint64_t count = 1; count <= 20; ++count) {
        Fill(log_, 1);
        ASSERT_TRUE(Reaches(*publisher, count));
    }
    EXPECT_THAT(Faults(log_, 20), IsEmpty());
}

TEST_F(PublisherTest, GoesOnBehindTheTailAndRepeatsNothing) {
    Fill(log_, 30);
    auto publisher = Start(log_);
    ASSERT_TRUE(Reaches(*publisher, 30));
    publisher.reset();
    Fill(log_, 30);
    publisher = Start(log_);
    ASSERT_TRUE(Reaches(*publisher, 60));
    EXPECT_THAT(Faults(log_, 60), IsEmpty());
    EXPECT_EQ(ReadTopic(topic_).size(), 60U);
}

TEST_F(PublisherTest, SendsAgainWhatABrokerRefusesForNow) {
    const auto publisher = Start(log_);
    Fill(log_, 10);
    ASSERT_TRUE(Reaches(*publisher, 10));
    cluster_->Answer(MockCluster::kProduce,
                     {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                      RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS});
    Fill(log_, 100);
    ASSERT_TRUE(Reaches(*publisher, 110)) << publisher->Status().trouble;
    EXPECT_THAT(Faults(log_, 110), IsEmpty());
}

TEST_F(PublisherTest, LeavesNothingOutWhenABrokerRefusesForGood) {
    Fill(log_, 10);
    const auto publisher = Start(log_);
    ASSERT_TRUE(Reaches(*publisher, 10));
    for (const rd_kafka_resp_err_t error :
         {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
          RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
          RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR_INVALID_RECORD}) {
        const std::uint64_t before = ToUint64(log_.End());
        cluster_->Answer(MockCluster::kProduce, {error, error});
        Fill(log_, 50);
        ASSERT_TRUE(Reaches(*publisher, before + 50)) << rd_kafka_err2str(error) << publisher->Status().trouble;
    }
    EXPECT_THAT(Faults(log_, 310), IsEmpty());
}

TEST_F(PublisherTest, WaitsForBrokersThatAreDownAndSaysSo) {
    const auto publisher = Start(log_);
    Fill(log_, 10);
    ASSERT_TRUE(Reaches(*publisher, 10));
    cluster_->Down();
    Fill(log_, 50);
    ASSERT_TRUE(SaysTrouble(*publisher, "no broker answers"));
    cluster_->Up();
    ASSERT_TRUE(Reaches(*publisher, 60));
    EXPECT_EQ(publisher->Status().trouble, "");
    EXPECT_THAT(Faults(log_, 60), IsEmpty());
}

TEST_F(PublisherTest, NoticesThatTheBrokersAreGoneWhileThereIsNothingToPublish) {
    PublisherSettings settings = Settings();
    settings.idle_check = std::chrono::milliseconds(20);
    settings.kafka.reply_timeout = std::chrono::milliseconds(100);
    const auto publisher = Start(log_, settings);
    Fill(log_, 10);
    ASSERT_TRUE(Reaches(*publisher, 10));
    cluster_->Down();
    ASSERT_TRUE(SaysTrouble(*publisher, "no broker answers"));
    publisher->Stop();
}

TEST_F(PublisherTest, StartsBeforeTheBrokersDo) {
    cluster_->Down();
    Fill(log_, 10);
    const auto publisher = Start(log_);
    EXPECT_TRUE(Eventually([&] { return !publisher->Status().trouble.empty(); }));
    cluster_->Up();
    ASSERT_TRUE(Reaches(*publisher, 10));
    EXPECT_THAT(Faults(log_, 10), IsEmpty());
}

TEST_F(PublisherTest, StopsWhileNoBrokerAnswers) {
    auto publisher = Start(log_);
    Fill(log_, 10);
    ASSERT_TRUE(Reaches(*publisher, 10));
    cluster_->Down();
    Fill(log_, 2'000);
    publisher->Stop();
    publisher.reset();
    cluster_->Up();
    publisher = Start(log_);
    ASSERT_TRUE(Reaches(*publisher, 2'010));
    EXPECT_THAT(Faults(log_, 2'010), IsEmpty());
}

TEST_F(PublisherTest, PublishesNothingIntoAnotherStoresTopic) {
    MemoryLog other(clock_);
    Fill(other, 5);
    ASSERT_TRUE(Reaches(*Start(other), 5));
    Fill(log_, 9);
    const auto publisher = Start(log_);
    ASSERT_TRUE(SaysTrouble(*publisher, "a record of another store"));
    EXPECT_EQ(publisher->Status().published, 0U);
    EXPECT_THAT(Faults(other, 5), IsEmpty());
    EXPECT_TRUE(DataLoss().ok());
}

TEST_F(PublisherTest, ReportsALogThatEndsBeforeTheTopicDoes) {
    const MemoryLogOptions same_store{.store_id = log_.StoreId()};
    Fill(log_, 10);
    ASSERT_TRUE(Reaches(*Start(log_), 10));
    MemoryLog older(clock_, same_store);
    Fill(older, 5);
    const auto publisher = Start(older);
    ASSERT_TRUE(Eventually([&] { return !DataLoss().ok(); }));
    EXPECT_EQ(DataLoss().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(DataLoss()), "LOG_SHORT");
    EXPECT_THAT(std::string(DataLoss().message()), HasSubstr("ends before record 9"));
    EXPECT_THAT(publisher->Status().trouble, HasSubstr("has 5 records"));
    EXPECT_EQ(ReadTopic(topic_).size(), 10U);
}

TEST_F(PublisherTest, ReportsALogWithAnotherHistoryThanTheTopics) {
    const MemoryLogOptions same_store{.store_id = log_.StoreId()};
    Fill(log_, 10);
    ASSERT_TRUE(Reaches(*Start(log_), 10));
    MemoryLog rewritten(clock_, same_store);
    Fill(rewritten, 15);
    const auto publisher = Start(rewritten);
    ASSERT_TRUE(Eventually([&] { return !DataLoss().ok(); }));
    EXPECT_EQ(ReasonOf(DataLoss()), "LOG_DIVERGED");
    EXPECT_EQ(ReadTopic(topic_).size(), 10U);
}

TEST_F(PublisherTest, RepublishesByteForByteFromWhereItIsTold) {
    Fill(log_, 40);
    ASSERT_TRUE(Reaches(*Start(log_), 40));
    PublisherSettings again = Settings();
    again.republish_from = Position{25};
    const auto publisher = Start(log_, again);
    ASSERT_TRUE(Eventually([&] { return ReadTopic(topic_).size() == 55; }));
    Fill(log_, 5);
    ASSERT_TRUE(Reaches(*publisher, 45));
    EXPECT_THAT(Faults(log_, 45), IsEmpty());
    EXPECT_EQ(ReadTopic(topic_).size(), 60U);
}

TEST_F(PublisherTest, RefusesSettingsThatKafkaDoesNotKnow) {
    PublisherSettings settings = Settings();
    settings.kafka.further["sasl.pasword"] = "secret";
    const absl::StatusOr<std::unique_ptr<Publisher>> publisher =
        Publisher::Start(settings, log_, [](const absl::Status&) {});
    EXPECT_EQ(publisher.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(publisher.status().message()), HasSubstr("sasl.pasword"));
    EXPECT_THAT(std::string(publisher.status().message()), testing::Not(HasSubstr("secret")));
}

TEST_F(PublisherTest, NamesAMissingTopicAndTakesItUpAsSoonAsItIsThere) {
    Fill(log_, 5);
    cluster_->HideTopic(topic_, true);
    const auto publisher = Start(log_);
    ASSERT_TRUE(SaysTrouble(*publisher, "create it with 1 partition"));
    cluster_->HideTopic(topic_, false);
    ASSERT_TRUE(Reaches(*publisher, 5));
    EXPECT_THAT(Faults(log_, 5), IsEmpty());
}

TEST_F(PublisherTest, PublishesNothingIntoAnUnfitTopic) {
    Fill(log_, 5);
    topic_ = cluster_->NewTopic(3);
    const auto publisher = Start(log_);
    ASSERT_TRUE(SaysTrouble(*publisher, "it has 3 partitions, not 1"));
    EXPECT_EQ(publisher->Status().published, 0U);
}

}  // namespace
}  // namespace throughline
