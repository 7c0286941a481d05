// The end is nowhere written down apart from the records themselves, so it cannot disagree with them.
#include "eventstore/log/log_tail.h"

#include <memory>

#include "eventstore/base/status_details.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/header_trailer.h"
#include "eventstore/log/keys.h"

namespace throughline {

absl::StatusOr<LogTail> ReadLogTail(const LogFamilies& families) {
    const std::unique_ptr<rocksdb::Iterator> frames(families.db().NewIterator({}, families.frames()));
    frames->SeekToLast();
    if (!frames->Valid()) {
        if (!frames->status().ok()) return FromRocks(frames->status(), "reading the end of the log");
        return LogTail{};
    }
    const auto damaged = [] {
        return WithReason(absl::DataLossError("the last frame of the log is damaged; restore the log from a backup"),
                          "CORRUPTION");
    };
    const auto first = ParseFrameKey(frames->key().ToStringView());
    if (!first) return damaged();
    const auto frame = FrameView::Parse(*first, frames->value().ToStringView());
    if (!frame) return damaged();
    const Position last{ToUint64(frame->end()) - 1};
    const auto trailer = ReadHeaderTrailer(frame->Header(last));
    if (!trailer || trailer->position != last) return damaged();
    return LogTail{frame->end(), trailer->recorded_at, trailer->writer_epoch};
}

}  // namespace throughline
