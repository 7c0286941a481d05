// What a header says, against its place and against the headers before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "eventstore/base/clock.h"
#include "eventstore/base/position.h"
#include "eventstore/base/record_header.h"
#include "eventstore/log/log_check_report.h"

namespace throughline {

/// Takes the headers in the order of the log; what is wrong goes to the part `records`. For one thread.
class HeaderCheck {
  public:
    /// No record may be of a later writer's epoch than the store's, where that is known.
    HeaderCheck(std::optional<std::uint64_t> store_epoch, CheckReport& report)
        : store_epoch_(store_epoch), report_(report) {}

    /// `fields` is absent where the header cannot be read.
    void Check(Position position, std::string_view header, const RecordHeaderView* fields);

    /// Records were missing: which request the next one is of cannot be told.
    void Skip() { request_.reset(); }

    /// The log ends before `end`.
    void Finish(Position end);

  private:
    struct Request {
        std::string command_hash;
        std::string digest;
        std::uint32_t size = 0;
        std::uint32_t next = 0;
    };

    void CheckOrder(Position position, std::string_view header);
    void CheckIds(Position position, const RecordHeaderView& fields);
    void CheckRequest(Position position, const RecordHeaderView& fields);
    void Add(Position position, std::string what);

    const std::optional<std::uint64_t> store_epoch_;
    CheckReport& report_;
    std::uint64_t writer_epoch_ = 0;
    std::optional<Instant> recorded_at_;
    std::optional<Request> request_ = Request{};  // Absent where it cannot be known.
};

}  // namespace throughline
