// Consuming a topic from a kept offset, and beginning again where that offset is gone.
#include "projections/runner/kafka_feed.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "eventstore/base/limits.h"
#include "eventstore/publisher/published_record.h"

namespace throughline {
namespace {

constexpr std::size_t kMessagesMax = limits::kReadBatchRecordsMax;
constexpr std::chrono::milliseconds kProbeMax{1'000};

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaFeed>> KafkaFeed::Open(KafkaConnection connection, EventLog& log) {
    if (absl::StatusOr<KafkaClient> tried = NewKafkaConsumer(connection, false); !tried.ok()) return tried.status();
    return std::unique_ptr<KafkaFeed>(new KafkaFeed(std::move(connection), log));
}

KafkaFeed::KafkaFeed(KafkaConnection connection, EventLog& log) : connection_(std::move(connection)), log_(log) {}

KafkaFeed::~KafkaFeed() {
    Disconnect();
}

absl::Status KafkaFeed::Start(Position, std::string_view bookmark) {
    std::int64_t offset = 0;
    if (!bookmark.empty()) {
        const auto [end, error] = std::from_chars(bookmark.data(), bookmark.data() + bookmark.size(), offset);
        if (error != std::errc{} || end != bookmark.data() + bookmark.size() || offset < 0) {
            return absl::InvalidArgumentError("the bookmark is no offset of a topic; rebuild the view");
        }
    }
    Disconnect();
    next_offset_ = offset;
    return absl::OkStatus();
}

absl::StatusOr<std::vector<FeedItem>> KafkaFeed::Next(std::chrono::milliseconds timeout) {
    if (client_ == nullptr) {
        if (absl::Status connected = Connect(); !connected.ok()) return connected;
    }
    std::array<rd_kafka_message_t*, kMessagesMax> messages{};
    messages[0] = rd_kafka_consume(topic_.get(), kPublishedPartition, KafkaMillis(timeout));
    if (messages[0] == nullptr) {
        if (absl::Status reachable = Reachable(timeout); !reachable.ok()) return reachable;
        return std::vector<FeedItem>{};
    }
    // Takes what has arrived already: a batch with a timeout would wait until it is full.
    const ssize_t more =
        rd_kafka_consume_batch(topic_.get(), kPublishedPartition, 0, messages.data() + 1, kMessagesMax - 1);
    const std::size_t count = 1 + static_cast<std::size_t>(std::max<ssize_t>(more, 0));
    std::vector<KafkaMessage> owned;
    owned.reserve(count);
    for (std::size_t i = 0; i < count; ++i) owned.emplace_back(messages[i]);

    std::vector<FeedItem> items;
    const absl::Status failed = TakeIn(owned, items);
    // A client waits for its messages when it goes.
    owned.clear();
    if (!failed.ok()) Disconnect();
    if (!failed.ok() && items.empty()) return failed;
    return items;
}

// Opens what came, up to the first message that is an error or does not open; that one is fetched again.
absl::Status KafkaFeed::TakeIn(const std::vector<KafkaMessage>& messages, std::vector<FeedItem>& items) {
    items.reserve(messages.size());
    for (const KafkaMessage& message : messages) {
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return GiveUp(message->err);
        absl::StatusOr<FeedItem> item = Open(*message);
        if (!item.ok()) return item.status();
        items.push_back(*std::move(item));
        next_offset_ = message->offset + 1;
        last_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    return absl::OkStatus();
}

absl::Status KafkaFeed::Connect() {
    absl::StatusOr<KafkaClient> client = NewKafkaConsumer(connection_, false, &last_error_);
    if (!client.ok()) return client.status();
    absl::StatusOr<KafkaTopic> topic = OpenKafkaTopic(client->get(), connection_);
    if (!topic.ok()) return topic.status();
    if (rd_kafka_consume_start(topic->get(), kPublishedPartition, next_offset_) != 0) {
        return FromKafka(rd_kafka_last_error(), fmt::format("consuming topic {}", connection_.topic));
    }
    client_ = *std::move(client);
    topic_ = *std::move(topic);
    return absl::OkStatus();
}

void KafkaFeed::Disconnect() {
    topic_.reset();
    client_.reset();
}

// Nothing came: is there nothing, or nobody?
absl::Status KafkaFeed::Reachable(std::chrono::milliseconds timeout) {
    rd_kafka_poll(client_.get(), 0);
    if (last_error_ == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
    const rd_kafka_metadata_t* answer = nullptr;
    rd_kafka_resp_err_t error = rd_kafka_metadata(client_.get(), 0, topic_.get(), &answer,
                                                  KafkaMillis(std::clamp(timeout, kProbeMax / 10, kProbeMax)));
    const KafkaMetadata metadata(answer);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) error = metadata->topics[0].err;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return absl::UnavailableError(fmt::format("topic {} is out of reach ({}); going on as soon as it is there",
                                                  connection_.topic, rd_kafka_err2str(error)));
    }
    last_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    return absl::OkStatus();
}

// Decides where to go on after an error that ends this consumer.
absl::Status KafkaFeed::GiveUp(rd_kafka_resp_err_t error) {
    if (error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
        spdlog::warn("feed: topic {} has no offset {}; beginning with its first message", connection_.topic,
                     next_offset_);
        next_offset_ = RD_KAFKA_OFFSET_BEGINNING;
    }
    return absl::UnavailableError(fmt::format("consuming topic {}: {}", connection_.topic, rd_kafka_err2str(error)));
}

absl::StatusOr<FeedItem> KafkaFeed::Open(const rd_kafka_message_t& message) {
    // Another store's records would pass for records of erased subjects: nobody here has their keys.
    if (FindKafkaHeader(message, kSourceHeader) != PublishedSource(log_.StoreId())) {
        return absl::FailedPreconditionError(
            fmt::format("topic {} holds at offset {} something that is not of this store; name this store's topic",
                        connection_.topic, message.offset));
    }
    absl::StatusOr<StoredRecord> stored =
        FromPublished(std::string_view(static_cast<const char*>(message.payload), message.len));
    if (!stored.ok()) return stored.status();
    absl::StatusOr<Record> record = log_.Open(*stored);
    if (!record.ok()) return record.status();
    return FeedItem{.record = *std::move(record), .bookmark = std::to_string(message.offset + 1)};
}

}  // namespace throughline
