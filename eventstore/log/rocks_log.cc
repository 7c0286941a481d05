// Puts the parts of the log together, from the disk up to the writer.
#include "eventstore/log/rocks_log.h"

#include <algorithm>
#include <utility>

#include "eventstore/base/status_details.h"
#include "eventstore/log/append_checks.h"
#include "eventstore/log/body_eraser.h"
#include "eventstore/log/log_opening.h"
#include "eventstore/log/log_writer.h"

namespace throughline {
namespace {

class LogOnDisk final : public RocksLog {
  public:
    LogOnDisk(OpenedLog opened, const RocksLogOptions& options, std::shared_ptr<LogFailure> failure)
        : failure_(std::move(failure)),
          meta_(opened.meta),
          families_(std::move(opened.families)),
          types_(std::move(opened.types)),
          erased_(std::move(opened.erased)),
          reader_(families_, *types_, *erased_),
          room_(options.disk_space ? options.disk_space : StatvfsProbe(options.path)),
          witness_(std::move(opened.head), opened.head_state, options.head_sync_interval,
                   [this](const absl::Status& why) { failure_->Report(why); }),
          writer_({families_, reader_, *types_, *erased_, witness_, listeners_, room_, *failure_}, *options.clock,
                  {options.clock_skew_max, options.clock_leap_max, meta_.synthetic,
                   options.uptime ? options.uptime : MachineUptime},
                  {opened.tail.end, opened.tail.last_recorded_at, meta_.writer_epoch}) {}

    absl::StatusOr<AppendOutcome> Append(SealedAppend request) override {
        if (absl::Status checked = CheckAppend(request); !checked.ok()) return checked;
        // A repeat is answered without the writer, so also while the disk is full.
        const auto known = FindCommand(request.command_hash);
        if (!known.ok()) return known.status();
        if (*known) return AnswerAgain(**known, request.request_digest);
        return writer_.Append(std::move(request));
    }

    absl::StatusOr<std::optional<StoredCommand>> FindCommand(std::string_view command_hash) override {
        auto found = reader_.FindCommand(command_hash);
        failure_->ReportIfFatal(found.status());
        return found;
    }

    absl::StatusOr<ReadBatch> Read(const ReadOptions& options) override {
        auto batch = reader_.Read(options, End());
        failure_->ReportIfFatal(batch.status());
        return batch;
    }

    absl::StatusOr<std::uint64_t> DeleteBodies(SubjectId subject) override {
        if (absl::Status marked = writer_.MarkErased(subject); !marked.ok()) {
            failure_->ReportIfFatal(marked);
            return marked;
        }
        auto erased = EraseBodies(families_, subject);
        failure_->ReportIfFatal(erased.status());
        return erased;
    }

    std::shared_ptr<void> Listen(Listener listener) override { return listeners_.Add(std::move(listener)); }
    Position End() const override { return writer_.End(); }
    bool Writable() const override { return room_.Check().ok(); }
    Uuid StoreId() const override { return meta_.store_id; }
    bool Synthetic() const override { return meta_.synthetic; }
    Instant LastRecordedAt() const override { return writer_.LastRecordedAt(); }
    Instant CreatedAt() const override { return meta_.created_at; }

  private:
    const std::shared_ptr<LogFailure> failure_;
    const StoreMeta meta_;
    LogFamilies families_;
    const std::unique_ptr<TypeIds> types_;
    const std::unique_ptr<ErasedSubjects> erased_;
    const LogReader reader_;
    Listeners listeners_;
    mutable DiskRoom room_;
    HeadWitness witness_;
    LogWriter writer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RocksLog>> RocksLog::Open(RocksLogOptions options) {
    auto failure = std::make_shared<LogFailure>(options.fatal);
    auto opened = OpenLog(options.path, options.env, ReportBackgroundErrors(failure));
    if (!opened.ok()) return opened.status();
    return std::make_unique<LogOnDisk>(*std::move(opened), options, std::move(failure));
}

}  // namespace throughline
