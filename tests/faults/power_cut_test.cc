// The power goes at random moments under sixteen callers: nothing acknowledged is lost, doubled or out of order.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/runner/folding.h"
#include "projections/runner/memory_rows.h"
#include "tests/eventstore/publisher/eventually.h"
#include "tests/eventstore/publisher/local_broker.h"
#include "tests/eventstore/publisher/topic_reader.h"
#include "tests/faults/callers.h"
#include "tests/faults/powered_store.h"

namespace throughline {
namespace {

using testing::IsEmpty;

constexpr std::chrono::seconds kCatchUp{120};

unsigned Asked(const char* name, unsigned otherwise) {
    const char* given = std::getenv(name);
    return given == nullptr ? otherwise : static_cast<unsigned>(std::stoul(given));
}

class PowerCutTest : public testing::Test {
  protected:
    void SetUp() override {
        fmt::print("seed {0}, {1} power cuts: THROUGHLINE_SEED={0} THROUGHLINE_KILLS={1}\n", seed, cuts);
        std::cout.flush();
        ASSERT_TRUE(broker.Started());
        ASSERT_TRUE(store.Init().ok());
    }

    std::uint64_t Between(std::uint64_t least, std::uint64_t most) {
        return std::uniform_int_distribution<std::uint64_t>(least, most)(random);
    }

    // Every fourth cut may come while the store starts; half of the others when Kafka has something of this start.
    void StartAndCutPower() {
        const auto kind = Between(0, 3);
        if (kind == 0) store.CutPowerAt(Between(1, 300));
        const absl::Status started = store.Start();
        if (!started.ok()) {
            ASSERT_EQ(started.code(), absl::StatusCode::kUnavailable) << started;
            ASSERT_TRUE(store.PowerIsCut()) << started;
            ++cuts_while_starting;
            return;
        }
        const Position end = store.running().log->End();
        ASSERT_GE(end, least_end);
        if (kind != 0) {
            WaitForMore(Between(20, 200));
            if (kind == 1) WaitForPublisherBehind(end);
            store.CutPowerAt(Between(1, 100));
        }
        ASSERT_TRUE(Eventually([&] { return store.PowerIsCut(); }, kCatchUp));
    }

    void WaitForMore(std::size_t count) {
        const std::size_t goal = oracle.size() + count;
        ASSERT_TRUE(Eventually([&] { return oracle.size() >= goal; }, kCatchUp)) << oracle.size() << " of " << goal;
    }

    void WaitForPublisherBehind(Position end) {
        ASSERT_TRUE(Eventually([&] { return store.running().publisher->Status().published > ToUint64(end); }, kCatchUp))
            << store.running().publisher->Status().trouble;
    }

    void WaitForAll(Position end) {
        const RunningStore& running = store.running();
        ASSERT_TRUE(Eventually([&] { return running.publisher->Status().published == ToUint64(end); }, kCatchUp))
            << running.publisher->Status().trouble;
        for (const Runner* runner : {running.from_log.get(), running.from_kafka.get()}) {
            ASSERT_TRUE(Eventually([&] { return runner->Status().records() == ToUint64(end); }, kCatchUp))
                << runner->Status().DebugString();
        }
    }

    // Dense positions, no command twice, and every acknowledged fact where its caller was told, with what it said.
    void CheckLog() {
        const auto all = store.running().log->ReadAll({}, 10'000'000);
        ASSERT_TRUE(all.ok()) << all.status();
        std::set<std::pair<std::string, std::uint32_t>> commands;
        std::map<std::string, const Record*> by_id;
        for (std::size_t i = 0; i < all->records.size(); ++i) {
            const Record& record = all->records[i];
            ASSERT_EQ(record.position, Position{i});
            ASSERT_EQ(record.header.position(), i);
            ASSERT_TRUE(commands.emplace(record.header.command_hash(), record.header.request_index()).second) << i;
            ASSERT_TRUE(by_id.emplace(record.header.event_id(), &record).second) << i;
        }
        for (const auto& [id, fact] : oracle.facts()) {
            const auto found = by_id.find(id);
            ASSERT_NE(found, by_id.end()) << "position " << ToUint64(fact.position) << " is lost";
            EXPECT_EQ(found->second->position, fact.position);
            EXPECT_EQ(found->second->body, fact.body) << ToUint64(fact.position);
        }
        for (const auto& [upn, pupil] : oracle.pupils()) {
            const auto found = store.running().vault->Find(eventstore::v1::SUBJECT_KIND_PUPIL, upn);
            ASSERT_TRUE(found.ok()) << found.status();
            EXPECT_EQ(*found, pupil);
        }
    }

