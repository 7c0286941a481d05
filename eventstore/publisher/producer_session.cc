// Sending through librdkafka's idempotent producer, and trusting nothing but an unbroken run of its reports.
#include "eventstore/publisher/producer_session.h"

#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "eventstore/base/limits.h"
#include "eventstore/publisher/topic_tail.h"

namespace throughline {

absl::StatusOr<std::unique_ptr<ProducerSession>> ProducerSession::Open(const KafkaConnection& connection,
                                                                       Position first, std::int64_t end_offset) {
    std::unique_ptr<ProducerSession> session(new ProducerSession(connection, first, end_offset));
    absl::StatusOr<KafkaClient> client = NewKafkaProducer(connection);
    if (!client.ok()) return client.status();
    session->client_ = *std::move(client);
    absl::StatusOr<KafkaTopic> topic = OpenKafkaTopic(session->client_.get(), connection);
    if (!topic.ok()) return topic.status();
    session->topic_ = *std::move(topic);
    session->queue_.reset(rd_kafka_queue_get_main(session->client_.get()));
    return session;
}

ProducerSession::ProducerSession(const KafkaConnection& connection, Position first, std::int64_t end_offset)
    : connection_(connection), sent_(first), delivered_(first), end_offset_(end_offset) {}

ProducerSession::~ProducerSession() {
    if (client_ != nullptr) rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

bool ProducerSession::HasRoom() const {
    return InFlight() + limits::kReadBatchRecordsMax <= kInFlightRecordsMax && in_flight_bytes_ < kInFlightBytesMax;
}

absl::Status ProducerSession::Send(const PublishedRecord& record) {
    KafkaHeaders headers(rd_kafka_headers_new(record.headers.size()));
    for (const auto& [name, value] : record.headers) {
        rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                            static_cast<ssize_t>(value.size()));
    }
    // The position travels in the pointer that librdkafka hands back with the report.
    void* const mark = reinterpret_cast<void*>(ToUint64(record.position));
    // librdkafka copies the value, and does not write to it.
    void* const value = const_cast<char*>(record.value.data());
    const std::array<rd_kafka_vu_t, 6> parts{{
        {.vtype = RD_KAFKA_VTYPE_RKT, .u = {.rkt = topic_.get()}},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u = {.i32 = kPublishedPartition}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u = {.mem = {.ptr = value, .size = record.value.size()}}},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u = {.headers = headers.get()}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u = {.ptr = mark}},
    }};
    const KafkaError error(rd_kafka_produceva(client_.get(), parts.data(), parts.size()));
    if (error != nullptr) {
        return FromKafka(rd_kafka_error_code(error.get()), fmt::format("sending record {}", ToUint64(record.position)));
    }
    // The message has taken them over.
    static_cast<void>(headers.release());
    sent_ = Next(record.position);
    in_flight_bytes_ += record.value.size();
    return absl::OkStatus();
}

absl::Status ProducerSession::Serve(std::chrono::milliseconds timeout) {
    int wait_ms = KafkaMillis(timeout);
    while (true) {
        const KafkaEvent event(rd_kafka_queue_poll(queue_.get(), wait_ms));
        if (event == nullptr) return absl::OkStatus();
        if (absl::Status taken = TakeEvent(event.get()); !taken.ok()) return taken;
        wait_ms = 0;
    }
}

absl::Status ProducerSession::CheckEnd() {
    const absl::StatusOr<std::int64_t> end = ReadTopicEnd(client_.get(), connection_);
    if (!end.ok()) return end.status();
    brokers_down_ = false;
    if (*end >= end_offset_) return absl::OkStatus();
    return absl::UnavailableError(fmt::format("topic {} ends at offset {}, before {}: it was cut or made anew",
                                              connection_.topic, *end, end_offset_));
}

void ProducerSession::Wake() {
    rd_kafka_queue_yield(queue_.get());
}

absl::Status ProducerSession::TakeEvent(rd_kafka_event_t* event) {
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR) {
        while (const rd_kafka_message_t* report = rd_kafka_event_message_next(event)) {
            if (absl::Status taken = TakeReport(*report); !taken.ok()) return taken;
        }
    }
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR) {
        if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) brokers_down_ = true;
        spdlog::debug("publisher: {}", rd_kafka_event_error_string(event));
    }
    std::array<char, 512> why{};
    if (rd_kafka_fatal_error(client_.get(), why.data(), why.size()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return absl::UnavailableError(fmt::format("the producer gave up: {}", why.data()));
    }
    return absl::OkStatus();
}

absl::Status ProducerSession::TakeReport(const rd_kafka_message_t& report) {
    const Position position{reinterpret_cast<std::uint64_t>(report._private)};
    if (report.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return absl::UnavailableError(
            fmt::format("kafka refused record {}: {}", ToUint64(position), rd_kafka_err2str(report.err)));
    }
    if (position != delivered_) {
        return absl::UnavailableError(
            fmt::format("record {} was reported before record {}", ToUint64(position), ToUint64(delivered_)));
    }
    // A repeat that the broker knew already is reported without an offset.
    if (report.offset >= 0 && report.offset < end_offset_) {
        return absl::UnavailableError(fmt::format("record {} got offset {}, before {}: the topic was cut or made anew",
                                                  ToUint64(position), report.offset, end_offset_));
    }
    if (report.offset >= 0) end_offset_ = report.offset + 1;
    delivered_ = Next(position);
    in_flight_bytes_ -= report.len;
    brokers_down_ = false;
    return absl::OkStatus();
}

}  // namespace throughline
