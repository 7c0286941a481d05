// What every RecordLog must keep, whether in memory or on disk: one suite, run for each implementation.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "eventstore/base/clock.h"
#include "eventstore/log/record_log.h"

namespace throughline::testing {

/// A log and whatever keeps it alive (a folder, a clock).
struct LogUnderTest {
    std::shared_ptr<StandingClock> clock;
    std::shared_ptr<void> ground;
    std::shared_ptr<RecordLog> log;
};

/// Makes an empty log.
struct LogKind {
    std::string name;
    std::function<LogUnderTest()> make;
};

/// Use INSTANTIATE_TEST_SUITE_P(…, RecordLogContract, ::testing::Values(LogKind{…}), NameOfKind).
class RecordLogContract : public ::testing::TestWithParam<LogKind> {
  protected:
    RecordLogContract() : under_test_(GetParam().make()), log_(*under_test_.log) {}

    /// The positions that a read finds, over as many batches as it takes.
    [[nodiscard]] std::vector<std::uint64_t> Positions(ReadOptions options) const;

    LogUnderTest under_test_;
    RecordLog& log_;
};

[[nodiscard]] inline std::string NameOfKind(const ::testing::TestParamInfo<LogKind>& info) {
    return info.param.name;
}

}  // namespace throughline::testing
