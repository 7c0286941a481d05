// The log on disk keeps the contract, and what only a disk can break.
#include "eventstore/log/rocks_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/record_log_contract.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

LogUnderTest MakeRocksLog() {
    LogUnderTest made;
    auto ground = std::make_shared<LogGround>();
    ground->Open();
    made.clock = ground->clock;
    made.ground = ground;
    made.log = std::shared_ptr<RecordLog>(ground, ground->log.get());
    return made;
}

INSTANTIATE_TEST_SUITE_P(Disk, RecordLogContract, ::testing::Values(LogKind{"RocksLog", MakeRocksLog}), NameOfKind);

}  // namespace
}  // namespace throughline::testing
