// One read at a time gets help; the others do without.
#include "eventstore/log/second_reader.h"

#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

TEST(SecondReaderTest, WorksForOneAtATimeAndThenForTheNext) {
    SecondReader reader;
    std::binary_semaphore go_on{0};
    int done = 0;
    ASSERT_TRUE(reader.TryBegin([&] {
        go_on.acquire();
        ++done;
    }));
    EXPECT_FALSE(reader.TryBegin([&] { done = 100; })) << "it is busy";
    go_on.release();
    reader.Finish();
    EXPECT_EQ(done, 1);
    ASSERT_TRUE(reader.TryBegin([&] { ++done; }));
    reader.Finish();
    EXPECT_EQ(done, 2);
}

TEST(SecondReaderTest, HelpsOnlyWhoReadsAlone) {
    SecondReader reader;
    const SecondReader::Reader one(reader);
    {
        const SecondReader::Reader other(reader);
        EXPECT_FALSE(reader.TryBegin([] { ADD_FAILURE() << "the other needs the processor"; }));
    }
    bool done = false;
    ASSERT_TRUE(reader.TryBegin([&] { done = true; }));
    reader.Finish();
    EXPECT_TRUE(done);
}

TEST(SecondReaderTest, ManyReadersAtOnceFindWhatOneFinds) {
    LogGround ground;
    RecordLog& log = ground.Open();
    for (int i = 0; i < 40; ++i) {
        std::vector<TestEvent> events;
        for (int tag = 0; tag < 20; ++tag) {
            events.push_back({.tags = {fmt::format("t:{}", tag)}, .body = fmt::format("{} {}", i, tag)});
        }
        ASSERT_TRUE(log.Append(MakeAppend(fmt::format("{}", i), std::move(events))).ok());
    }
    std::atomic<int> wrong = 0;
    std::vector<std::thread> readers;
    for (int tag = 0; tag < 8; ++tag) {
        readers.emplace_back([&, tag] {
            for (int round = 0; round < 20; ++round) {
                const auto batch =
                    log.Read({.query = AnyOf({}, {fmt::format("t:{}", tag)}), .backwards = round % 2 == 1});
                if (!batch.ok() || batch->records.size() != 40U) {
                    ++wrong;
                    continue;
                }
                for (int i = 0; i < 40; ++i) {
                    const StoredRecord& record = batch->records[static_cast<std::size_t>(round % 2 == 1 ? 39 - i : i)];
                    if (record.sealed_body != fmt::format("{} {}", i, tag)) ++wrong;
                }
            }
        });
    }
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace throughline::testing
