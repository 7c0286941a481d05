// The publisher's thread: read the tail, go on behind it, begin again after any trouble.
#include "eventstore/publisher/publisher.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "eventstore/base/status_details.h"
#include "eventstore/publisher/published_record.h"
#include "eventstore/publisher/topic_settings.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

// After this long without a report the topic is looked at before it is written to.
constexpr std::chrono::milliseconds kTrustedFor{1'000};
constexpr std::chrono::milliseconds kUnreachablePause{200};

}  // namespace

absl::StatusOr<std::unique_ptr<Publisher>> Publisher::Start(PublisherSettings settings, RecordLog& log,
                                                            OnDataLoss on_data_loss) {
    if (absl::StatusOr<KafkaClient> tried = NewKafkaProducer(settings.kafka); !tried.ok()) return tried.status();
    std::unique_ptr<Publisher> publisher(new Publisher(std::move(settings), log, std::move(on_data_loss)));
    publisher->listening_ = log.Listen([raw = publisher.get()](Position) { raw->Wake(); });
    publisher->thread_ = std::thread([raw = publisher.get()] { raw->Run(); });
    return publisher;
}

Publisher::Publisher(PublisherSettings settings, RecordLog& log, OnDataLoss on_data_loss)
    : settings_(std::move(settings)),
      log_(log),
      on_data_loss_(std::move(on_data_loss)),
      republish_from_(settings_.republish_from),
      pause_(settings_.pause_min) {}

Publisher::~Publisher() {
    Stop();
}

void Publisher::Stop() {
    listening_.reset();
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    Wake();
    if (thread_.joinable()) thread_.join();
}

PublisherStatus Publisher::Status() const {
    const std::scoped_lock lock(mutex_);
    return status_;
}

void Publisher::Run() {
    while (!stopping_) {
        const absl::Status ended = RunSession();
        if (stopping_) return;
        NoteTrouble(std::string(ended.message()));
        if (absl::IsDataLoss(ended)) {
            on_data_loss_(ended);
            return;
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, pause_, [this] { return stopping_.load(); });
        pause_ = std::min(2 * pause_, settings_.pause_max);
    }
}

absl::Status Publisher::RunSession() {
    const absl::StatusOr<std::unique_ptr<ProducerSession>> session = OpenSession();
    if (!session.ok()) return session.status();
    NoteProgress(**session);
    NoteTrouble("");
    Attach(session->get());
    const absl::Status ended = Pump(**session);
    Attach(nullptr);
    return ended;
}

absl::StatusOr<std::unique_ptr<ProducerSession>> Publisher::OpenSession() {
    {
        const absl::StatusOr<KafkaClient> client = NewKafkaConsumer(settings_.kafka, true);
        if (!client.ok()) return client.status();
        const absl::StatusOr<std::vector<std::string>> warnings =
            CheckTopic(client->get(), settings_.kafka,
                       {.create = settings_.create_topic, .check_settings = settings_.check_settings});
        if (!warnings.ok()) return warnings.status();
        NoteWarnings(*warnings);
    }
    const absl::StatusOr<TopicTail> tail = ReadTopicTail(settings_.kafka, log_.StoreId());
    if (!tail.ok()) return tail.status();
    if (absl::Status agrees = CheckTail(*tail); !agrees.ok()) return agrees;
    const Position first = republish_from_.value_or(ResumeBehind(*tail));
    spdlog::info("publisher: topic {} ends at offset {}; going on with record {}", settings_.kafka.topic, tail->end,
                 ToUint64(first));
    return ProducerSession::Open(settings_.kafka, first, tail->end);
}

// The tail is a witness: it was published from a log that had it on disk.
absl::Status Publisher::CheckTail(const TopicTail& tail) {
    if (!tail.last) return absl::OkStatus();
    const Position highest = *std::max_element(tail.positions.begin(), tail.positions.end());
    if (highest >= log_.End()) {
        return WithReason(absl::DataLossError(fmt::format(
                              "the log ends before record {}, which topic {} holds: it has {} records; it is an older "
                              "copy, or its last files are missing: restore the newest, do not write to this one",
                              ToUint64(highest), settings_.kafka.topic, ToUint64(log_.End()))),
                          "LOG_SHORT");
    }
    const StoredRecord& last = *tail.last;
    ReadOptions options;
    options.from = last.position;
    options.until = last.position;
    options.headers_only = true;
    const absl::StatusOr<ReadBatch> own = log_.Read(options);
    if (!own.ok()) return own.status();
    if (own->records.size() == 1 && own->records.front().header == last.header) return absl::OkStatus();
    return WithReason(absl::DataLossError(
                          fmt::format("record {} of the log is not the one that topic {} holds: the log was written to "
                                      "after an older copy had been restored; find out which one is right",
                                      ToUint64(last.position), settings_.kafka.topic)),
                      "LOG_DIVERGED");
}

