// Table rows have a fixed width, so that one record is found without walking over the others.
#include "eventstore/log/frame.h"

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/number_bytes.h"

namespace throughline {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kSubjectBytes = 16;
constexpr std::size_t kRowBytes = 3 * kUint32Bytes;

}  // namespace

void FrameBuilder::Add(std::string_view header, SubjectId subject, std::uint32_t request_delta) {
    const auto [place, added] =
        subject_indexes_.try_emplace(subject, static_cast<std::uint32_t>(subject_indexes_.size()));
    if (added) subjects_ += subject.AsBytes();
    headers_ += header;
    AppendUint32(table_, static_cast<std::uint32_t>(headers_.size()));
    AppendUint32(table_, request_delta);
    AppendUint32(table_, place->second);
    ++count_;
}

std::string FrameBuilder::Finish() const {
    std::string frame(1, kVersion);
    AppendUint32(frame, count_);
    AppendUint32(frame, static_cast<std::uint32_t>(subject_indexes_.size()));
    frame += subjects_;
    frame += table_;
    frame += headers_;
    return frame;
}

absl::StatusOr<FrameView> FrameView::Parse(Position first, std::string_view bytes) {
    const auto broken = [first] {
        return WithReason(absl::DataLossError(fmt::format(
                              "the frame at position {} is damaged; restore the log from a backup", ToUint64(first))),
                          "CORRUPTION");
    };
    FrameView view;
    view.first_ = first;
    const auto version = TakeBytes(bytes, 1);
    if (!version || version->front() != kVersion) return broken();
    const auto count = TakeUint32(bytes);
    const auto subject_count = TakeUint32(bytes);
    if (!count || !subject_count || *count == 0) return broken();
    const auto subjects = TakeBytes(bytes, std::size_t{*subject_count} * kSubjectBytes);
    if (!subjects) return broken();
    const auto table = TakeBytes(bytes, std::size_t{*count} * kRowBytes);
    if (!table) return broken();
    view.count_ = *count;
    view.subjects_ = *subjects;
    view.table_ = *table;
    view.headers_ = bytes;
    if (!view.RowsAgree()) return broken();
    return view;
}

bool FrameView::RowsAgree() const {
    std::uint32_t header_start = 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
        const Row row = RowAt(i);
        if (row.header_end < header_start || row.request_delta > i) return false;
        if (row.subject_index >= subjects_.size() / kSubjectBytes) return false;
        header_start = row.header_end;
    }
    return header_start == headers_.size();
}

FrameView::Row FrameView::RowAt(std::uint64_t index) const {
    const std::string_view row = table_.substr(index * kRowBytes, kRowBytes);
    return {static_cast<std::uint32_t>(FromBigEndian(row.substr(0, kUint32Bytes))),
            static_cast<std::uint32_t>(FromBigEndian(row.substr(kUint32Bytes, kUint32Bytes))),
            static_cast<std::uint32_t>(FromBigEndian(row.substr(2 * kUint32Bytes)))};
}

std::string_view FrameView::Header(Position position) const {
    const std::uint64_t index = ToUint64(position) - ToUint64(first_);
    const std::uint32_t start = index == 0 ? 0 : RowAt(index - 1).header_end;
    return headers_.substr(start, RowAt(index).header_end - start);
}

SubjectId FrameView::Subject(Position position) const {
    const Row row = RowAt(ToUint64(position) - ToUint64(first_));
    return SubjectId{*UuidFromBytes(subjects_.substr(row.subject_index * kSubjectBytes, kSubjectBytes))};
}

Position FrameView::RequestFirst(Position position) const {
    return Next(first_, RowAt(ToUint64(position) - ToUint64(first_)).request_delta);
}

}  // namespace throughline
