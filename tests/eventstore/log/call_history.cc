// The log's own positions say which order to try, so one look at each call is enough: no search.
#include "tests/eventstore/log/call_history.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"

namespace throughline::testing {
namespace {

/// A call, and what it says about the end of the log: that it was at least `seen` when it was answered, and at most
/// `before` when it took effect.
struct Sight {
    CallTime time;
    std::uint64_t seen = 0;
    std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace

CallHistory::CallHistory(std::vector<AppendCall> appends, std::vector<ReadCall> reads,
                         const std::vector<StoredRecord>& stored)
    : appends_(std::move(appends)), reads_(std::move(reads)) {
    for (const StoredRecord& record : stored) {
        EXPECT_EQ(record.position, Position{stored_.size()});
        stored_.push_back(ToPlainRecord({record.header, record.sealed_body}));
    }
    for (const AppendCall& call : appends_) {
        if (!call.outcome.ok()) {
            refused_.push_back(&call);
        } else {
            (call.outcome->repeated ? repeats_ : taken_).push_back(&call);
        }
    }
    std::sort(taken_.begin(), taken_.end(),
              [](const auto* a, const auto* b) { return a->outcome->first < b->outcome->first; });
}

void CallHistory::Check() const {
    CheckRecords();
    CheckConditions();
    CheckRefusals();
    CheckRepeats();
    CheckReads();
    CheckRealTime();
}

// What was taken fills the log, without a gap and byte for byte.
void CallHistory::CheckRecords() const {
    std::uint64_t position = 0;
    for (const AppendCall* call : taken_) {
        ASSERT_EQ(call->outcome->first, Position{position});
        for (const SealedEvent& event : call->append.events) {
            ASSERT_LT(position, stored_.size());
            EXPECT_EQ(stored_[position].header.substr(0, event.header.size()), event.header) << position;
            EXPECT_EQ(stored_[position].body, event.sealed_body) << position;
            ++position;
        }
        ASSERT_EQ(call->outcome->last, Position{position - 1});
        EXPECT_GE(ToUint64(call->end_when_answered), position) << "answered before it was durable";
    }
    EXPECT_EQ(position, stored_.size());
}

std::uint64_t CallHistory::FirstMatch(const Condition& condition) const {
    std::uint64_t i = condition.after ? ToUint64(*condition.after) + 1 : 0;
    while (i < stored_.size() && !IsMatch(condition.query, stored_[i])) ++i;
    return i;
}

void CallHistory::CheckConditions() const {
    for (const AppendCall* call : taken_) {
        if (!call->append.conditional) continue;
        EXPECT_GE(FirstMatch(call->append.condition), ToUint64(call->outcome->first));
    }
}

void CallHistory::CheckRefusals() const {
    for (const AppendCall* call : refused_) {
        ASSERT_EQ(ReasonOf(call->outcome.status()), "CONDITION_FAILED") << call->outcome.status();
        const auto named = NamedFailure(call->outcome.status());
        ASSERT_TRUE(named && call->append.conditional) << call->outcome.status();
        EXPECT_EQ(FirstMatch(call->append.condition), *named);
        EXPECT_GT(ToUint64(call->end_when_answered), *named) << "refused by what was not durable yet";
    }
}

// Whoever repeats a command is told where its first sending stands, and is never refused by it.
void CallHistory::CheckRepeats() const {
    std::map<std::string, const AppendCall*> first;
    for (const AppendCall* call : taken_) {
        EXPECT_TRUE(first.emplace(call->append.command_hash, call).second) << "taken twice";
    }
    for (const AppendCall* call : repeats_) {
        const auto found = first.find(call->append.command_hash);
        ASSERT_NE(found, first.end()) << "a repeat of nothing";
        EXPECT_EQ(call->outcome->first, found->second->outcome->first);
        EXPECT_EQ(call->outcome->last, found->second->outcome->last);
    }
    for (const AppendCall* call : refused_) {
        const auto found = first.find(call->append.command_hash);
        if (found == first.end()) continue;
        EXPECT_GT(found->second->time.answered, call->time.invoked) << "known already when it was sent again";
        EXPECT_LT(*NamedFailure(call->outcome.status()), ToUint64(found->second->outcome->first))
            << "refused by itself";
    }
}

// Each batch is what matches below the end that it saw, from its beginning and without a hole.
void CallHistory::CheckReads() const {
    for (const ReadCall& call : reads_) {
        const ReadOptions& options = call.options;
        const auto low = options.backwards ? options.until : options.from;
        const auto high = options.backwards ? options.from : options.until;
        const std::uint64_t end = ToUint64(call.progress.end);
        std::vector<Position> expected;
        for (std::uint64_t i = low ? ToUint64(*low) : 0; i < end && (!high || i <= ToUint64(*high)); ++i) {
            if (IsMatch(options.query, stored_.at(i))) expected.push_back(Position{i});
        }
        if (options.backwards) std::reverse(expected.begin(), expected.end());
        ASSERT_LE(call.positions.size(), expected.size());
        if (options.limit > 0) {
            EXPECT_LE(call.positions.size(), options.limit);
        }
        if (call.positions.size() < expected.size()) {
            EXPECT_EQ(call.progress.next, expected[call.positions.size()]);
            EXPECT_FALSE(call.positions.empty());
        } else {
            EXPECT_FALSE(call.progress.next);
        }
        expected.resize(call.positions.size());
        EXPECT_EQ(call.positions, expected);
    }
}

void CallHistory::CheckRealTime() const {
    std::vector<Sight> sights;
    std::vector<std::uint64_t> invoked_below(stored_.size() + 1, 0);  // Latest invocation of what stands below.
    for (const AppendCall* call : taken_) {
        const std::uint64_t first = ToUint64(call->outcome->first);
        const std::uint64_t end = ToUint64(call->outcome->last) + 1;
        sights.push_back({call->time, end, first});
        const std::uint64_t latest = std::max(invoked_below.at(first), call->time.invoked);
        for (std::uint64_t i = first + 1; i <= end; ++i) invoked_below.at(i) = latest;
    }
    for (const AppendCall* call : repeats_) sights.push_back({call->time, ToUint64(call->outcome->last) + 1});
    for (const AppendCall* call : refused_) {
        sights.push_back({call->time, NamedFailure(call->outcome.status()).value_or(0) + 1});
    }
    for (const ReadCall& call : reads_) {
        sights.push_back({call.time, ToUint64(call.progress.end), ToUint64(call.progress.end)});
    }
    for (const Sight& sight : sights) {
        EXPECT_LT(invoked_below.at(sight.seen), sight.time.answered) << "seen before anybody asked for it";
    }
    // Whatever was answered before a call began is behind that call.
    std::vector<Sight> by_answer = sights;
    std::sort(by_answer.begin(), by_answer.end(),
              [](const Sight& a, const Sight& b) { return a.time.answered < b.time.answered; });
    std::sort(sights.begin(), sights.end(),
              [](const Sight& a, const Sight& b) { return a.time.invoked < b.time.invoked; });
    std::uint64_t seen = 0;
    auto answered = by_answer.begin();
    for (const Sight& sight : sights) {
        for (; answered != by_answer.end() && answered->time.answered < sight.time.invoked; ++answered) {
            seen = std::max(seen, answered->seen);
        }
        EXPECT_LE(seen, sight.before) << "stands before what was answered before it began";
    }
}

}  // namespace throughline::testing
