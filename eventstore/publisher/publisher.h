// Publishes the log to a Kafka topic: every record, in order, at least once.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/log/record_log.h"
#include "eventstore/publisher/kafka_client.h"
#include "eventstore/publisher/producer_session.h"
#include "eventstore/publisher/topic_tail.h"

namespace throughline {

struct PublisherSettings {
    KafkaConnection kafka;
    /// Create a missing topic: for development. Elsewhere whoever runs the brokers does, with replicas.
    bool create_topic = false;
    /// Ask for the topic's settings; off only for brokers that are not Apache's and do not tell them.
    bool check_settings = true;
    /// Publish again from here, whatever the topic holds; absent: go on behind its tail.
    std::optional<Position> republish_from;
    std::chrono::milliseconds pause_min{100};  ///< Before the first new attempt; doubles up to `pause_max`.
    std::chrono::milliseconds pause_max{10'000};
    std::chrono::milliseconds idle_check{
        5'000};  ///< How often an idle publisher looks whether its topic is still there.
    std::chrono::milliseconds stop_timeout{5'000};  ///< How long Stop() waits for reports of what is on its way.
};

/// How it goes.
struct PublisherStatus {
    std::uint64_t published = 0;  ///< All records before this position are in the topic.
    std::string trouble;          ///< What keeps it from publishing, and what to do; empty while all is well.
};

/// A copy of the log in Kafka, made by a thread of its own; nothing waits for it. It holds no position of its own: at
/// every start, and after anything that goes wrong, it reads the topic's tail and goes on behind it. So no position is
/// left out, first occurrences ascend, and repeats are byte-identical unless a body was erased in between.
///
/// With a topic that is missing, unfit or of another store it publishes nothing, says so in Status(), and looks again.
class Publisher {
  public:
    /// Called once, from the publisher's thread, when the log is proven short or damaged: the topic's tail is ahead of
    /// it (DATA_LOSS, reason LOG_SHORT), differs from it (LOG_DIVERGED), or it cannot be read. The publisher has
    /// stopped then.
    using OnDataLoss = std::function<void(const absl::Status&)>;

    /// `log` must outlive it. Brokers need not answer yet.
    ///   INVALID_ARGUMENT   a setting that Kafka's library does not take
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<Publisher>> Start(PublisherSettings settings, RecordLog& log,
                                                                          OnDataLoss on_data_loss);

    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;
    ~Publisher();

    /// Sends nothing new, waits for what is on its way (at most `stop_timeout`), and ends the thread. Safe to repeat.
    void Stop();

    /// Safe from any thread.
    [[nodiscard]] PublisherStatus Status() const;

  private:
    Publisher(PublisherSettings settings, RecordLog& log, OnDataLoss on_data_loss);

    void Run();
    [[nodiscard]] absl::Status RunSession();
    [[nodiscard]] absl::StatusOr<std::unique_ptr<ProducerSession>> OpenSession();
    [[nodiscard]] absl::Status CheckTail(const TopicTail& tail);
    [[nodiscard]] absl::Status Pump(ProducerSession& session);
    [[nodiscard]] absl::StatusOr<bool> SendMore(ProducerSession& session, Position& next);
    [[nodiscard]] absl::Status Drain(ProducerSession& session);
    void NoteProgress(const ProducerSession& session);
    void NoteTrouble(const std::string& trouble);
    void NoteWarnings(const std::vector<std::string>& warnings);
    void Attach(ProducerSession* session);
    void Wake();

    const PublisherSettings settings_;
    RecordLog& log_;
    const OnDataLoss on_data_loss_;
    std::optional<Position> republish_from_;
    std::vector<std::string> warned_;
    std::chrono::milliseconds pause_;
    std::atomic<bool> stopping_ = false;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    ProducerSession* session_ = nullptr;  // Under mutex_; for Wake() only.
    PublisherStatus status_;              // Under mutex_.

    std::shared_ptr<void> listening_;
    std::thread thread_;
};

}  // namespace throughline
