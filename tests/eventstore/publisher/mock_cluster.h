// librdkafka's own broker in memory: refuses, breaks off and falls silent when a test says so, within milliseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "eventstore/publisher/kafka_client.h"
#include "eventstore/publisher/kafka_handles.h"

namespace throughline {

/// One broker, and as many topics as are asked for. Taking it down costs a second: share it among tests, a topic each.
class MockCluster {
  public:
    static constexpr std::int16_t kProduce = 0;
    static constexpr std::int16_t kFetch = 1;

    MockCluster() {
        client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0));
        cluster_ = rd_kafka_mock_cluster_new(client_.get(), 1);
    }
    MockCluster(const MockCluster&) = delete;
    MockCluster& operator=(const MockCluster&) = delete;
    ~MockCluster() { rd_kafka_mock_cluster_destroy(cluster_); }

    /// A new topic, and how to reach it.
    [[nodiscard]] KafkaConnection NewTopic(int partitions = 1) {
        KafkaConnection connection;
        connection.brokers = rd_kafka_mock_cluster_bootstraps(cluster_);
        connection.topic = "records-" + std::to_string(++topics_);
        connection.reply_timeout = std::chrono::milliseconds(1'000);
        rd_kafka_mock_topic_create(cluster_, connection.topic.c_str(), partitions, 1);
        return connection;
    }

    /// Whoever asks for the topic is told that there is none, until it is shown again.
    void HideTopic(const KafkaConnection& connection, bool hidden) {
        rd_kafka_mock_topic_set_error(cluster_, connection.topic.c_str(),
                                      hidden ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART : RD_KAFKA_RESP_ERR_NO_ERROR);
    }

    /// The next requests of this kind are answered with these errors, one each.
    void Answer(std::int16_t request, const std::vector<rd_kafka_resp_err_t>& errors) {
        rd_kafka_mock_push_request_errors_array(cluster_, request, errors.size(), errors.data());
    }

    void Down() { SetDown(true); }
    void Up() { SetDown(false); }

    /// As if nothing had gone wrong in the test before.
    void Heal() {
        if (down_) Up();
        rd_kafka_mock_clear_request_errors(cluster_, kProduce);
        rd_kafka_mock_clear_request_errors(cluster_, kFetch);
    }

  private:
    void SetDown(bool down) {
        down_ = down;
        static_cast<void>(down ? rd_kafka_mock_broker_set_down(cluster_, 1) : rd_kafka_mock_broker_set_up(cluster_, 1));
    }

    KafkaClient client_;
    rd_kafka_mock_cluster_t* cluster_ = nullptr;
    int topics_ = 0;
    bool down_ = false;
};

}  // namespace throughline
