// The log in memory keeps the contract.
#include "eventstore/log/memory_log.h"

#include "tests/eventstore/log/record_log_contract.h"

namespace throughline::testing {
namespace {

LogUnderTest MakeMemoryLog() {
    LogUnderTest made;
    made.clock = std::make_shared<StandingClock>(FromMicros(1'700'000'000'000'000));
    made.log = std::make_shared<MemoryLog>(*made.clock);
    return made;
}

INSTANTIATE_TEST_SUITE_P(Memory, RecordLogContract, ::testing::Values(LogKind{"MemoryLog", MakeMemoryLog}), NameOfKind);

TEST(MemoryLogTest, KeepsTheIdAndMarkItWasGiven) {
    const StandingClock clock(FromMicros(0));
    const Uuid id = RandomUuid();
    const MemoryLog log(clock, {.store_id = id, .synthetic = true});
    EXPECT_EQ(log.StoreId(), id);
    EXPECT_TRUE(log.Synthetic());
}

}  // namespace
}  // namespace throughline::testing
