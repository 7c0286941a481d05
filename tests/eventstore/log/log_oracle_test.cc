// Whatever is appended and asked, the log on disk answers as a plain list of records does.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/log/log_ground.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

struct Known {
    std::string type;
    std::vector<std::string> tags;
};

// Few types and tags, so that queries often match.
rc::Gen<std::string> AnyType() {
    return rc::gen::element<std::string>("test.A", "test.B", "test.C");
}

std::vector<std::string> SomeTags() {
    std::vector<std::string> tags;
    for (const char* tag : {"a:1", "a:2", "b:1", "b:2"}) {
        if (*rc::gen::arbitrary<bool>()) tags.emplace_back(tag);
    }
    return tags;
}

rc::Gen<std::vector<std::string>> AtMostTwo(const rc::Gen<std::string>& each) {
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 3), [each](std::size_t count) {
        return rc::gen::container<std::vector<std::string>>(count, each);
    });
}

Query AnyQuery() {
    Query query;
    const int items = *rc::gen::inRange(0, 4);
    for (int i = 0; i < items; ++i) {
        query.items.push_back({*AtMostTwo(AnyType()), *AtMostTwo(rc::gen::element<std::string>("a:1", "a:2", "b:1"))});
    }
    return query;
}

std::optional<Position> AnyPosition(std::size_t end) {
    if (*rc::gen::arbitrary<bool>()) return std::nullopt;
    return Position{*rc::gen::inRange<std::uint64_t>(0, end + 3)};
}

std::optional<std::uint64_t> FirstMatch(const std::vector<Known>& known, const Query& query, std::uint64_t from) {
    for (std::uint64_t i = from; i < known.size(); ++i) {
        if (Matches(query, known[i].type, known[i].tags)) return i;
    }
    return std::nullopt;
}

void AppendAny(RecordLog& log, std::vector<Known>& known) {
    std::vector<TestEvent> events;
    const int count = *rc::gen::inRange(1, 5);
    for (int i = 0; i < count; ++i) {
        events.push_back({.type = *AnyType(), .tags = SomeTags()});
    }
    const Query query = AnyQuery();
    std::optional<Position> after;
    if (!known.empty()) after = Position{*rc::gen::inRange<std::uint64_t>(0, known.size())};
    const bool conditional = *rc::gen::arbitrary<bool>();
    const std::string command = ToString(RandomUuid());
    const auto outcome =
        log.Append(conditional ? MakeAppendIf(command, events, query, after) : MakeAppend(command, events));
    const auto failing = conditional ? FirstMatch(known, query, after ? ToUint64(*after) + 1 : 0) : std::nullopt;
    if (failing) {
        RC_ASSERT(ReasonOf(outcome.status()) == "CONDITION_FAILED");
        RC_ASSERT(std::string(outcome.status().message()).find(fmt::format("first at {};", *failing)) !=
                  std::string::npos);
        return;
    }
    RC_ASSERT(outcome.ok());
    RC_ASSERT(outcome->first == Position{known.size()});
    for (const TestEvent& event : events) known.push_back({event.type, event.tags});
}

void ReadAny(RecordLog& log, const std::vector<Known>& known) {
    ReadOptions options;
    options.query = AnyQuery();
    options.from = AnyPosition(known.size());
    options.until = AnyPosition(known.size());
    options.backwards = *rc::gen::arbitrary<bool>();
    options.limit = *rc::gen::inRange<std::uint64_t>(0, 4);
    std::vector<std::uint64_t> expected;
    const auto low = options.backwards ? options.until : options.from;
    const auto high = options.backwards ? options.from : options.until;
    for (std::uint64_t i = 0; i < known.size(); ++i) {
        const bool inside = (!low || *low <= Position{i}) && (!high || Position{i} <= *high);
        if (inside && Matches(options.query, known[i].type, known[i].tags)) expected.push_back(i);
    }
    if (options.backwards) std::reverse(expected.begin(), expected.end());
    std::vector<std::uint64_t> found;
    while (true) {
        const auto batch = log.Read(options);
        RC_ASSERT(batch.ok());
        RC_ASSERT(options.limit == 0 || batch->records.size() <= options.limit);
        for (const StoredRecord& record : batch->records) found.push_back(ToUint64(record.position));
        if (!batch->next) break;
        options.from = batch->next;
    }
    RC_ASSERT(found == expected);
}

RC_GTEST_PROP(LogOracleTest, AnswersAsAPlainListOfRecordsDoes, ()) {
    LogGround ground(LogGround::Made::kCopied);
    std::vector<Known> known;
    ground.Open();
    for (int step = 0; step < 25; ++step) {
        AppendAny(*ground.log, known);
        RC_ASSERT(ground.log->End() == Position{known.size()});
        ReadAny(*ground.log, known);
        if (step == 12 && *rc::gen::inRange(0, 4) == 0) ground.Open();
    }
    for (int read = 0; read < 25; ++read) ReadAny(*ground.log, known);
}

}  // namespace
}  // namespace throughline::testing
