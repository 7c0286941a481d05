// Frame after frame, as when they are read; but where a reader would stop, this says what is wrong and goes on behind
// it.
#include "eventstore/log/log_check_records.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/digest.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

constexpr std::size_t kReadAheadBytes = 2 * 1024 * 1024;
constexpr std::uint64_t kRecordsPerProgress = 1 << 14;

Position Before(Position position) {
    return Position{ToUint64(position) - 1};
}

}  // namespace

std::unique_ptr<rocksdb::Iterator> IterateForCheck(const LogFamilies& families, rocksdb::ColumnFamilyHandle* family) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.total_order_seek = true;
    options.readahead_size = kReadAheadBytes;
    return std::unique_ptr<rocksdb::Iterator>(families.db().NewIterator(options, family));
}

RecordWalk::RecordWalk(const LogFamilies& families, RecordWalkOptions options, CheckReport& report)
    : families_(families),
      options_(std::move(options)),
      report_(report),
      frames_(IterateForCheck(families, families.frames())),
      headers_(options_.writer_epoch, report) {}

absl::Status RecordWalk::Run() {
    const PartTimer timer(report_, CheckPart::kRecords);
    frames_->SeekToFirst();
    while (true) {
        if (frames_->Valid()) {
            if (absl::Status taken = TakeFrame(); !taken.ok()) return taken;
            frames_->Next();
        } else if (frames_->status().ok()) {
            break;
        } else {
            const auto more = PassUnreadableFrames();
            if (!more.ok()) return more.status();
            if (!*more) break;
        }
    }
    Finish();
    return absl::OkStatus();
}

absl::Status RecordWalk::TakeFrame() {
    const auto first = ParseFrameKey(frames_->key().ToStringView());
    if (!first) {
        report_.Add(CheckPart::kRecords, fmt::format("behind position {}", ToUint64(next_)),
                    fmt::format("a frame stands under a key of {} bytes, which is no position", frames_->key().size()));
        return absl::OkStatus();
    }
    if (*first < next_) {
        report_.Add(CheckPart::kRecords, PlaceOf(*first), "a second frame begins here, inside the one before");
        return absl::OkStatus();
    }
    MissUpTo(*first);
    const auto frame = FrameView::Parse(*first, frames_->value().ToStringView());
    if (!frame) {
        report_.Add(CheckPart::kRecords, PlaceOf(*first), "the frame that begins here cannot be read");
        hole_reported_ = true;
        return absl::OkStatus();
    }
    ++frame_count_;
    for (Position position = *first; position < frame->end(); position = Next(position)) {
        if (absl::Status taken = TakeRecord(position, *frame); !taken.ok()) return taken;
    }
    return absl::OkStatus();
}

// A damaged block takes all frames in it along: how far it goes is found by looking further and further ahead.
absl::StatusOr<bool> RecordWalk::PassUnreadableFrames() {
    rocksdb::Status status = frames_->status();
    if (std::exchange(passing_at_, next_) != next_) {
        passing_bits_ = 0;
        report_.Add(CheckPart::kRecords, fmt::format("from position {} on", ToUint64(next_)),
                    fmt::format("frames cannot be read: {}", status.ToString()));
    }
    hole_reported_ = true;
    for (; status.IsCorruption() && passing_bits_ < 63; ++passing_bits_) {
        frames_->Seek(FrameKey(Next(next_, std::uint64_t{1} << passing_bits_)));
        status = frames_->status();
    }
    if (status.ok() || status.IsCorruption()) return status.ok();
    return FromRocks(status, "reading frames");
}

void RecordWalk::MissUpTo(Position first) {
    const bool reported = std::exchange(hole_reported_, false);
    if (first == next_) return;
    const Position last = Before(first);
    if (!reported) report_.Add(CheckPart::kRecords, PlaceOf(next_, last), "no frame holds these records");
    headers_.Skip();
    for (RecordObserver* observer : options_.observers) observer->Miss(next_, last);
    next_ = first;
}

absl::Status RecordWalk::TakeRecord(Position position, const FrameView& frame) {
    CheckedRecord record;
    record.position = position;
    record.frame = frame.first();
    record.header = frame.Header(position);
    const auto fields = ParseRecordHeader(record.header);
    if (fields) record.fields = &*fields;
    ++record_count_;
    header_bytes_ += record.header.size();
    headers_.Check(position, record.header, record.fields);
    if (fields) {
        if (const auto subject = UuidFromBytes(fields->key_id)) record.subject = SubjectId{*subject};
        record.sealed_body = CheckBody(record, frame.Body(position));
    }
    next_ = Next(position);
    for (RecordObserver* observer : options_.observers) {
        if (absl::Status taken = observer->Take(record); !taken.ok()) return taken;
    }
    if (options_.progress && record_count_ % kRecordsPerProgress == 0) {
        options_.progress(CheckPart::kRecords, ToUint64(next_), options_.expected);
    }
    return absl::OkStatus();
}

std::string_view RecordWalk::CheckBody(const CheckedRecord& record, std::string_view body) {
    if (body.empty()) {
        ++erased_count_;
        if (!record.subject || !options_.erased.Contains(*record.subject)) {
            report_.Add(CheckPart::kBodies, PlaceOf(record.position),
                        "its sealed body is not there, though its subject was not erased");
        }
        return {};
    }
    ++body_count_;
    body_bytes_ += body.size();
    if (AsText(Sha256Of(body)) == record.fields->body_sha256) return body;
    report_.Add(CheckPart::kBodies, PlaceOf(record.position),
                "its sealed body has another SHA-256 than its header says");
    return {};
}

void RecordWalk::Finish() {
    headers_.Finish(next_);
    if (hole_reported_) {
        for (RecordObserver* observer : options_.observers) {
            observer->Miss(next_, Position{std::numeric_limits<std::uint64_t>::max()});
        }
    }
    report_.Count(CheckPart::kRecords, "records", record_count_);
    report_.Count(CheckPart::kRecords, "frames", frame_count_);
    report_.Count(CheckPart::kRecords, "bytes", header_bytes_);
    report_.Count(CheckPart::kBodies, "bodies", body_count_);
    report_.Count(CheckPart::kBodies, "erased", erased_count_);
    report_.Count(CheckPart::kBodies, "bytes", body_bytes_);
}

}  // namespace throughline
