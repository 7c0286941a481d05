// An event log in whose appends a test may meddle: a rival comes first, an answer is lost.
#pragma once

#include <functional>
#include <utility>

#include "eventstore/store/event_log.h"

namespace throughline {

/// Hands everything on to a real log. Set the hooks before calls run.
class MeddledLog final : public EventLog {
  public:
    explicit MeddledLog(EventLog& log) : log_(log) {}

    std::function<void()> before_append;                  ///< Runs before each append; may be empty.
    std::function<absl::Status(absl::Status)> on_answer;  ///< Turns the status of each append; may be empty.

    void BeginAppend(const CommandKey& key, const std::optional<Condition>& condition, std::span<const NewEvent> events,
                     AnswerWith answer, AppendedDone done) override {
        if (const auto hook = before_append) hook();  // A copy: it may take itself away.
        log_.BeginAppend(key, condition, events, answer,
                         [this, done = std::move(done)](absl::StatusOr<Appended> appended) mutable {
                             const absl::Status status = on_answer ? on_answer(appended.status()) : absl::OkStatus();
                             if (!status.ok()) return done(status);
                             done(std::move(appended));
                         });
    }
    absl::StatusOr<std::optional<Appended>> FindCommand(const CommandKey& key) override {
        return log_.FindCommand(key);
    }
    absl::StatusOr<RecordBatch> Read(const ReadOptions& options) override { return log_.Read(options); }
    absl::StatusOr<Record> Open(const StoredRecord& stored) override { return log_.Open(stored); }
    absl::StatusOr<bool> OpenBody(const RecordView& stored, std::string& out) override {
        return log_.OpenBody(stored, out);
    }
    Position End() const override { return log_.End(); }
    std::shared_ptr<void> Listen(RecordLog::Listener listener) override { return log_.Listen(std::move(listener)); }
    Uuid StoreId() const override { return log_.StoreId(); }
    bool Synthetic() const override { return log_.Synthetic(); }

  private:
    EventLog& log_;
};

}  // namespace throughline
