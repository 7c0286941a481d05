// An event log in memory whose bodies are not sealed: for tests of what reads it, with faults on demand.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/clock.h"
#include "eventstore/base/tags.h"
#include "eventstore/store/event_log.h"
#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline {

/// Safe from many threads.
class PlainLog final : public EventLog {
  public:
    explicit PlainLog(const Clock& clock) : clock_(clock) {}

    /// Adds one event; returns its id as corrections name it.
    std::string Add(const NewEvent& event) {
        const CommandKey command{"test", CommandId{RandomUuid()}, "request"};
        return Append(command, std::nullopt, {&event, 1}).ok() ? ToString(event.id) : std::string();
    }

    /// What an erasure leaves: no bodies, and a record that says so.
    void Erase(SubjectId subject) {
        {
            const std::lock_guard lock(mutex_);
            for (Record& record : records_) {
                if (record.header.key_id() == subject.AsBytes()) record.body.reset();
            }
        }
        eventstore::v1::SubjectErased erased;
        erased.set_kind(eventstore::v1::SUBJECT_KIND_PUPIL);
        erased.set_subject_id(ToString(subject));
        erased.set_ground("retention period ended");
        NewEvent event;
        event.id = EventId{RandomUuid()};
        event.subject = SubjectId{RandomUuid()};
        event.type = eventstore::v1::SubjectErased::descriptor()->full_name();
        event.tags = {SubjectTag(eventstore::v1::SUBJECT_KIND_PUPIL, subject)};
        event.body = erased.SerializeAsString();
        Add(event);
    }

    /// The next reads fail as if the source were out of reach.
    void FailReads(int reads) {
        const std::lock_guard lock(mutex_);
        failing_reads_ = reads;
    }

    /// Records in one batch.
    void SetBatch(std::size_t records) {
        const std::lock_guard lock(mutex_);
        batch_ = records;
    }

    [[nodiscard]] std::vector<Record> All() const {
        const std::lock_guard lock(mutex_);
        return records_;
    }

    void BeginAppend(const CommandKey& /*key*/, const std::optional<Condition>& /*condition*/,
                     std::span<const NewEvent> events, AnswerWith /*answer*/, AppendedDone done) override {
        Appended appended;
        Position end{};
        std::vector<RecordLog::Listener> listeners;
        {
            const std::lock_guard lock(mutex_);
            appended.first = Position{records_.size()};
            for (const NewEvent& event : events) appended.headers.push_back(AddLocked(event));
            end = Position{records_.size()};
            appended.last = Position{records_.size() - 1};
            for (const auto& listener : listeners_) {
                if (const auto alive = listener.lock()) listeners.push_back(*alive);
            }
        }
        for (const auto& listener : listeners) listener(end);
        done(std::move(appended));
    }

    absl::StatusOr<std::optional<Appended>> FindCommand(const CommandKey& /*key*/) override { return std::nullopt; }

    absl::StatusOr<RecordBatch> Read(const ReadOptions& options) override {
        const std::lock_guard lock(mutex_);
        if (failing_reads_ > 0) {
            --failing_reads_;
            return absl::UnavailableError("the log is out of reach");
        }
        RecordBatch batch;
        batch.end = Position{records_.size()};
        const std::uint64_t until = options.until ? ToUint64(*options.until) + 1 : records_.size();
        const std::size_t most = options.limit == 0 ? batch_ : std::min<std::size_t>(batch_, options.limit);
        for (std::uint64_t at = ToUint64(options.from.value_or(Position{})); at < std::min(until, records_.size());
             ++at) {
            const Record& record = records_[at];
            const std::vector<std::string> tags(record.header.tags().begin(), record.header.tags().end());
            if (!Matches(options.query, record.header.type(), tags)) continue;
            if (batch.records.size() == most) {
                batch.next = Position{at};
                break;
            }
            batch.records.push_back(record);
        }
        return batch;
    }

    absl::StatusOr<Record> Open(const StoredRecord& stored) override { return All()[ToUint64(stored.position)]; }

    absl::StatusOr<bool> OpenBody(const RecordView& stored, std::string& out) override {
        const std::optional<std::string> body = All()[ToUint64(stored.position)].body;
        out += body.value_or("");
        return body.has_value();
    }

    [[nodiscard]] Position End() const override {
        const std::lock_guard lock(mutex_);
        return Position{records_.size()};
    }

    [[nodiscard]] std::shared_ptr<void> Listen(RecordLog::Listener listener) override {
        auto kept = std::make_shared<RecordLog::Listener>(std::move(listener));
        const std::lock_guard lock(mutex_);
        listeners_.push_back(kept);
        return kept;
    }

    [[nodiscard]] Uuid StoreId() const override { return store_; }
    [[nodiscard]] bool Synthetic() const override { return true; }

  private:
    eventstore::v1::RecordHeader AddLocked(const NewEvent& event) {
        Record record;
        record.position = Position{records_.size()};
        record.header.set_position(records_.size());
        record.header.set_event_id(std::string(event.id.AsBytes()));
        record.header.set_type(event.type);
        std::vector<std::string> tags = event.tags;
        std::sort(tags.begin(), tags.end());
        for (const std::string& tag : tags) record.header.add_tags(tag);
        record.header.set_key_id(std::string(event.subject.AsBytes()));
        record.header.set_recorded_at_us(ToMicros(clock_.Now()));
        record.body = event.body;
        records_.push_back(record);
        return record.header;
    }

    const Clock& clock_;
    const Uuid store_ = RandomUuid();
    mutable std::mutex mutex_;
    std::vector<Record> records_;
    std::vector<std::weak_ptr<RecordLog::Listener>> listeners_;
    std::size_t batch_ = 1'000;
    int failing_reads_ = 0;
};

}  // namespace throughline
