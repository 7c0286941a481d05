// Owners for librdkafka's handles, so that every way out of a function gives them back.
#pragma once

#include <memory>

#include <librdkafka/rdkafka.h>

namespace throughline {

/// Calls librdkafka's own function for giving a handle back.
template <auto Destroy>
struct KafkaDeleter {
    template <class T>
    void operator()(T* handle) const {
        Destroy(handle);
    }
};

/// A producer or a consumer. Destroying it waits for its threads, and gives up what is still on its way.
using KafkaClient = std::unique_ptr<rd_kafka_t, KafkaDeleter<&rd_kafka_destroy>>;
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, KafkaDeleter<&rd_kafka_conf_destroy>>;
/// A topic as one client sees it; must go before its client.
using KafkaTopic = std::unique_ptr<rd_kafka_topic_t, KafkaDeleter<&rd_kafka_topic_destroy>>;
/// Must go before its client.
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, KafkaDeleter<&rd_kafka_queue_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, KafkaDeleter<&rd_kafka_event_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, KafkaDeleter<&rd_kafka_message_destroy>>;
using KafkaHeaders = std::unique_ptr<rd_kafka_headers_t, KafkaDeleter<&rd_kafka_headers_destroy>>;
using KafkaError = std::unique_ptr<rd_kafka_error_t, KafkaDeleter<&rd_kafka_error_destroy>>;
using KafkaPartitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, KafkaDeleter<&rd_kafka_topic_partition_list_destroy>>;
using KafkaMetadata = std::unique_ptr<const rd_kafka_metadata_t, KafkaDeleter<&rd_kafka_metadata_destroy>>;
using KafkaNewTopic = std::unique_ptr<rd_kafka_NewTopic_t, KafkaDeleter<&rd_kafka_NewTopic_destroy>>;
using KafkaResource = std::unique_ptr<rd_kafka_ConfigResource_t, KafkaDeleter<&rd_kafka_ConfigResource_destroy>>;
using KafkaAdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, KafkaDeleter<&rd_kafka_AdminOptions_destroy>>;

}  // namespace throughline
