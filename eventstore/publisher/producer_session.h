// One producer's life: records go out in order, and the first thing that goes wrong ends it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/publisher/kafka_client.h"
#include "eventstore/publisher/published_record.h"

namespace throughline {

/// Sends records and takes their delivery reports. Used by one thread, Wake() apart. After an error it is over: read
/// the topic's tail and open another.
class ProducerSession {
  public:
    /// Goes on with the record `first`, at the topic's offset `end_offset` or later.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<ProducerSession>> Open(const KafkaConnection& connection,
                                                                               Position first, std::int64_t end_offset);

    ProducerSession(const ProducerSession&) = delete;
    ProducerSession& operator=(const ProducerSession&) = delete;

    /// Gives up what is still on its way.
    ~ProducerSession();

    /// Whether another batch of the log may be sent.
    [[nodiscard]] bool HasRoom() const;

    /// Hands the record to the producer; it must be the one after the last sent. Copies it; does not block.
    [[nodiscard]] absl::Status Send(const PublishedRecord& record);

    /// Waits up to `timeout` for delivery reports, or for Wake().
    ///   UNAVAILABLE   a record was refused, reported out of turn, or landed in another topic of the same name
    [[nodiscard]] absl::Status Serve(std::chrono::milliseconds timeout);

    /// Asks whether the topic still ends where the last report said: it may have been deleted and made anew.
    ///   DEADLINE_EXCEEDED        no broker answers; the session may go on
    ///   NOT_FOUND, UNAVAILABLE   it does not; the session is over
    [[nodiscard]] absl::Status CheckEnd();

    /// Makes a Serve() that waits return. From any thread.
    void Wake();

    /// Every record before it was reported as stored, without a break.
    [[nodiscard]] Position DeliveredEnd() const { return delivered_; }
    [[nodiscard]] std::uint64_t InFlight() const { return ToUint64(sent_) - ToUint64(delivered_); }
    /// All brokers were lost, and no report has come since.
    [[nodiscard]] bool BrokersDown() const { return brokers_down_; }

  private:
    ProducerSession(const KafkaConnection& connection, Position first, std::int64_t end_offset);

    [[nodiscard]] absl::Status TakeEvent(rd_kafka_event_t* event);
    [[nodiscard]] absl::Status TakeReport(const rd_kafka_message_t& report);

    const KafkaConnection connection_;
    KafkaClient client_;
    KafkaTopic topic_;
    KafkaQueue queue_;
    Position sent_;
    Position delivered_;
    std::size_t in_flight_bytes_ = 0;
    std::int64_t end_offset_;  // What the topic's next offset must be at least.
    bool brokers_down_ = false;
};

}  // namespace throughline
