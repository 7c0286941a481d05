// A real Kafka broker for a test: started by deploy/kafka/broker in a folder that goes with it.
#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "eventstore/publisher/kafka_client.h"
#include "eventstore/publisher/kafka_handles.h"

namespace throughline {

/// The repository: what THROUGHLINE_SOURCE_DIR names, else the first folder above this program that has the broker's
/// script.
inline std::filesystem::path SourceFolder() {
    if (const char* named = std::getenv("THROUGHLINE_SOURCE_DIR")) return named;
    std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe");
    while (folder != folder.root_path() && !std::filesystem::exists(folder / "deploy/kafka/broker")) {
        folder = folder.parent_path();
    }
    return folder;
}

/// One broker on ports of its own.
class LocalBroker {
  public:
    LocalBroker() {
        std::string pattern = (std::filesystem::temp_directory_path() / "throughline-broker-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        started_ = Start();
    }
    LocalBroker(const LocalBroker&) = delete;
    LocalBroker& operator=(const LocalBroker&) = delete;
    ~LocalBroker() {
        Signal(SIGKILL);
        std::filesystem::remove_all(folder_);
    }

    /// Starts it, for the first time or again on the same address, and waits until it answers.
    [[nodiscard]] bool Start() {
        const std::string script = (SourceFolder() / "deploy/kafka/broker").string();
        return std::system((script + " start --dir " + folder_.string() + " >/dev/null").c_str()) == 0;
    }

    [[nodiscard]] bool Started() const { return started_; }

    void Kill() { Signal(SIGKILL); }
    void Freeze() { Signal(SIGSTOP); }
    void Thaw() { Signal(SIGCONT); }

    [[nodiscard]] KafkaConnection Connection(const std::string& topic) const {
        KafkaConnection connection;
        std::ifstream(folder_ / "address") >> connection.brokers;
        connection.topic = topic;
        return connection;
    }

    /// Deletes a topic; returns whether the broker did.
    [[nodiscard]] bool DeleteTopic(const std::string& name) const {
        const absl::StatusOr<KafkaClient> client = NewKafkaConsumer(Connection(name), true);
        if (!client.ok()) return false;
        const KafkaQueue queue(rd_kafka_queue_new(client->get()));
        rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
        rd_kafka_DeleteTopics(client->get(), &topic, 1, nullptr, queue.get());
        const KafkaEvent event(rd_kafka_queue_poll(queue.get(), 20'000));
        rd_kafka_DeleteTopic_destroy(topic);
        return event != nullptr && rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR;
    }

    /// Creates a topic with the broker's own settings, which forget records after a week.
    [[nodiscard]] bool CreateForgetfulTopic(const std::string& name) const {
        const absl::StatusOr<KafkaClient> client = NewKafkaConsumer(Connection(name), true);
        if (!client.ok()) return false;
        const KafkaQueue queue(rd_kafka_queue_new(client->get()));
        const KafkaNewTopic topic(rd_kafka_NewTopic_new(name.c_str(), 1, 1, nullptr, 0));
        rd_kafka_NewTopic_t* wanted = topic.get();
        rd_kafka_CreateTopics(client->get(), &wanted, 1, nullptr, queue.get());
        const KafkaEvent event(rd_kafka_queue_poll(queue.get(), 20'000));
        return event != nullptr && rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR;
    }

  private:
    void Signal(int number) const {
        pid_t pid = 0;
        std::ifstream(folder_ / "pid") >> pid;
        if (pid > 0) kill(pid, number);
    }

    std::filesystem::path folder_;
    bool started_ = false;
};

}  // namespace throughline
