// Feeds views from the log's copy in Kafka.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "eventstore/publisher/kafka_client.h"
#include "eventstore/store/event_log.h"
#include "projections/runner/feed.h"

namespace throughline {

/// Consumes the one partition of a store's topic, without a consumer group: the place is kept with the view's rows, as
/// an offset. Where that offset is gone (the topic was made anew) it begins with the topic's first message; the runner
/// drops repeats by position. Bodies are opened by the event log: what was erased since comes as erased.
class KafkaFeed final : public Feed {
  public:
    /// `log` opens the records and must outlive the feed. Brokers need not answer yet.
    ///   INVALID_ARGUMENT   a setting that Kafka's library does not take
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<KafkaFeed>> Open(KafkaConnection connection, EventLog& log);

    KafkaFeed(const KafkaFeed&) = delete;
    KafkaFeed& operator=(const KafkaFeed&) = delete;
    ~KafkaFeed() override;

    /// INVALID_ARGUMENT for a bookmark that is no offset.
    [[nodiscard]] absl::Status Start(Position next, std::string_view bookmark) override;

    ///   UNAVAILABLE           no broker answers, or there is no topic: call again, it goes on where it was
    ///   DATA_LOSS             a message is no record, or does not open; it comes again at the next call
    ///   FAILED_PRECONDITION   the topic is another store's
    [[nodiscard]] absl::StatusOr<std::vector<FeedItem>> Next(std::chrono::milliseconds timeout) override;

    [[nodiscard]] std::string_view Name() const override { return "kafka"; }

  private:
    KafkaFeed(KafkaConnection connection, EventLog& log);

    [[nodiscard]] absl::Status TakeIn(const std::vector<KafkaMessage>& messages, std::vector<FeedItem>& items);
    [[nodiscard]] absl::Status Connect();
    void Disconnect();
    [[nodiscard]] absl::Status Reachable(std::chrono::milliseconds timeout);
    [[nodiscard]] absl::Status GiveUp(rd_kafka_resp_err_t error);
    [[nodiscard]] absl::StatusOr<FeedItem> Open(const rd_kafka_message_t& message);

    const KafkaConnection connection_;
    EventLog& log_;
    std::int64_t next_offset_ = 0;
    rd_kafka_resp_err_t last_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;  // Written by `client_`.
    KafkaClient client_;
    KafkaTopic topic_;
};

}  // namespace throughline
