// Puts the parts of the log together, from the disk up to the writer.
#include "eventstore/log/rocks_log.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/file_changes.h"
#include "eventstore/log/append_checks.h"
#include "eventstore/log/body_eraser.h"
#include "eventstore/log/condition_checker.h"
#include "eventstore/log/frame_tables.h"
#include "eventstore/log/kept_scans.h"
#include "eventstore/log/log_opening.h"
#include "eventstore/log/log_tree.h"
#include "eventstore/log/log_writer.h"

namespace throughline {
namespace {

class LogOnDisk final : public RocksLog {
  public:
    LogOnDisk(OpenedLog opened, const RocksLogOptions& options, std::shared_ptr<LogFailure> failure,
              std::shared_ptr<FrameTables> tables, std::shared_ptr<KeptScans> kept_scans)
        : failure_(std::move(failure)),
          tables_(std::move(tables)),
          kept_scans_(std::move(kept_scans)),
          meta_(opened.meta),
          families_(std::move(opened.families)),
          types_(std::move(opened.types)),
          erased_(std::move(opened.erased)),
          reader_(families_, *types_, *erased_, *tables_, *kept_scans_),
          conditions_(families_, *types_),
          tree_(families_, *erased_),
          room_(options.disk_space ? options.disk_space : StatvfsProbe(options.path)),
          witness_(std::move(opened.head), opened.head_state, options.head_sync_interval,
                   [this](const absl::Status& why) { failure_->Report(why); }),
          writer_({families_, reader_, conditions_, *types_, *erased_, witness_, listeners_, room_, *failure_},
                  *options.clock,
                  {options.clock_skew_max, options.clock_leap_max, meta_.synthetic,
                   options.uptime ? options.uptime : MachineUptime},
                  {opened.tree, opened.tail.last_recorded_at, meta_.writer_epoch}) {
        // So that no reader waits for it.
        static_cast<void>(tables_->Now(families_));
    }

    ~LogOnDisk() override { kept_scans_->DropAll(); }

    void BeginAppend(SealedAppend request, AppendDone done) override {
        auto prepared = PreparedAppend::Of(std::move(request));
        if (!prepared.ok()) return done(prepared.status());
        // All that can be found out on the caller's thread is, so that the one writer only looks at what came since.
        // A repeat is answered here, so also while the disk is full.
        const Position end = End();
        const auto answer = Check(*prepared, end);
        if (!answer.ok()) return done(answer.status());
        if (*answer) return done(**answer);
        writer_.Append({*std::move(prepared), end, std::move(done)});
    }

    void LendThread() override { writer_.LendThread(); }

    absl::StatusOr<std::optional<StoredCommand>> FindCommand(std::string_view command_hash) override {
        auto found = reader_.FindCommand(command_hash);
        failure_->ReportIfFatal(found.status());
        return found;
    }

    absl::StatusOr<ReadProgress> Visit(const ReadOptions& options, RecordVisitor visitor) override {
        auto progress = reader_.Visit(options, End(), visitor);
        failure_->ReportIfFatal(progress.status());
        return progress;
    }

    absl::StatusOr<std::uint64_t> DeleteBodies(SubjectId subject) override {
        if (absl::Status marked = writer_.MarkErased(subject); !marked.ok()) {
            failure_->ReportIfFatal(marked);
            return marked;
        }
        const std::lock_guard lock(erasing_);
        tables_->Suspend();
        auto erased = EraseBodies(families_, subject);
        kept_scans_->DropAll();
        // What an earlier call wrote anew before it failed may still be in RocksDB's memory alone.
        if (erased.ok()) {
            absl::Status flushed = FromRocks(families_.db().Flush({}, families_.frames()), "flushing");
            if (!flushed.ok()) erased = std::move(flushed);
        }
        if (erased.ok()) tables_->Resume();
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

    LogCounters Counters() const override { return writer_.Counters(); }
    Frontier Tree() const override { return writer_.Tree(); }
    const TreeSource& TreeHashes() const override { return tree_; }

  private:
    // The answer where one can be given at once; nothing where the writer is to decide.
    absl::StatusOr<std::optional<AppendOutcome>> Check(const PreparedAppend& prepared, Position end) {
        const SealedAppend& append = prepared.append;
        const auto known = FindCommand(append.command_hash);
        if (!known.ok()) return known.status();
        if (*known) return AnswerAgain(**known, append.request_digest);
        if (!append.conditional) return std::optional<AppendOutcome>{};
        if (absl::Status after = CheckConditionAfter(append, end); !after.ok()) return after;
        const auto match =
            conditions_.FirstMatch(append.condition.query, prepared.condition, FirstLookedAt(append.condition), end);
        failure_->ReportIfFatal(match.status());
        if (!match.ok()) return match.status();
        if (*match) return ConditionFailedError(append.condition, **match);
        return std::optional<AppendOutcome>{};
    }

    const std::shared_ptr<LogFailure> failure_;
    const std::shared_ptr<FrameTables> tables_;
    const std::shared_ptr<KeptScans> kept_scans_;
    const StoreMeta meta_;
    LogFamilies families_;
    const std::unique_ptr<TypeIds> types_;
    const std::unique_ptr<ErasedSubjects> erased_;
    const LogReader reader_;
    const ConditionChecker conditions_;
    const LogTree tree_;
    std::mutex erasing_;  // Erasing writes rows anew, one erasure at a time.
    Listeners listeners_;
    mutable DiskRoom room_;
    HeadWitness witness_;
    LogWriter writer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RocksLog>> RocksLog::Open(RocksLogOptions options) {
    auto failure = std::make_shared<LogFailure>(options.fatal);
    auto tables = std::make_shared<FrameTables>();
    auto kept_scans = std::make_shared<KeptScans>();
    auto kept_postings = std::make_shared<KeptIterators>();
    const auto let_go = [kept_scans, postings = std::weak_ptr(kept_postings)] {
        kept_scans->DropAll();
        if (const auto kept = postings.lock()) kept->DropAll();
    };
    auto opened = OpenLog(options.path, options.env,
                          {ReportBackgroundErrors(failure), TellOfFiles(tables), OnFileChanges(let_go)});
    if (!opened.ok()) return opened.status();
    opened->families.kept_postings = std::move(kept_postings);
    return std::make_unique<LogOnDisk>(*std::move(opened), options, std::move(failure), std::move(tables),
                                       std::move(kept_scans));
}

}  // namespace throughline
