// Whatever is appended, repeated, deleted and asked, a log answers as a plain list of records does.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/log/either_log.h"
#include "tests/eventstore/log/plain_list.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

bool OneIn(int many) {
    return *rc::gen::inRange(0, many) == 0;
}

// Few types, tags and subjects, so that queries often match.
rc::Gen<std::string> AnyType() {
    return rc::gen::element<std::string>("test.A", "test.B", "test.C");
}

rc::Gen<std::vector<std::string>> AtMostTwo(const rc::Gen<std::string>& each) {
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 3), [each](std::size_t count) {
        return rc::gen::container<std::vector<std::string>>(count, each);
    });
}

std::vector<TestEvent> SomeEvents() {
    std::vector<TestEvent> events(*rc::gen::inRange<std::size_t>(1, 5));
    for (TestEvent& event : events) {
        event.type = *AnyType();
        for (const char* tag : {"a:1", "a:2", "b:1", "b:2"}) {
            if (OneIn(2)) event.tags.emplace_back(tag);
        }
        event.subject = TestSubject(*rc::gen::inRange<std::uint8_t>(1, 5));
        event.body = std::string(*rc::gen::element<std::size_t>(1, 20, 300, 5'000), 'b');
    }
    return events;
}

// An item without types and tags is everything, and so is a query without items.
Query AnyQuery() {
    Query query;
    const int items = *rc::gen::inRange(0, 4);
    for (int i = 0; i < items; ++i) {
        query.items.push_back({*AtMostTwo(AnyType()), *AtMostTwo(rc::gen::element<std::string>("a:1", "a:2", "b:1"))});
    }
    return query;
}

std::optional<Position> AnyPosition(std::uint64_t end) {
    if (OneIn(2)) return std::nullopt;
    return Position{*rc::gen::inRange<std::uint64_t>(0, end + 3)};
}

/// A log and the list that it is held against.
class Run {
  public:
    explicit Run(EitherLog::Kind kind) : either_(kind) {}

    void Step() {
        if (OneIn(4)) {
            AppendSome();
        } else {
            SealedAppend append = AnyAppend(list_.size() + 2);
            const PlainAnswer expected = list_.Append(append);
            Compare(expected, log().Append(std::move(append)));
        }
        RC_ASSERT(log().End() == Position{list_.size()});
        if (OneIn(150)) DeleteBodies();
        if (OneIn(100)) either_.Restart();
        FindAny();
        ReadAny();
    }

    void ReadAny() {
        ReadOptions options;
        options.query = AnyQuery();
        options.from = AnyPosition(list_.size());
        options.until = AnyPosition(list_.size());
        options.backwards = OneIn(2);
        options.limit = *rc::gen::inRange<std::uint64_t>(0, 4);
        options.headers_only = OneIn(4);
        options.bytes_max = *rc::gen::element<std::size_t>(0, 0, 1, 500, 2'000, 20'000);
        const std::vector<std::uint64_t> expected = list_.Matching(options);
        std::size_t read = 0;
        do {
            const auto batch = log().Read(options);
            RC_ASSERT(batch.ok());
            RC_ASSERT(batch->end == Position{list_.size()});
            Compare(expected, read, batch->records, options);
            read += batch->records.size();
            RC_ASSERT(batch->next.has_value() == (read < expected.size()));
            if (batch->next) {
                RC_ASSERT(!batch->records.empty());
                RC_ASSERT(*batch->next == Position{expected[read]});
            }
            options.from = batch->next;
        } while (options.from);
        RC_ASSERT(read == expected.size());
    }

  private:
    [[nodiscard]] RecordLog& log() { return either_.log(); }

    /// Mostly a new command, else one that was sent before, whether it was taken or refused, as it was or changed.
    SealedAppend AnyAppend(std::uint64_t after_below) {
        const bool again = commands_ > 0 && OneIn(5);
        const int command = again ? *rc::gen::inRange(0, commands_) : commands_++;
        const std::string name = fmt::format("command {}", command);
        const char* const request = again && OneIn(2) ? "another request" : "request";
        SealedAppend append = MakeAppend(name, SomeEvents(), request);
        if (!OneIn(2)) return append;
        append.conditional = true;
        append.condition.query = AnyQuery();
        if (after_below > 0) append.condition.after = Position{*rc::gen::inRange<std::uint64_t>(0, after_below)};
        return append;
    }

    /// Their conditions see what those before them in the same commit will add.
    void AppendSome() {
        std::vector<SealedAppend> appends;
        const int count = *rc::gen::inRange(2, 8);
        for (int i = 0; i < count; ++i) appends.push_back(AnyAppend(list_.size()));
        std::vector<PlainAnswer> expected;
        std::uint64_t taken = 0;
        std::size_t together_from = 0;
        std::vector<PlainAnswer> at_once;  // What each is told that need not wait for those before it.
        for (const SealedAppend& append : appends) {
            expected.push_back(list_.Append(append));
            if (!IsTaken(expected.back()) || ++taken > 1) continue;
            // The first that is taken commits alone; those behind it come while that commit is under way.
            together_from = expected.size();
            for (const SealedAppend& each : appends) at_once.push_back(list_.AnswerTo(each));
        }
        for (std::size_t i = together_from; either_.on_disk() && taken > 0 && i < expected.size(); ++i) {
            if (at_once[i].reason == "CONDITION_FAILED") expected[i] = at_once[i];
        }
        const std::uint64_t commits_before = log().Counters().commits;
        const auto answers = either_.AppendTogether(std::move(appends));
        for (std::size_t i = 0; i < answers.size(); ++i) Compare(expected[i], answers[i]);
        const std::uint64_t commits = log().Counters().commits - commits_before;
        if (either_.on_disk()) RC_ASSERT(commits == std::min<std::uint64_t>(taken, 2));
    }

    static bool IsTaken(const PlainAnswer& answer) { return answer.reason.empty() && !answer.outcome.repeated; }

    void DeleteBodies() {
        const SubjectId subject = TestSubject(*rc::gen::inRange<std::uint8_t>(1, 5));
        const auto deleted = log().DeleteBodies(subject);
        RC_ASSERT(deleted.ok());
        RC_ASSERT(*deleted == list_.DeleteBodies(subject));
    }

    void FindAny() {
        const std::string hash = CommandHash(fmt::format("command {}", *rc::gen::inRange(0, commands_ + 1)));
        const auto found = log().FindCommand(hash);
        RC_ASSERT(found.ok());
        const auto known = list_.commands().find(hash);
        RC_ASSERT(found->has_value() == (known != list_.commands().end()));
        if (!*found) return;
        RC_ASSERT((*found)->first == known->second.first);
        RC_ASSERT((*found)->count == known->second.count);
        RC_ASSERT((*found)->request_digest == known->second.request_digest);
    }

    static void Compare(const PlainAnswer& expected, const absl::StatusOr<AppendOutcome>& outcome) {
        if (!expected.reason.empty()) {
            RC_ASSERT(ReasonOf(outcome.status()) == expected.reason);
            RC_ASSERT(NamedFailure(outcome.status()) == expected.failed_at);
            return;
        }
        RC_ASSERT(outcome.ok());
        RC_ASSERT(outcome->first == expected.outcome.first);
        RC_ASSERT(outcome->last == expected.outcome.last);
        RC_ASSERT(outcome->repeated == expected.outcome.repeated);
    }

    /// The records of one batch, of which `read` were read before, against the list's.
    void Compare(const std::vector<std::uint64_t>& expected, std::size_t read, const std::vector<StoredRecord>& records,
                 const ReadOptions& options) const {
        RC_ASSERT(read + records.size() <= expected.size());
        RC_ASSERT(options.limit == 0 || records.size() <= options.limit);
        std::size_t bytes = 0;
        for (const StoredRecord& record : records) {
            RC_ASSERT(options.bytes_max == 0 || bytes < options.bytes_max);
            const PlainRecord& plain = list_.at(expected[read]);
            RC_ASSERT(record.position == Position{expected[read]});
            RC_ASSERT(record.header.substr(0, plain.header.size()) == plain.header);
            RC_ASSERT(record.sealed_body == (options.headers_only ? "" : plain.body));
            bytes += record.header.size() + record.sealed_body.size();
            ++read;
        }
    }

    EitherLog either_;
    PlainList list_;
    int commands_ = 0;
};

void AnswersAsAPlainListDoes(EitherLog::Kind kind) {
    Run run(kind);
    for (int step = 0; step < 25; ++step) run.Step();
    for (int read = 0; read < 25; ++read) run.ReadAny();
}

RC_GTEST_PROP(LogOracleTest, InMemoryItAnswersAsAPlainListOfRecordsDoes, ()) {
    AnswersAsAPlainListDoes(EitherLog::Kind::kMemory);
}

RC_GTEST_PROP(LogOracleTest, OnDiskItAnswersAsAPlainListOfRecordsDoes, ()) {
    AnswersAsAPlainListDoes(EitherLog::Kind::kDisk);
}

}  // namespace
}  // namespace throughline::testing