    // Every position, first occurrences in order, repeats the same bytes, and all of them the log's.
    void CheckTopic(std::uint64_t count) {
        const std::vector<TopicMessage> messages = ReadTopic(topic);
        EXPECT_THAT(FaultsOfCopy(messages, store.running().log->StoreId(), count), IsEmpty());
        std::map<Position, StoredRecord> stored;
        std::optional<Position> from = Position{};
        while (from) {
            ReadOptions options;
            options.from = from;
            const auto batch = store.running().records->Read(options);
            ASSERT_TRUE(batch.ok()) << batch.status();
            for (const StoredRecord& record : batch->records) stored[record.position] = record;
            from = batch->next;
        }
        for (const TopicMessage& message : messages) {
            const auto published = FromPublished(message.value);
            ASSERT_TRUE(published.ok()) << published.status();
            EXPECT_EQ(published->header, stored[published->position].header);
            EXPECT_EQ(published->sealed_body, stored[published->position].sealed_body);
        }
        repeats = messages.size() - std::min<std::size_t>(messages.size(), count);
    }

    using RowMap = std::map<std::pair<std::string, std::string>, std::string>;

    [[nodiscard]] static RowMap RowsOf(RowStore& rows) {
        RowMap all;
        const absl::Status seen = rows.Visit(RowSet::kServed, [&](auto group, auto key, auto value) {
            all[{std::string(group), std::string(key)}] = std::string(value);
        });
        EXPECT_TRUE(seen.ok()) << seen;
        return all;
    }

    void CheckChronologies() {
        const RunningStore& running = store.running();
        const RowMap from_log = RowsOf(*running.rows_from_log);
        rows = from_log.size();
        EXPECT_GE(rows, oracle.pupils().size());
        EXPECT_TRUE(from_log == RowsOf(*running.rows_from_kafka));
        MemoryRows fresh;
        ASSERT_TRUE(FoldFromLog(store.view(), *running.log, fresh, RowSet::kServed, [] { return false; }).ok());
        EXPECT_TRUE(from_log == RowsOf(fresh));
        EXPECT_EQ(running.from_log->Status().parked_size(), 0);
        EXPECT_EQ(running.from_kafka->Status().parked_size(), 0);
    }

    const unsigned seed = Asked("THROUGHLINE_SEED", std::random_device{}());
    const unsigned cuts = Asked("THROUGHLINE_KILLS", 3);
    std::mt19937 random{seed};
    const LocalBroker broker;
    const KafkaConnection topic = broker.Connection("power-cut");
    PoweredStore store{topic};
    Oracle oracle;
    Position least_end{};  // Of a log that holds all that was acknowledged before the last cut.
    unsigned cuts_while_starting = 0;
    std::size_t repeats = 0;
    std::size_t rows = 0;
};

TEST_F(PowerCutTest, LosesDoublesAndMisplacesNothingThatWasAcknowledged) {
    const auto begin = std::chrono::steady_clock::now();
    Callers callers(store, oracle, random);
    for (unsigned cut = 0; cut < cuts; ++cut) {
        SCOPED_TRACE(fmt::format("power cut {} of {}, seed {}", cut + 1, cuts, seed));
        StartAndCutPower();
        if (HasFatalFailure()) return;
        store.FallDown(random);
        least_end = oracle.LeastEnd();
    }
    const absl::Status started = store.Start();
    ASSERT_TRUE(started.ok()) << started;
    WaitForMore(50);
    callers.Finish();
    const Position end = store.running().log->End();
    WaitForAll(end);
    CheckLog();
    CheckTopic(ToUint64(end));
    CheckChronologies();
    for (const absl::Status& why : store.Fatal()) EXPECT_TRUE(absl::IsUnavailable(why)) << why;

    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    fmt::print(
        "{} power cuts ({} while starting): {} facts acknowledged, {} records; {} commands were repeated because their "
        "answer was lost; the topic repeats {} records; {} rows; {:.1f} s\n",
        cuts, cuts_while_starting, oracle.size(), ToUint64(end), oracle.repeated(), repeats, rows, took.count());
}

}  // namespace
}  // namespace throughline
