// Publishing to Apache Kafka itself, while either side is killed, frozen, or loses its topic.
#include <memory>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/clock.h"
#include "eventstore/log/memory_log.h"
#include "eventstore/publisher/publisher.h"
#include "tests/eventstore/publisher/eventually.h"
#include "tests/eventstore/publisher/local_broker.h"
#include "tests/eventstore/publisher/log_filler.h"
#include "tests/eventstore/publisher/topic_reader.h"

namespace throughline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RealBrokerTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { broker_ = std::make_unique<LocalBroker>(); }
    static void TearDownTestSuite() { broker_.reset(); }

    void SetUp() override {
        ASSERT_TRUE(broker_->Started()) << "no broker; run deploy/kafka/broker install and look at what it says";
    }

    [[nodiscard]] static PublisherSettings Settings(const std::string& topic) {
        PublisherSettings settings;
        settings.kafka = broker_->Connection(topic);
        settings.create_topic = true;
        settings.pause_max = std::chrono::milliseconds(500);
        settings.idle_check = std::chrono::milliseconds(300);
        settings.stop_timeout = std::chrono::milliseconds(100);
        return settings;
    }

    [[nodiscard]] static std::unique_ptr<Publisher> Start(const PublisherSettings& settings, RecordLog& log) {
        auto publisher = Publisher::Start(
            settings, log, [](const absl::Status& status) { ADD_FAILURE() << "data loss reported: " << status; });
        EXPECT_TRUE(publisher.ok()) << publisher.status();
        return publisher.ok() ? *std::move(publisher) : nullptr;
    }

    [[nodiscard]] static bool Reaches(const Publisher& publisher, std::uint64_t published) {
        return Eventually([&] { return publisher.Status().published >= published; }, std::chrono::seconds(60));
    }

    static std::unique_ptr<LocalBroker> broker_;
    SystemClock clock_;
    MemoryLog log_{clock_};
};

std::unique_ptr<LocalBroker> RealBrokerTest::broker_;

TEST_F(RealBrokerTest, EveryRecordArrivesInOrderThoughBothSidesAreKilled) {
    auto publisher = Start(Settings("killed"), log_);
    {
        std::jthread appending([this] { Fill(log_, 300); });
        ASSERT_TRUE(Reaches(*publisher, 100)) << publisher->Status().trouble;
        broker_->Kill();
    }
    Fill(log_, 300);
    EXPECT_TRUE(Eventually([&] { return !publisher->Status().trouble.empty(); }));
    ASSERT_TRUE(broker_->Start());
    ASSERT_TRUE(Reaches(*publisher, 600)) << publisher->Status().trouble;

    std::jthread appending([this] { Fill(log_, 400); });
    ASSERT_TRUE(Reaches(*publisher, 650));
    publisher.reset();
    publisher = Start(Settings("killed"), log_);
    appending.join();
    ASSERT_TRUE(Reaches(*publisher, 1'000)) << publisher->Status().trouble;
    EXPECT_EQ(publisher->Status().trouble, "");
    EXPECT_THAT(FaultsOfCopy(ReadTopic(broker_->Connection("killed")), log_.StoreId(), 1'000), IsEmpty());
}

TEST_F(RealBrokerTest, WhatAFrozenBrokerTakesLateIsARepeatAtMost) {
    auto publisher = Start(Settings("frozen"), log_);
    Fill(log_, 100);
    ASSERT_TRUE(Reaches(*publisher, 100)) << publisher->Status().trouble;
    broker_->Freeze();
    Fill(log_, 300);
    publisher.reset();
    publisher = Start(Settings("frozen"), log_);
    Fill(log_, 100);
    broker_->Thaw();
    ASSERT_TRUE(Reaches(*publisher, 500)) << publisher->Status().trouble;
    EXPECT_THAT(FaultsOfCopy(ReadTopic(broker_->Connection("frozen")), log_.StoreId(), 500), IsEmpty());
}

TEST_F(RealBrokerTest, ALostTopicComesBackByteForByte) {
    const auto publisher = Start(Settings("lost"), log_);
    Fill(log_, 400);
    ASSERT_TRUE(Reaches(*publisher, 400)) << publisher->Status().trouble;
    const std::vector<TopicMessage> before = ReadTopic(broker_->Connection("lost"));
    ASSERT_TRUE(broker_->DeleteTopic("lost"));
    ASSERT_TRUE(Eventually([&] { return ReadTopic(broker_->Connection("lost")) == before; }));
    EXPECT_EQ(before.size(), 400U);
    Fill(log_, 10);
    ASSERT_TRUE(Reaches(*publisher, 410));
    EXPECT_THAT(FaultsOfCopy(ReadTopic(broker_->Connection("lost")), log_.StoreId(), 410), IsEmpty());
}

TEST_F(RealBrokerTest, AConsumerOfADeletedTopicHearsOfItAndCanBeLetGo) {
    Fill(log_, 10);
    ASSERT_TRUE(Reaches(*Start(Settings("gone"), log_), 10));
    rd_kafka_resp_err_t last_error = RD_KAFKA_RESP_ERR_NO_ERROR;
    absl::StatusOr<KafkaClient> consumer = NewKafkaConsumer(broker_->Connection("gone"), false, &last_error);
    ASSERT_TRUE(consumer.ok()) << consumer.status();
    absl::StatusOr<KafkaTopic> topic = OpenKafkaTopic(consumer->get(), broker_->Connection("gone"));
    ASSERT_TRUE(topic.ok()) << topic.status();
    ASSERT_EQ(rd_kafka_consume_start(topic->get(), 0, 0), 0);
    int consumed = 0;
    EXPECT_TRUE(Eventually([&] {
        consumed += KafkaMessage(rd_kafka_consume(topic->get(), 0, 50)) != nullptr;
        return consumed == 10;
    }));
    ASSERT_TRUE(broker_->DeleteTopic("gone"));
    EXPECT_TRUE(Eventually([&] {
        EXPECT_EQ(KafkaMessage(rd_kafka_consume(topic->get(), 0, 50)), nullptr);
        return last_error != RD_KAFKA_RESP_ERR_NO_ERROR;
    }));
    topic->reset();
    // Would wait for ever if consuming were stopped first.
    consumer->reset();
}

TEST_F(RealBrokerTest, CreatesATopicThatForgetsNothingAndRefusesOneThatDoes) {
    ASSERT_TRUE(broker_->CreateForgetfulTopic("forgetful"));
    Fill(log_, 10);
    PublisherSettings settings = Settings("forgetful");
    const auto publisher = Start(settings, log_);
    ASSERT_TRUE(Eventually([&] { return !publisher->Status().trouble.empty(); }));
    EXPECT_THAT(publisher->Status().trouble, HasSubstr("retention.ms is 604800000, not -1"));
    EXPECT_THAT(ReadTopic(broker_->Connection("forgetful")), IsEmpty());
}

}  // namespace
}  // namespace throughline
