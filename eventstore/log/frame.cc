// Sizes first, then the headers, then the bodies: a row is read by walking over a few dozen small numbers.
#include "eventstore/log/frame.h"

#include <array>
#include <limits>

#include <fmt/format.h>
#include <rocksdb/slice.h>

#include "eventstore/base/number_bytes.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

constexpr char kVersion = 1;

// A record that is read alone costs reading its row, a scan and a commit cost each row that they touch: see decision
// 0011 for what was measured.
constexpr std::size_t kFrameBytes = 3'584;

std::string Prelude(std::size_t count) {
    std::string prelude(1, kVersion);
    AppendVarint(prelude, count);
    return prelude;
}

}  // namespace

void FrameBuilder::Add(std::string_view header, std::string_view sealed_body) {
    AppendVarint(sizes_, header.size());
    AppendVarint(sizes_, sealed_body.size());
    headers_ += header;
    bodies_ += sealed_body;
    ++count_;
}

bool FrameBuilder::full() const {
    return headers_.size() + bodies_.size() >= kFrameBytes;
}

rocksdb::Status FrameBuilder::PutRow(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* frames) {
    const std::string key = FrameKey(first_);
    const std::string prelude = Prelude(count_);
    const rocksdb::Slice key_slice(key);
    const std::array<rocksdb::Slice, 4> parts{prelude, sizes_, headers_, bodies_};
    rocksdb::Status status =
        batch.Put(frames, rocksdb::SliceParts(&key_slice, 1), rocksdb::SliceParts(parts.data(), 4));
    first_ = end();
    count_ = 0;
    sizes_.clear();
    headers_.clear();
    bodies_.clear();
    return status;
}

std::optional<FrameView> FrameView::Parse(Position first, std::string_view row) {
    const auto version = TakeBytes(row, 1);
    if (!version || version->front() != kVersion) return std::nullopt;
    const auto count = TakeVarint(row);
    if (!count || *count == 0 || *count > row.size()) return std::nullopt;
    FrameView view;
    view.first_ = first;
    view.parts_.resize(*count);
    std::uint64_t header_bytes = 0;
    std::uint64_t body_bytes = 0;
    // First how long each part is, all of them from one place; where each stands only shows behind the last.
    for (Parts& parts : view.parts_) {
        const auto header = TakeVarint(row);
        const auto body = TakeVarint(row);
        constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
        if (!header || !body || *header > kMax || *body > kMax) return std::nullopt;
        parts = {{row.data(), *header}, {row.data(), *body}};
        header_bytes += *header;
        body_bytes += *body;
    }
    if (header_bytes + body_bytes != row.size()) return std::nullopt;
    const char* header = row.data();
    const char* body = header + header_bytes;
    for (Parts& parts : view.parts_) {
        parts = {{header, parts.header.size()}, {body, parts.body.size()}};
        header += parts.header.size();
        body += parts.body.size();
    }
    return view;
}

std::string FrameView::WithoutBodies(const std::vector<bool>& keeps) const {
    std::string row = Prelude(parts_.size());
    const auto body = [&](std::size_t i) { return keeps[i] ? parts_[i].body : std::string_view(); };
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        AppendVarint(row, parts_[i].header.size());
        AppendVarint(row, body(i).size());
    }
    for (const Parts& parts : parts_) row += parts.header;
    for (std::size_t i = 0; i < parts_.size(); ++i) row += body(i);
    return row;
}

absl::Status FrameDamaged(Position first) {
    return WithReason(absl::DataLossError(fmt::format(
                          "the frame at position {} is damaged; restore the log from a backup", ToUint64(first))),
                      "CORRUPTION");
}

}  // namespace throughline