absl::Status Publisher::Pump(ProducerSession& session) {
    Position next = session.DeliveredEnd();
    SteadyClock::time_point trusted = SteadyClock::now();
    while (!stopping_) {
        const bool more = next < log_.End() && session.HasRoom();
        const SteadyClock::duration idle = SteadyClock::now() - trusted;
        bool reachable = true;
        if (session.InFlight() == 0 && idle >= (more ? kTrustedFor : settings_.idle_check)) {
            const absl::Status same = session.CheckEnd();
            reachable = same.ok();
            if (!reachable && !absl::IsDeadlineExceeded(same)) return same;
            if (reachable) trusted = SteadyClock::now();
            NoteTrouble(reachable ? "" : "no broker answers; going on as soon as one does");
        }
        bool sent = false;
        if (more && reachable) {
            const absl::StatusOr<bool> some = SendMore(session, next);
            if (!some.ok()) return some.status();
            sent = *some;
        }
        const Position before = session.DeliveredEnd();
        const std::chrono::milliseconds wait = reachable ? settings_.idle_check : kUnreachablePause;
        if (absl::Status served = session.Serve(sent ? std::chrono::milliseconds(0) : wait); !served.ok())
            return served;
        if (session.DeliveredEnd() != before) {
            trusted = SteadyClock::now();
            NoteProgress(session);
        } else if (session.BrokersDown()) {
            NoteTrouble("no broker answers; going on as soon as one does");
        }
    }
    return Drain(session);
}

absl::StatusOr<bool> Publisher::SendMore(ProducerSession& session, Position& next) {
    ReadOptions options;
    options.from = next;
    const absl::StatusOr<ReadBatch> batch = log_.Read(options);
    if (!batch.ok()) return batch.status();
    for (const StoredRecord& record : batch->records) {
        if (record.position != next) {
            return absl::DataLossError(
                fmt::format("the log gives record {} after {}; run verify", ToUint64(record.position), ToUint64(next)));
        }
        const absl::StatusOr<PublishedRecord> published = ToPublished(log_.StoreId(), record);
        if (!published.ok()) return published.status();
        if (absl::Status sent = session.Send(*published); !sent.ok()) return sent;
        next = Next(next);
    }
    return !batch->records.empty();
}

absl::Status Publisher::Drain(ProducerSession& session) {
    const SteadyClock::time_point deadline = SteadyClock::now() + settings_.stop_timeout;
    while (session.InFlight() > 0 && SteadyClock::now() < deadline) {
        if (absl::Status served = session.Serve(std::chrono::milliseconds(50)); !served.ok()) return served;
        NoteProgress(session);
    }
    return absl::OkStatus();
}

void Publisher::NoteProgress(const ProducerSession& session) {
    const std::scoped_lock lock(mutex_);
    const std::uint64_t published = ToUint64(session.DeliveredEnd());
    if (published == status_.published) return;
    status_.published = published;
    status_.trouble.clear();
    pause_ = settings_.pause_min;
    if (republish_from_ && session.DeliveredEnd() > *republish_from_) republish_from_.reset();
}

void Publisher::NoteTrouble(const std::string& trouble) {
    const std::scoped_lock lock(mutex_);
    if (status_.trouble == trouble) return;
    if (!trouble.empty()) spdlog::warn("publisher: {}", trouble);
    if (trouble.empty()) spdlog::info("publisher: all is well again");
    status_.trouble = trouble;
}

void Publisher::NoteWarnings(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
        if (std::find(warned_.begin(), warned_.end(), warning) != warned_.end()) continue;
        spdlog::warn("publisher: topic {} may lose acknowledged records: {}", settings_.kafka.topic, warning);
        warned_.push_back(warning);
    }
}

void Publisher::Attach(ProducerSession* session) {
    const std::scoped_lock lock(mutex_);
    session_ = session;
}

void Publisher::Wake() {
    const std::scoped_lock lock(mutex_);
    if (session_ != nullptr) session_->Wake();
}

}  // namespace throughline
