// HEAD is read before the database, so that it may say less than that holds and never more.
#include "eventstore/log/log_check.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/read_only_rocks.h"
#include "eventstore/log/log_check_commands.h"
#include "eventstore/log/log_check_files.h"
#include "eventstore/log/log_check_index.h"
#include "eventstore/log/log_check_tree.h"
#include "eventstore/log/log_check_types.h"
#include "eventstore/log/log_paths.h"
#include "eventstore/log/log_tail.h"

namespace throughline {
namespace {

absl::Status NoStore(const std::string& path) {
    return WithReason(
        absl::NotFoundError(fmt::format("there is no store in {}; give the folder that `throughline init` made", path)),
        "NO_STORE");
}

std::string Message(const absl::Status& status) {
    return std::string(status.message());
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogCheck>> LogCheck::Open(LogCheckOptions options, CheckReport& report) {
    std::unique_ptr<LogCheck> check(new LogCheck(std::move(options), report));
    if (absl::Status read = check->ReadHead(); !read.ok()) return read;
    if (absl::Status opened = check->OpenDatabase(); !opened.ok()) return opened;
    if (check->families_) {
        if (absl::Status read = check->ReadMeta(); !read.ok()) return read;
    }
    return check;
}

absl::Status LogCheck::ReadHead() {
    const auto files = FilesOf(options_.env);
    const auto head = ReadHeadFile(*files, HeadPath(options_.path));
    if (head.ok()) {
        head_ = *head;
    } else if (absl::IsNotFound(head.status())) {
        if (!HasDatabase(*files, options_.path)) return NoStore(options_.path);
        report_.Add(CheckPart::kHead, HeadPath(options_.path),
                    "the file is missing, so whether records are missing cannot be told");
    } else if (absl::IsDataLoss(head.status())) {
        report_.Add(CheckPart::kHead, HeadPath(options_.path),
                    "the file is damaged, so whether records are missing cannot be told");
    } else {
        return head.status();
    }
    return absl::OkStatus();
}

absl::Status LogCheck::OpenDatabase() {
    const std::string path = DatabasePath(options_.path);
    auto rocks = OpenRocksReadOnly(LogFamilies::Options(path, options_.env));
    if (rocks.ok()) {
        families_.emplace(LogFamilies{*std::move(rocks)});
        return absl::OkStatus();
    }
    const bool missing = absl::IsNotFound(rocks.status());
    if (missing && (!head_ || head_->end == Position{0})) return NoStore(options_.path);
    if (!missing && !absl::IsDataLoss(rocks.status())) return rocks.status();
    report_.Add(CheckPart::kFiles, path, fmt::format("the database does not open: {}", Message(rocks.status())));
    for (const CheckPart part :
         {CheckPart::kStore, CheckPart::kHead, CheckPart::kRecords, CheckPart::kBodies, CheckPart::kTree,
          CheckPart::kCheckpoint, CheckPart::kIndex, CheckPart::kCommands, CheckPart::kTypes, CheckPart::kKeys}) {
        report_.LeaveOut(part, "the database does not open");
    }
    return absl::OkStatus();
}

absl::Status LogCheck::ReadMeta() {
    const auto meta = ReadStoreMeta(*families_);
    if (meta.ok()) {
        meta_ = *meta;
        report_.Count(CheckPart::kStore, "starts", meta->writer_epoch);
    } else if (absl::IsNotFound(meta.status()) && head_ && head_->end == Position{0}) {
        return NoStore(options_.path);
    } else if (absl::IsNotFound(meta.status()) || absl::IsDataLoss(meta.status())) {
        report_.Add(CheckPart::kStore, "what store this is", Message(meta.status()));
    } else {
        return meta.status();
    }
    const absl::Status erased = LoadErasedSubjects(*families_, erased_);
    if (!erased.ok() && !absl::IsDataLoss(erased)) return erased;
    if (!erased.ok()) report_.Add(CheckPart::kStore, "whose bodies were deleted", Message(erased));
    return absl::OkStatus();
}

absl::Status LogCheck::Run(RecordObserver* observer, std::optional<std::uint64_t> root_at) {
    if (!families_) return absl::OkStatus();
    if (absl::Status files = CheckFiles(families_->rocks, "db", options_.progress, report_); !files.ok()) return files;
    TypeCheck types(*families_, report_);
    if (absl::Status loaded = types.Load(); !loaded.ok()) return loaded;
    TreeCheck tree(*families_, root_at, report_);
    IndexCheck index(*families_, types, report_, options_.progress);
    CommandCheck commands(*families_, report_, options_.progress);
    RecordWalkOptions walked{.erased = erased_,
                             .writer_epoch = meta_ ? std::optional(meta_->writer_epoch) : std::nullopt,
                             .progress = options_.progress,
                             .observers = {&tree, &index, &commands}};
    if (observer != nullptr) walked.observers.push_back(observer);
    const auto tail = ReadLogTail(*families_);
    if (tail.ok()) walked.expected = ToUint64(tail->end);
    RecordWalk walk(*families_, std::move(walked), report_);
    if (absl::Status walked_through = walk.Run(); !walked_through.ok()) return walked_through;
    end_ = walk.end();
    end_is_certain_ = walk.whole_to_the_end();
    CheckHead();
    if (absl::Status finished = tree.Finish(end_); !finished.ok()) return finished;
    root_ = tree.root();
    if (absl::Status finished = index.Finish(); !finished.ok()) return finished;
    types.Finish(index.saw_all());
    return commands.Finish();
}

void LogCheck::CheckHead() {
    if (!head_) return;
    report_.Count(CheckPart::kHead, "records witnessed", ToUint64(head_->end));
    if (meta_ && head_->store_id != meta_->store_id) {
        report_.Add(CheckPart::kHead, HeadPath(options_.path),
                    fmt::format("the file is of the store {}, the log of the store {}", ToString(head_->store_id),
                                ToString(meta_->store_id)));
    } else if (!end_is_certain_) {
        report_.LeaveOut(CheckPart::kHead, "how long the log is: its end cannot be read");
    } else if (end_ < head_->end) {
        report_.Add(CheckPart::kHead, fmt::format("position {}", ToUint64(end_)),
                    fmt::format("the log ends here, and HEAD witnesses {} records: the last {} are missing",
                                ToUint64(head_->end), ToUint64(head_->end) - ToUint64(end_)));
    }
}

}  // namespace throughline
